// Convolution over time with the maximum over time (Kim, 2014): y[b][f] = max_t relu(bias[f] + window(b, t) . filter[f]).
// A window of `size` steps of x [batch, time, width] is contiguous, so all windows together are the rows of one matrix
// that overlap: row stride `width`, depth size * width. The product is OP_MULTIPLY over the padded copy made here.
#include "words.h"
#include "threads.h"

enum { OP_TIME_ROWS = 42, OP_MAX_OVER_TIME, OP_INPUT_GRADIENT, OP_FILTER_GRADIENT };

typedef struct {
  int batch, time, width; // of x
  int padded;             // steps of a sequence in the copy: time, or size if that is more
  int size, count;        // steps of a filter, filters
  const int32_t *lengths; // [batch]
} Convolution;

// to [batch, padded, width], then size - 1 rows more: x with zeros behind each sequence's end.
NOINLINE void time_rows(const Convolution *c, const float *x, float *to, int thread, int threads) {
  int rows = c->batch * c->padded;
  Range range = share(rows + c->size - 1, 1, thread, threads);
  for (int row = range.begin; row < range.end; row++) {
    int b = row / c->padded, t = row % c->padded;
    float *own = to + (ptrdiff_t)row * c->width;
    if (row < rows && t < min_int(c->time, c->lengths[b])) {
      const float *from = x + ((ptrdiff_t)b * c->time + t) * c->width;
      for (int e = 0; e < c->width; e++) own[e] = from[e];
    } else {
      for (int e = 0; e < c->width; e++) own[e] = 0;
    }
  }
}

// scores [batch, padded, count] of all windows, with bias -> y and positions [batch, count]. Of equal windows the first
// counts; the position is -1 where none is above 0. NaN wins.
NOINLINE void max_over_time(const Convolution *c, const float *scores, float *y, int32_t *positions, int thread,
                            int threads) {
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end && !is_stopped(); b++) {
    int last = min_int(c->time, c->lengths[b]) - c->size;
    for (int f = 0; f < c->count; f += W) {
      int lanes = min_int(W, c->count - f);
      const float *score = scores + (ptrdiff_t)b * c->padded * c->count + f;
      vec best = load_first(score, lanes);
      ivec place = (ivec)(0);
      for (int t = 1; t <= last; t++) {
        vec next = load_first(score + (ptrdiff_t)t * c->count, lanes);
        ivec better = next > best | next != next;
        best = better ? next : best;
        place = better ? (ivec)(t) : place;
      }
      place = best > splat(0) ? place : (ivec)(-1);
      best = best <= splat(0) ? splat(0) : best;
      store_first(y + (ptrdiff_t)b * c->count + f, best, lanes);
      for (int i = 0; i < lanes; i++) positions[(ptrdiff_t)b * c->count + f + i] = place[i];
    }
  }
}

// to[i] += factor * from[i]
INLINE void add_scaled(int count, float factor, const float *from, float *to) {
  int i = 0;
  for (; i + W <= count; i += W) store(to + i, fma(splat(factor), load(from + i), load(to + i)));
  for (; i < count; i++) to[i] += factor * from[i];
}

// Elements of a window at `position` that lie inside its sequence.
INLINE int inside(const Convolution *c, int b, int position) {
  int steps = min_int(c->size, min_int(c->time, c->lengths[b]) - position);
  return steps > 0 ? steps * c->width : 0;
}

// dx [batch, time, width]: only the windows that won take part. filters: [count, size * width], transposed.
NOINLINE void input_gradient(const Convolution *c, const float *filters, const int32_t *positions, const float *dy,
                             float *dx, int thread, int threads) {
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end && !is_stopped(); b++) {
    float *own = dx + (ptrdiff_t)b * c->time * c->width;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)c->time * c->width; i++) own[i] = 0;
    for (int f = 0; f < c->count; f++) {
      int at = b * c->count + f, position = positions[at];
      if (position < 0) continue;
      add_scaled(inside(c, b, position), dy[at], filters + (ptrdiff_t)f * c->size * c->width,
                 own + (ptrdiff_t)position * c->width);
    }
  }
}

// dfilters [count, size * width], transposed; dbias [count]. Threads own filters.
NOINLINE void filter_gradient(const Convolution *c, const float *x, const int32_t *positions, const float *dy,
                              float *dfilters, float *dbias, int thread, int threads) {
  int window = c->size * c->width;
  Range range = share(c->count, 1, thread, threads);
  for (int f = range.begin; f < range.end && !is_stopped(); f++) {
    float *own = dfilters + (ptrdiff_t)f * window;
    for (int i = 0; i < window; i++) own[i] = 0;
    dbias[f] = 0;
    for (int b = 0; b < c->batch; b++) {
      int at = b * c->count + f, position = positions[at];
      if (position < 0) continue;
      dbias[f] += dy[at];
      add_scaled(inside(c, b, position), dy[at], x + ((ptrdiff_t)b * c->time + position) * c->width, own);
    }
  }
}

INLINE void run_convolution(int operation, Words *w, int thread, int threads) {
  Convolution c;
  c.batch = number(w), c.time = number(w), c.width = number(w), c.padded = number(w);
  c.size = number(w), c.count = number(w), c.lengths = address(w);
  void *p0 = address(w), *p1 = address(w), *p2 = address(w), *p3 = address(w), *p4 = address(w);
  switch (operation) {
  case OP_TIME_ROWS: time_rows(&c, p0, p1, thread, threads); break;
  case OP_MAX_OVER_TIME: max_over_time(&c, p0, p1, p2, thread, threads); break;
  case OP_INPUT_GRADIENT: input_gradient(&c, p0, p1, p2, p3, thread, threads); break;
  case OP_FILTER_GRADIENT: filter_gradient(&c, p0, p1, p2, p3, p4, thread, threads); break;
  }
}
