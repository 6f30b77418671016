// GRU sequences with the reset gate after the product, as in PyTorch and cuDNN.
//   q = W h + b                       (three blocks: r, z, n)
//   r = sigmoid(x_r + q_r)    z = sigmoid(x_z + q_z)    n = tanh(x_n + r q_n)
//   h' = (1 - z) n + z h
#include "walk.h"

typedef struct {
  Forward f;    // gates r, z, n
  float *gates; // [time, batch, 4 units], kept: r, z, n, q_n
} GruForward;

INLINE void gru_units(const float *x, const float *bias, const float *product, ptrdiff_t gate, int H, const float *h,
                      float *gates, float *h_next, int count) {
#define HIDDEN(k) (load_first(product + k * gate, count) + load_first(bias + k * H, count))
  vec r = sigmoid(load_first(x, count) + HIDDEN(0)), z = sigmoid(load_first(x + H, count) + HIDDEN(1));
  vec q = HIDDEN(2), n = tanh_(fma(r, q, load_first(x + 2 * H, count)));
#undef HIDDEN
  store_first(gates, r, count);
  store_first(gates + H, z, count);
  store_first(gates + 2 * H, n, count);
  store_first(gates + 3 * H, q, count);
  store_first(h_next, fma(z, load_first(h, count) - n, n), count);
}

INLINE void gru_row(const void *layer, const StepRow *at) {
  const GruForward *l = layer;
  const Sequence *s = &l->f.s;
  const int H = s->units;
  const float *h = state_before(s, at->t, at->b);
  float *gates = l->gates + at->row * 4 * H, *h_next = s->y + at->row * H;
  FOR_EACH_UNIT_VECTOR(at->first, at->last,
                       gru_units(at->x + u, l->f.bias + u, at->product + u, at->gate, H, h + u, gates + u, h_next + u,
                                 count));
}

NOINLINE void gru_forward(const GruForward *l, int thread, int threads) {
  Range rows = share(l->f.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  walk_forward(&l->f, 3, 3, l, gru_row, 0, rows);
}

typedef struct {
  Backward b;         // dgates differs from the gradient of x in n
  const float *gates; // as kept by gru_forward
  float *dx;          // [time, batch, 3 units]
} GruBackward;

//   dn = dh (1 - z) (1 - n^2)    dz = dh (h - n) z (1 - z)    dr = dn q_n r (1 - r)    dq_n = dn r
//   dh, as far as it does not pass through W: dh z
INLINE void gru_units_backward(const float *gates, int H, const float *h, const float *dy, float *dh, float *dx,
                               float *dq, int count) {
  const vec one = splat(1);
  vec r = load_first(gates, count), z = load_first(gates + H, count);
  vec n = load_first(gates + 2 * H, count), q = load_first(gates + 3 * H, count);
  vec hidden = load_first(dy, count) + load_first(dh, count);
  vec dn = hidden * (one - z) * (one - n * n);
  vec dz = hidden * (load_first(h, count) - n) * (z * (one - z));
  vec dr = dn * q * (r * (one - r));
  store_first(dx, dr, count);
  store_first(dx + H, dz, count);
  store_first(dx + 2 * H, dn, count);
  store_first(dq, dr, count);
  store_first(dq + H, dz, count);
  store_first(dq + 2 * H, dn * r, count);
  store_first(dh, hidden * z, count);
}

INLINE void gru_row_backward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh) {
  const GruBackward *l = layer;
  const int H = l->b.s.units;
  const float *gates = l->gates + row * 4 * H, *h = state_before(&l->b.s, t, b);
  float *dx = l->dx + row * 3 * H, *dq = l->b.dgates + row * 3 * H;
  FOR_EACH_UNIT_VECTOR(0, H, gru_units_backward(gates + u, H, h + u, dy + u, dh + u, dx + u, dq + u, count));
}

INLINE void gru_through(const void *layer, int t, Range rows, float *dh) {
  hidden_gradient(&((const GruBackward *)layer)->b, 3, 1, t, rows, dh);
}

NOINLINE void gru_backward(const GruBackward *l, int thread, int threads) {
  Range rows = share(l->b.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  clear_padding(&l->b.s, rows, l->dx, 3 * l->b.s.units);
  walk_backward(&l->b, 3, l, gru_row_backward, gru_through, rows);
}
