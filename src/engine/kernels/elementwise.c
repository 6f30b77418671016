// Small operations over whole blocks: activations, dropout and sums of columns.
#include "threads.h"

enum { RELU, RELU6, SIGMOID, TANH, ELU, LEAKY_RELU };

INLINE vec activation(vec x, int kind, float alpha) {
  const vec zero = splat(0);
  switch (kind) {
  case RELU: return max(x, zero);
  case RELU6: return min(max(x, zero), splat(6));
  case SIGMOID: return sigmoid(x);
  case TANH: return tanh_(x);
  case ELU: return x < zero ? exp_(x) - splat(1) : x;
  default: return x < zero ? x * splat(alpha) : x;
  }
}

// values[i] = a(values[i]), in place.
NOINLINE void activate(int count, float *values, int kind, float alpha, int thread, int threads) {
  Range range = share(count, 16, thread, threads);
  for (int i = range.begin; i < range.end; i += W) {
    int lanes = min_int(W, range.end - i);
    store_first(values + i, activation(load_first(values + i, lanes), kind, alpha), lanes);
  }
}

// A number that looks random, from a counter: the finaliser of MurmurHash3 (Appleby).
INLINE uvec scramble(uvec counter) {
  uvec z = (counter ^ (counter >> 16)) * 0x85ebca6bu;
  z = (z ^ (z >> 13)) * 0xc2b2ae35u;
  return z ^ (z >> 16);
}

// out[i] = 0 where scramble(scramble(seed) + i * 0x9e3779b9) < threshold, else scale * values[i]. The mask depends on
// seed and index only, so the gradient is the same operation on dy.
NOINLINE void dropout(int count, const float *values, float *out, uint32_t seed, uint32_t threshold, float scale,
                      int thread, int threads) {
  Range range = share(count, 16, thread, threads);
  const uint32_t step = 0x9e3779b9u;
  uvec start = scramble((uvec)seed), lane;
  UNROLL for (int i = 0; i < W; i++) lane[i] = (uint32_t)i * step;
  for (int i = range.begin; i < range.end; i += W) {
    int lanes = min_int(W, range.end - i);
    uvec number = scramble(start + (uvec)((uint32_t)i * step) + lane);
    vec kept = load_first(values + i, lanes) * splat(scale);
    store_first(out + i, number < (uvec)threshold ? splat(0) : kept, lanes);
  }
}

// sums[j] = sum over rows of values[row][j]; threads own columns.
NOINLINE void column_sums(int rows, int columns, const float *values, float *sums, int thread, int threads) {
  Range range = share(columns, 16, thread, threads);
  int j = range.begin;
  for (; j + 4 * W <= range.end; j += 4 * W) {
    vec sum[4] = {splat(0), splat(0), splat(0), splat(0)};
    for (int row = 0; row < rows; row++)
      UNROLL for (int i = 0; i < 4; i++) sum[i] += load(values + (ptrdiff_t)row * columns + j + i * W);
    UNROLL for (int i = 0; i < 4; i++) store(sums + j + i * W, sum[i]);
  }
  for (; j < range.end; j++) {
    float sum = 0;
    for (int row = 0; row < rows; row++) sum += values[(ptrdiff_t)row * columns + j];
    sums[j] = sum;
  }
}
