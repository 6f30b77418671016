// LSTM, GRU and plain recurrent sequences: forward, and right below it backward.
// x holds the inputs' products already, W_ih x + b_ih; these kernels add the hidden ones and walk through time.
#include "recurrent.h"

// ---- LSTM ------------------------------------------------------------------------------------------------------------
//   i = sigmoid(x_i + W_i h + b_i)    f = sigmoid(x_f + W_f h + b_f)
//   g = tanh(x_g + W_g h + b_g)       o = sigmoid(x_o + W_o h + b_o)
//   c' = f c + i g                    h' = o tanh(c')

typedef struct {
  Sequence s;
  const float *x;        // [time, batch, 4 units], gates i, f, g, o
  const float *bias;     // [4 units]
  const float *h0, *c0;  // [batch, units]
  float *y;              // [time, batch, units], h of every step
  float *h_last, *c_last; // [batch, units]
  float *gates;          // [time, batch, 4 units], kept for the way back
  float *cells;          // [time + 1, batch, units], kept; cells[0] = c0
  float *tanh_cells;     // [time, batch, units], kept: tanh of cells[1..]
} LstmForward;

INLINE void lstm_units(const float *x, const float *bias, const float *product, ptrdiff_t gate, int H, const float *c,
                       float *gates, float *c_next, float *tanh_c, float *h_next, int count) {
#define SUM(k) (load_first(product + k * gate, count) + load_first(x + k * H, count) + load_first(bias + k * H, count))
  vec i = sigmoid(SUM(0)), f = sigmoid(SUM(1)), g = tanh_(SUM(2)), o = sigmoid(SUM(3));
#undef SUM
  store_first(gates, i, count);
  store_first(gates + H, f, count);
  store_first(gates + 2 * H, g, count);
  store_first(gates + 3 * H, o, count);
  vec cell = fma(f, load_first(c, count), i * g), squashed = tanh_(cell);
  store_first(c_next, cell, count);
  store_first(tanh_c, squashed, count);
  store_first(h_next, o * squashed, count);
}

NOINLINE void lstm_forward(const LstmForward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch;
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H, own = (ptrdiff_t)rows * H;
  float *products = s->products + (ptrdiff_t)4 * range.begin * TILE_COLUMNS, *packed = s->rows + first;
  const float *h = l->h0 + first;
  copy_floats(l->cells + first, l->c0 + first, own);
  for (int t = 0; t < s->time; t++) {
    const float *ready = s->panels ? ready_rows(rows, H, h, packed) : h;
    for (int unit = 0; unit < H; unit += TILE_COLUMNS) {
      hidden_products(s, 4, rows, h, ready, unit, products);
      for (int r = 0; r < rows; r++) {
        ptrdiff_t row = (ptrdiff_t)t * B + range.begin + r;
        const float *product = products + (ptrdiff_t)r * TILE_COLUMNS - unit, *x = l->x + row * 4 * H;
        float *gates = l->gates + row * 4 * H, *c = l->cells + row * H, *c_next = c + (ptrdiff_t)B * H;
        FOR_EACH_UNIT_VECTOR(unit, min_int(unit + TILE_COLUMNS, H),
                             lstm_units(x + u, l->bias + u, product + u, (ptrdiff_t)rows * TILE_COLUMNS, H, c + u,
                                        gates + u, c_next + u, l->tanh_cells + row * H + u, l->y + row * H + u, count));
      }
    }
    h = l->y + (ptrdiff_t)t * B * H + first;
  }
  copy_floats(l->h_last + first, h, own);
  copy_floats(l->c_last + first, l->cells + (ptrdiff_t)s->time * B * H + first, own);
}

typedef struct {
  Sequence s;
  const float *gates, *cells, *tanh_cells;  // as kept by lstm_forward
  const float *dy;                          // [time, batch, units]
  const float *dh_last, *dc_last;           // [batch, units]
  float *dx;                                // [time, batch, 4 units], which is also the gradient of W h + b
  float *dh0, *dc0;                         // [batch, units]
} LstmBackward;

//   dc' += dh o (1 - tanh(c')^2)
//   di = dc' g i (1 - i)   df = dc' c f (1 - f)   dg = dc' i (1 - g^2)   do = dh tanh(c') o (1 - o)   dc = dc' f
INLINE void lstm_units_backward(const float *gates, int H, const float *c, const float *tanh_c, const float *dy,
                                const float *dh, float *dc, float *dx, int count) {
  const vec one = splat(1);
  vec i = load_first(gates, count), f = load_first(gates + H, count), g = load_first(gates + 2 * H, count);
  vec o = load_first(gates + 3 * H, count), squashed = load_first(tanh_c, count);
  vec hidden = load_first(dy, count) + load_first(dh, count);
  vec cell = fma(hidden * o, one - squashed * squashed, load_first(dc, count));
  store_first(dx, cell * g * (i * (one - i)), count);
  store_first(dx + H, cell * load_first(c, count) * (f * (one - f)), count);
  store_first(dx + 2 * H, cell * i * (one - g * g), count);
  store_first(dx + 3 * H, hidden * squashed * (o * (one - o)), count);
  store_first(dc, cell * f, count);
}

NOINLINE void lstm_backward(const LstmBackward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch, padded = padded_columns(H);
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H;
  float *dh = s->products + (ptrdiff_t)range.begin * padded, *packed = s->rows + 4 * first, *dc = l->dc0 + first;
  for (int r = 0; r < rows; r++) copy_floats(dh + r * padded, l->dh_last + first + r * H, H);
  copy_floats(dc, l->dc_last + first, (ptrdiff_t)rows * H);
  for (int t = s->time - 1; t >= 0; t--) {
    ptrdiff_t step = (ptrdiff_t)t * B + range.begin;
    for (int r = 0; r < rows; r++) {
      ptrdiff_t row = step + r;
      FOR_EACH_UNIT_VECTOR(0, H,
                           lstm_units_backward(l->gates + row * 4 * H + u, H, l->cells + row * H + u,
                                               l->tanh_cells + row * H + u, l->dy + row * H + u, dh + r * padded + u,
                                               dc + (ptrdiff_t)r * H + u, l->dx + row * 4 * H + u, count));
    }
    hidden_gradient(s, 4, rows, l->dx + step * 4 * H, packed, dh, 0);
  }
  for (int r = 0; r < rows; r++) copy_floats(l->dh0 + first + r * H, dh + r * padded, H);
}

// ---- GRU, reset after the product ------------------------------------------------------------------------------------
//   q = W h + b                       (three blocks: r, z, n)
//   r = sigmoid(x_r + q_r)    z = sigmoid(x_z + q_z)    n = tanh(x_n + r q_n)
//   h' = (1 - z) n + z h

typedef struct {
  Sequence s;
  const float *x;    // [time, batch, 3 units], gates r, z, n
  const float *bias; // [3 units]
  const float *h0;   // [batch, units]
  float *y, *h_last; // [time, batch, units], [batch, units]
  float *gates;      // [time, batch, 4 units], kept: r, z, n, q_n
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

NOINLINE void gru_forward(const GruForward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch;
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H;
  float *products = s->products + (ptrdiff_t)3 * range.begin * TILE_COLUMNS, *packed = s->rows + first;
  const float *h = l->h0 + first;
  for (int t = 0; t < s->time; t++) {
    const float *ready = s->panels ? ready_rows(rows, H, h, packed) : h;
    for (int unit = 0; unit < H; unit += TILE_COLUMNS) {
      hidden_products(s, 3, rows, h, ready, unit, products);
      for (int r = 0; r < rows; r++) {
        ptrdiff_t row = (ptrdiff_t)t * B + range.begin + r;
        const float *product = products + (ptrdiff_t)r * TILE_COLUMNS - unit, *x = l->x + row * 3 * H;
        FOR_EACH_UNIT_VECTOR(unit, min_int(unit + TILE_COLUMNS, H),
                             gru_units(x + u, l->bias + u, product + u, (ptrdiff_t)rows * TILE_COLUMNS, H,
                                       h + (ptrdiff_t)r * H + u, l->gates + row * 4 * H + u, l->y + row * H + u,
                                       count));
      }
    }
    h = l->y + (ptrdiff_t)t * B * H + first;
  }
  copy_floats(l->h_last + first, h, (ptrdiff_t)rows * H);
}

typedef struct {
  Sequence s;
  const float *gates;           // as kept by gru_forward
  const float *h0, *y;          // [batch, units], [time, batch, units]
  const float *dy, *dh_last;    // [time, batch, units], [batch, units]
  float *dx;                    // [time, batch, 3 units]
  float *dq;                    // [time, batch, 3 units], the gradient of W h + b (differs from dx in n)
  float *dh0;                   // [batch, units]
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

NOINLINE void gru_backward(const GruBackward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch, padded = padded_columns(H);
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H;
  float *dh = s->products + (ptrdiff_t)range.begin * padded, *packed = s->rows + 3 * first;
  for (int r = 0; r < rows; r++) {
    copy_floats(dh + r * padded, l->dh_last + first + r * H, H);
    for (int u = H; u < padded; u++) dh[r * padded + u] = 0;
  }
  for (int t = s->time - 1; t >= 0; t--) {
    ptrdiff_t step = (ptrdiff_t)t * B + range.begin;
    const float *h = t > 0 ? l->y + (step - B) * H : l->h0 + first;
    for (int r = 0; r < rows; r++) {
      ptrdiff_t row = step + r;
      FOR_EACH_UNIT_VECTOR(0, H,
                           gru_units_backward(l->gates + row * 4 * H + u, H, h + (ptrdiff_t)r * H + u,
                                              l->dy + row * H + u, dh + r * padded + u, l->dx + row * 3 * H + u,
                                              l->dq + row * 3 * H + u, count));
    }
    hidden_gradient(s, 3, rows, l->dq + step * 3 * H, packed, dh, 1);
  }
  for (int r = 0; r < rows; r++) copy_floats(l->dh0 + first + r * H, dh + r * padded, H);
}

// ---- Plain recurrent layer -------------------------------------------------------------------------------------------
//   h' = a(x + W h + b) with a = tanh or ReLU

typedef struct {
  Sequence s;
  int relu;             // 0: tanh
  const float *x;       // [time, batch, units]
  const float *bias;    // [units]
  const float *h0;      // [batch, units]
  float *y, *h_last;    // [time, batch, units], [batch, units]
} RnnForward;

INLINE void rnn_units(const float *x, const float *bias, const float *product, int relu, float *h_next, int count) {
  vec sum = load_first(product, count) + load_first(x, count) + load_first(bias, count);
  store_first(h_next, relu ? max(sum, splat(0)) : tanh_(sum), count);
}

NOINLINE void rnn_forward(const RnnForward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch;
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H;
  float *products = s->products + (ptrdiff_t)range.begin * TILE_COLUMNS, *packed = s->rows + first;
  const float *h = l->h0 + first;
  for (int t = 0; t < s->time; t++) {
    const float *ready = s->panels ? ready_rows(rows, H, h, packed) : h;
    for (int unit = 0; unit < H; unit += TILE_COLUMNS) {
      hidden_products(s, 1, rows, h, ready, unit, products);
      for (int r = 0; r < rows; r++) {
        ptrdiff_t row = ((ptrdiff_t)t * B + range.begin + r) * H;
        const float *product = products + (ptrdiff_t)r * TILE_COLUMNS - unit;
        FOR_EACH_UNIT_VECTOR(unit, min_int(unit + TILE_COLUMNS, H),
                             rnn_units(l->x + row + u, l->bias + u, product + u, l->relu, l->y + row + u, count));
      }
    }
    h = l->y + (ptrdiff_t)t * B * H + first;
  }
  copy_floats(l->h_last + first, h, (ptrdiff_t)rows * H);
}

typedef struct {
  Sequence s;
  int relu;
  const float *y;            // [time, batch, units], as rnn_forward left it
  const float *dy, *dh_last; // [time, batch, units], [batch, units]
  float *dx, *dh0;           // [time, batch, units], which is also the gradient of W h + b; [batch, units]
} RnnBackward;

//   tanh: dx = dh (1 - h'^2)    ReLU: dx = dh where h' > 0
INLINE void rnn_units_backward(const float *h_next, const float *dy, const float *dh, int relu, float *dx, int count) {
  vec y = load_first(h_next, count), hidden = load_first(dy, count) + load_first(dh, count);
  store_first(dx, relu ? (y > splat(0) ? hidden : y * splat(0)) : hidden * (splat(1) - y * y), count);
}

NOINLINE void rnn_backward(const RnnBackward *l, int thread, int threads) {
  const Sequence *s = &l->s;
  const int H = s->units, B = s->batch, padded = padded_columns(H);
  Range range = share(B, 1, thread, threads);
  int rows = range.end - range.begin;
  if (rows == 0) return;
  ptrdiff_t first = (ptrdiff_t)range.begin * H;
  float *dh = s->products + (ptrdiff_t)range.begin * padded, *packed = s->rows + first;
  for (int r = 0; r < rows; r++) copy_floats(dh + r * padded, l->dh_last + first + r * H, H);
  for (int t = s->time - 1; t >= 0; t--) {
    ptrdiff_t step = ((ptrdiff_t)t * B + range.begin) * H;
    for (int r = 0; r < rows; r++) {
      ptrdiff_t row = step + (ptrdiff_t)r * H;
      FOR_EACH_UNIT_VECTOR(
          0, H, rnn_units_backward(l->y + row + u, l->dy + row + u, dh + r * padded + u, l->relu, l->dx + row + u, count));
    }
    hidden_gradient(s, 1, rows, l->dx + step, packed, dh, 0);
  }
  for (int r = 0; r < rows; r++) copy_floats(l->dh0 + first + r * H, dh + r * padded, H);
}
