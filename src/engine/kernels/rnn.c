// Plain recurrent sequences: h' = a(x + W h + b) with a = tanh or ReLU.
#include "walk.h"

typedef struct {
  Forward f;
  int relu; // 0: tanh
} RnnForward;

INLINE void rnn_units(const float *x, const float *bias, const float *product, int relu, float *h_next, int count) {
  vec sum = load_first(product, count) + load_first(x, count) + load_first(bias, count);
  store_first(h_next, relu ? max(sum, splat(0)) : tanh_(sum), count);
}

INLINE void rnn_row(const void *layer, const StepRow *at) {
  const RnnForward *l = layer;
  float *h_next = l->f.s.y + at->row * l->f.s.units;
  FOR_EACH_UNIT_VECTOR(at->first, at->last,
                       rnn_units(at->x + u, l->f.bias + u, at->product + u, l->relu, h_next + u, count));
}

NOINLINE void rnn_forward(const RnnForward *l, int thread, int threads) {
  Range rows = share(l->f.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  walk_forward(&l->f, 1, 1, l, rnn_row, 0, rows);
}

typedef struct {
  Backward b; // dgates is the gradient of x too
  int relu;
} RnnBackward;

//   tanh: dx = dh (1 - h'^2)    ReLU: dx = dh where h' > 0
INLINE void rnn_units_backward(const float *h_next, const float *dy, const float *dh, int relu, float *dx, int count) {
  vec y = load_first(h_next, count), hidden = load_first(dy, count) + load_first(dh, count);
  store_first(dx, relu ? (y > splat(0) ? hidden : y * splat(0)) : hidden * (splat(1) - y * y), count);
}

INLINE void rnn_row_backward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh) {
  (void)t, (void)b;
  const RnnBackward *l = layer;
  const int H = l->b.s.units;
  const float *h_next = l->b.s.y + row * H;
  float *dx = l->b.dgates + row * H;
  FOR_EACH_UNIT_VECTOR(0, H, rnn_units_backward(h_next + u, dy + u, dh + u, l->relu, dx + u, count));
}

INLINE void rnn_through(const void *layer, int t, Range rows, float *dh) {
  hidden_gradient(&((const RnnBackward *)layer)->b, 1, 0, t, rows, dh);
}

NOINLINE void rnn_backward(const RnnBackward *l, int thread, int threads) {
  Range rows = share(l->b.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  walk_backward(&l->b, 1, l, rnn_row_backward, rnn_through, rows);
}
