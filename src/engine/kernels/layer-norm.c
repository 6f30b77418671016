// Layer normalisation (Ba et al., 2016) of each row: y = gain o (x - mean) / sqrt(variance + epsilon) + bias.
#include "words.h"
#include "threads.h"

enum { OP_LAYER_NORM = 54, OP_LAYER_NORM_BACKWARD };

typedef struct {
  int rows, width;
  float epsilon;
  const float *x;    // [rows, width]
  const float *gain; // [width]
  float *moments;    // [rows, 2], kept for the way back: mean and 1 / sqrt(variance + epsilon)
} LayerNorm;

// Runs `statement` for each vector of a row, the last one with fewer lanes.
#define FOR_EACH_VECTOR(width, statement)                                                                              \
  do {                                                                                                                 \
    int j = 0;                                                                                                         \
    for (; j + W <= (width); j += W) {                                                                                 \
      const int lanes = W;                                                                                             \
      statement;                                                                                                       \
    }                                                                                                                  \
    if (j < (width)) {                                                                                                 \
      const int lanes = (width) - j;                                                                                   \
      statement;                                                                                                       \
    }                                                                                                                  \
  } while (0)

NOINLINE void layer_norm(const LayerNorm *l, const float *bias, float *y, int thread, int threads) {
  int H = l->width;
  Range range = share(l->rows, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    const float *x = l->x + (ptrdiff_t)row * H;
    float *to = y + (ptrdiff_t)row * H;
    vec sum = splat(0), squares_sum = splat(0);
    FOR_EACH_VECTOR(H, sum += load_first(x + j, lanes));
    float mean = sum_lanes(sum) / (float)H;
    // Kept in y: the lanes behind the end must not count.
    FOR_EACH_VECTOR(H, {
      vec centred = load_first(x + j, lanes) - splat(mean);
      store_first(to + j, centred, lanes);
      vec own = load_first(to + j, lanes);
      squares_sum = fma(own, own, squares_sum);
    });
    float scale = 1 / square_root1(sum_lanes(squares_sum) / (float)H + l->epsilon);
    FOR_EACH_VECTOR(H, store_first(to + j,
                                   fma(load_first(to + j, lanes) * splat(scale), load_first(l->gain + j, lanes),
                                       load_first(bias + j, lanes)),
                                   lanes));
    l->moments[2 * row] = mean;
    l->moments[2 * row + 1] = scale;
  }
}

typedef struct {
  const float *dy;     // [rows, width]
  float *dx;           // [rows, width]
  float *dgain, *dbias; // [width]
} LayerNormGradients;

// With n = (x - mean) scale and d = dy o gain:  dx = scale (d - mean(d) - n mean(d o n))
INLINE void layer_norm_row(const LayerNorm *l, const LayerNormGradients *g, int row) {
  int H = l->width;
  const float *x = l->x + (ptrdiff_t)row * H, *dy = g->dy + (ptrdiff_t)row * H;
  float *dx = g->dx + (ptrdiff_t)row * H;
  vec mean = splat(l->moments[2 * row]), scale = splat(l->moments[2 * row + 1]);
  vec sum = splat(0), along = splat(0);
#define NORMAL(lanes) ((load_first(x + j, lanes) - mean) * scale)
  FOR_EACH_VECTOR(H, {
    vec d = load_first(dy + j, lanes) * load_first(l->gain + j, lanes); // 0 behind the end
    sum += d;
    along = fma(d, NORMAL(lanes), along);
  });
  vec mean_d = splat(sum_lanes(sum) / (float)H), mean_along = splat(sum_lanes(along) / (float)H);
  FOR_EACH_VECTOR(H, {
    vec d = load_first(dy + j, lanes) * load_first(l->gain + j, lanes);
    store_first(dx + j, scale * (d - mean_d - NORMAL(lanes) * mean_along), lanes);
  });
#undef NORMAL
}

// dgain and dbias of VECTORS vectors of columns from j on, `lanes` wide.
INLINE void layer_norm_columns(const LayerNorm *l, const LayerNormGradients *g, int j, const int VECTORS, int lanes) {
  enum { MOST = 4 };
  vec dgain[MOST], dbias[MOST];
  UNROLL for (int v = 0; v < VECTORS; v++) dgain[v] = dbias[v] = splat(0);
  for (int row = 0; row < l->rows; row++) {
    ptrdiff_t at = (ptrdiff_t)row * l->width + j;
    vec mean = splat(l->moments[2 * row]), scale = splat(l->moments[2 * row + 1]);
    UNROLL for (int v = 0; v < VECTORS; v++, at += W) {
      vec dy = load_first(g->dy + at, lanes);
      dgain[v] = fma(dy, (load_first(l->x + at, lanes) - mean) * scale, dgain[v]);
      dbias[v] += dy;
    }
  }
  UNROLL for (int v = 0; v < VECTORS; v++) {
    store_first(g->dgain + j + v * W, dgain[v], lanes);
    store_first(g->dbias + j + v * W, dbias[v], lanes);
  }
}

// Rows are shared for dx, columns for dgain and dbias.
NOINLINE void layer_norm_backward(const LayerNorm *l, const LayerNormGradients *g, int thread, int threads) {
  int H = l->width;
  Range rows = share(l->rows, 1, thread, threads), columns = share(H, 16, thread, threads);
  for (int row = rows.begin; row < rows.end && !is_stopped(); row++) layer_norm_row(l, g, row);
  int j = columns.begin;
  for (; j + 4 * W <= columns.end; j += 4 * W) layer_norm_columns(l, g, j, 4, W);
  for (; j + W <= columns.end; j += W) layer_norm_columns(l, g, j, 1, W);
  if (j < columns.end) layer_norm_columns(l, g, j, 1, columns.end - j);
}

INLINE void run_layer_norm(int operation, Words *w, int thread, int threads) {
  LayerNorm l;
  l.rows = number(w), l.width = number(w), l.epsilon = real(w);
  l.x = address(w), l.gain = address(w), l.moments = address(w);
  if (operation == OP_LAYER_NORM) {
    const float *bias = address(w);
    layer_norm(&l, bias, address(w), thread, threads);
  } else {
    LayerNormGradients g;
    g.dy = address(w), g.dx = address(w), g.dgain = address(w), g.dbias = address(w);
    layer_norm_backward(&l, &g, thread, threads);
  }
}
