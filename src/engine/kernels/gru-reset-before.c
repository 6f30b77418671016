// GRU sequences with the reset gate before the product, as in Cho et al. (2014). `read` is h, or h under the mask.
//   r = sigmoid(x_r + W_r read + b_r)    z = sigmoid(x_z + W_z read + b_z)
//   n = tanh(x_n + W_n (r read) + b_n)   h' = (1 - z) n + z h
#include "walk.h"

typedef struct {
  Forward f;    // gates r, z, n
  float *gates; // [time, batch, 3 units], kept
  float *reset; // [time, batch, units], kept: r read
} GruResetBeforeForward;

// What the first products of a row's step read.
INLINE const float *read_of(const Sequence *s, ptrdiff_t row, int t, int b) {
  return s->read ? s->read + row * s->units : state_before(s, t, b);
}

INLINE void reset_units(const float *x, const float *bias, const float *product, ptrdiff_t gate, int H,
                        const float *read, float *gates, float *reset, int count) {
#define SUM(k) (load_first(product + k * gate, count) + load_first(x + k * H, count) + load_first(bias + k * H, count))
  vec r = sigmoid(SUM(0)), z = sigmoid(SUM(1));
#undef SUM
  store_first(gates, r, count);
  store_first(gates + H, z, count);
  store_first(reset, r * load_first(read, count), count);
}

INLINE void reset_row(const void *layer, const StepRow *at) {
  const GruResetBeforeForward *l = layer;
  const Sequence *s = &l->f.s;
  const int H = s->units;
  const float *read = read_of(s, at->row, at->t, at->b);
  float *gates = l->gates + at->row * 3 * H, *reset = l->reset + at->row * H;
  FOR_EACH_UNIT_VECTOR(at->first, at->last,
                       reset_units(at->x + u, l->f.bias + u, at->product + u, at->gate, H, read + u, gates + u,
                                   reset + u, count));
}

// x, bias, gates: the candidate's parts of them.
INLINE void candidate_units(const float *x, const float *bias, const float *product, int H, const float *h,
                            float *gates, float *h_next, int count) {
  vec n = tanh_(load_first(product, count) + load_first(x, count) + load_first(bias, count));
  vec z = load_first(gates - H, count);
  store_first(gates, n, count);
  store_first(h_next, fma(z, load_first(h, count) - n, n), count);
}

INLINE void candidate_row(const void *layer, const StepRow *at) {
  const GruResetBeforeForward *l = layer;
  const Sequence *s = &l->f.s;
  const int H = s->units;
  const float *h = state_before(s, at->t, at->b), *x = at->x + 2 * H, *bias = l->f.bias + 2 * H;
  float *gates = l->gates + at->row * 3 * H + 2 * H, *h_next = s->y + at->row * H;
  FOR_EACH_UNIT_VECTOR(
      at->first, at->last,
      candidate_units(x + u, bias + u, at->product + u, H, h + u, gates + u, h_next + u, count));
}

INLINE void candidate_step(const void *layer, const float *read, int t, Range rows) {
  (void)read;
  const GruResetBeforeForward *l = layer;
  const float *reset = l->reset + ((ptrdiff_t)t * l->f.s.batch + rows.begin) * l->f.s.units;
  step_products(&l->f, 3, 2, 1, reset, t, rows, layer, candidate_row);
}

NOINLINE void gru_reset_before_forward(const GruResetBeforeForward *l, int thread, int threads) {
  Range rows = share(l->f.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  clear_padding(&l->f.s, rows, l->reset, l->f.s.units);
  walk_forward(&l->f, 3, 2, l, reset_row, candidate_step, rows);
}

typedef struct {
  Backward b;         // dgates is the gradient of x too; the panels are of W_r and W_z together, then of W_n
  const float *gates; // as kept by gru_reset_before_forward
  float *dreset;      // [batch, padded units], scratch
} GruResetBeforeBackward;

//   dn = dh (1 - z) (1 - n^2)    dz = dh (h - n) z (1 - z)    dh, as far as it passes by the gates: dh z
INLINE void candidate_units_backward(const float *gates, int H, const float *h, const float *dy, float *dh,
                                     float *dgates, int count) {
  const vec one = splat(1);
  vec z = load_first(gates + H, count), n = load_first(gates + 2 * H, count);
  vec hidden = load_first(dy, count) + load_first(dh, count);
  store_first(dgates + H, hidden * (load_first(h, count) - n) * (z * (one - z)), count);
  store_first(dgates + 2 * H, hidden * (one - z) * (one - n * n), count);
  store_first(dh, hidden * z, count);
}

INLINE void candidate_row_backward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh) {
  const GruResetBeforeBackward *l = layer;
  const int H = l->b.s.units;
  const float *gates = l->gates + row * 3 * H, *h = state_before(&l->b.s, t, b);
  float *dgates = l->b.dgates + row * 3 * H;
  FOR_EACH_UNIT_VECTOR(0, H,
                       candidate_units_backward(gates + u, H, h + u, dy + u, dh + u, dgates + u, count));
}

//   dreset = W_n^T dn    dr = dreset read r (1 - r)    dread = dreset r + W_r^T dr + W_z^T dz    dh += mask dread
INLINE void reset_through(const void *layer, int t, Range rows, float *dh) {
  const GruResetBeforeBackward *l = layer;
  const Sequence *s = &l->b.s;
  const int H = s->units, padded = padded_columns(H);
  const float *panels_n = s->panels + (ptrdiff_t)2 * H * padded;
  ptrdiff_t first = (ptrdiff_t)t * s->batch + rows.begin;
  float *packed = s->rows + (ptrdiff_t)rows.begin * 3 * H, *dread = l->dreset + (ptrdiff_t)rows.begin * padded;
  multiply_back(s, rows, H, l->b.dgates + first * 3 * H + 2 * H, 3 * H, panels_n, packed, dread, 0);
  for (int b = rows.begin; b < rows.end; b++) {
    if (t >= length_of(s, b)) continue;
    ptrdiff_t row = (ptrdiff_t)t * s->batch + b;
    const float *r = l->gates + row * 3 * H, *read = read_of(s, row, t, b);
    float *dr = l->b.dgates + row * 3 * H, *d = dread + (ptrdiff_t)(b - rows.begin) * padded;
    for (int u = 0; u < H; u++) {
      dr[u] = d[u] * read[u] * (r[u] * (1 - r[u]));
      d[u] *= r[u];
    }
  }
  multiply_back(s, rows, 2 * H, l->b.dgates + first * 3 * H, 3 * H, s->panels, packed, dread, 1);
  for (int b = rows.begin; b < rows.end; b++) {
    if (t >= length_of(s, b)) continue;
    ptrdiff_t at = (ptrdiff_t)(b - rows.begin) * padded;
    const float *mask = s->mask ? s->mask + (ptrdiff_t)b * H : 0;
    for (int u = 0; u < H; u++) dh[at + u] += mask ? mask[u] * dread[at + u] : dread[at + u];
  }
}

NOINLINE void gru_reset_before_backward(const GruResetBeforeBackward *l, int thread, int threads) {
  Range rows = share(l->b.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  walk_backward(&l->b, 3, l, candidate_row_backward, reset_through, rows);
}
