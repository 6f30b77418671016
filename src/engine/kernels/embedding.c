// Rows of a table by number, and their gradient.
#include "threads.h"

// out[i] = table[ids[i]]; table [rows, width], out [count, width]. A number outside the table gives a row of NaN.
NOINLINE void embedding(int count, int width, int rows, const float *table, const int32_t *ids, float *out, int thread,
                        int threads) {
  Range range = share(count, 1, thread, threads);
  for (int i = range.begin; i < range.end; i++) {
    float *to = out + (ptrdiff_t)i * width;
    if ((uint32_t)ids[i] < (uint32_t)rows) {
      const float *from = table + (ptrdiff_t)ids[i] * width;
      for (int j = 0; j < width; j++) to[j] = from[j];
    } else {
      for (int j = 0; j < width; j++) to[j] = __builtin_nanf("");
    }
  }
}

// dtable[id] = sum of dy[i] over all i with ids[i] = id; dy [count, width], dtable [rows, width].
// Threads own columns, so every element is summed in the order of i, however many threads there are.
NOINLINE void embedding_backward(int count, int width, int rows, const int32_t *ids, const float *dy, float *dtable,
                                 int thread, int threads) {
  Range columns = share(width, 16, thread, threads);
  for (int row = 0; row < rows; row++)
    for (int j = columns.begin; j < columns.end; j++) dtable[(ptrdiff_t)row * width + j] = 0;
  for (int i = 0; i < count; i++) {
    if ((uint32_t)ids[i] >= (uint32_t)rows) continue;
    const float *from = dy + (ptrdiff_t)i * width;
    float *to = dtable + (ptrdiff_t)ids[i] * width;
    int j = columns.begin;
    for (; j + W <= columns.end; j += W) store(to + j, load(to + j) + load(from + j));
    for (; j < columns.end; j++) to[j] += from[j];
  }
}
