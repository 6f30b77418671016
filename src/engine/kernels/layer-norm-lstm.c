// LSTM sequences with layer normalisation (Ba, Kiros and Hinton, 2016, equations 20 to 22). N(v) = (v - mean) / deviation
// over a whole row; x is W_ih x without a bias.
//   a = N(x) gain_x + b_x + N(W h) gain_h + b_h       i, f, o = sigmoid(a)    g = tanh(a)
//   c' = f c + i g                                    h' = o tanh(N(c') gain_c + b_c)
#include "lstm.c" // the cell is the same

#define NORM_EPSILON 1e-5f // added to the variance; as in core/ops/layer-norm-lstm.ts

// n = N(x); returns 1 / deviation.
NOINLINE float normalise_row(int count, const float *x, float *n) {
  vec sum = splat(0), squares = splat(0);
  int i = 0;
  for (; i + W <= count; i += W) sum += load(x + i);
  float total = sum_lanes(sum);
  for (int k = i; k < count; k++) total += x[k];
  float mean = total / (float)count;
  for (i = 0; i + W <= count; i += W) {
    vec centred = load(x + i) - splat(mean);
    squares += centred * centred;
  }
  total = sum_lanes(squares);
  for (int k = i; k < count; k++) total += (x[k] - mean) * (x[k] - mean);
  float scale = 1 / square_root1(total / (float)count + NORM_EPSILON);
  for (i = 0; i < count; i++) n[i] = (x[i] - mean) * scale;
  return scale;
}

// Back through n = N(x) gain: dx = scale (g - mean(g) - n mean(g n)) for g = d gain, scale = 1 / deviation.
NOINLINE void normalise_row_backward(int count, const float *d, const float *gain, const float *n, float scale,
                                     float *dx) {
  vec sum = splat(0), products = splat(0);
  int i = 0;
  for (; i + W <= count; i += W) {
    vec g = load(d + i) * load(gain + i);
    sum += g;
    products = fma(g, load(n + i), products);
  }
  float total = sum_lanes(sum), product = sum_lanes(products);
  for (; i < count; i++) {
    total += d[i] * gain[i];
    product += d[i] * gain[i] * n[i];
  }
  float mean = total / (float)count, slope = product / (float)count;
  for (i = 0; i < count; i++) dx[i] = scale * (d[i] * gain[i] - mean - n[i] * slope);
}

// sums[j] = sum over rows of a[row][j] b[row][j]; threads own columns.
NOINLINE void product_sums(int rows, int columns, const float *a, const float *b, float *sums, int thread, int threads) {
  Range range = share(columns, 16, thread, threads);
  for (int j = range.begin; j < range.end; j += W) {
    int lanes = min_int(W, range.end - j);
    vec sum = splat(0);
    for (int row = 0; row < rows; row++) {
      ptrdiff_t at = (ptrdiff_t)row * columns + j;
      sum = fma(load_first(a + at, lanes), load_first(b + at, lanes), sum);
    }
    store_first(sums + j, sum, lanes);
  }
}

// What layer normalisation keeps for the way back.
typedef struct {
  float *inputs; // [time, batch, 4 units], N(x)
  float *hidden; // [time, batch, 4 units], N(W h)
  float *cells;  // [time, batch, units], N(c')
  float *scales; // [3, time, batch]: 1 / deviation of each of the three
} Norms;

typedef struct {
  LstmForward l;        // bias is b_x + b_h
  const float *gain_x;  // [4 units]
  const float *gain_h;  // [4 units]
  const float *gain_c;  // [units]
  const float *bias_c;  // [units]
  Norms norms;
} LayerNormLstmForward;

// The products as they are; they are normalised when the row is complete.
INLINE void keep_products(const void *layer, const StepRow *at) {
  const LayerNormLstmForward *l = layer;
  const int H = l->l.f.s.units;
  float *to = l->norms.hidden + at->row * 4 * H;
  for (int k = 0; k < 4; k++)
    for (int u = at->first; u < at->last; u++) to[k * H + u] = at->product[k * at->gate + u];
}

INLINE void normed_gate_units(const LayerNormLstmForward *l, const float *x, const float *q, int u, const float *c,
                              float *gates, float *c_next, int count) {
  const int H = l->l.f.s.units;
#define NORMED(k)                                                                                                      \
  fma(load_first(x + k * H + u, count), load_first(l->gain_x + k * H + u, count),                                      \
      fma(load_first(q + k * H + u, count), load_first(l->gain_h + k * H + u, count),                                  \
          load_first(l->l.f.bias + k * H + u, count)))
  vec i = sigmoid(NORMED(0)), f = sigmoid(NORMED(1)), g = tanh_(NORMED(2)), o = sigmoid(NORMED(3));
#undef NORMED
  store_first(gates + u, i, count);
  store_first(gates + H + u, f, count);
  store_first(gates + 2 * H + u, g, count);
  store_first(gates + 3 * H + u, o, count);
  store_first(c_next + u, fma(f, load_first(c + u, count), i * g), count);
}

INLINE void normed_output_units(const LayerNormLstmForward *l, const float *n, const float *o, int u, float *tanh_c,
                                float *h_next, int count) {
  vec squashed = tanh_(fma(load_first(n + u, count), load_first(l->gain_c + u, count), load_first(l->bias_c + u, count)));
  store_first(tanh_c + u, squashed, count);
  store_first(h_next + u, load_first(o + u, count) * squashed, count);
}

INLINE void normed_step(const void *layer, const float *read, int t, Range rows) {
  (void)read;
  const LayerNormLstmForward *l = layer;
  const Sequence *s = &l->l.f.s;
  const int H = s->units;
  const ptrdiff_t all = (ptrdiff_t)s->time * s->batch;
  for (int b = rows.begin; b < rows.end; b++) {
    if (t >= length_of(s, b)) continue;
    ptrdiff_t row = (ptrdiff_t)t * s->batch + b;
    float *x = l->norms.inputs + row * 4 * H, *q = l->norms.hidden + row * 4 * H, *n = l->norms.cells + row * H;
    float *gates = l->l.gates + row * 4 * H, *c_next = l->l.cells + cell_after(s, row) * H;
    const float *c = l->l.cells + cell_before(s, row) * H;
    l->norms.scales[row] = normalise_row(4 * H, input_row(&l->l.f, row, 4 * H), x);
    l->norms.scales[all + row] = normalise_row(4 * H, q, q);
    FOR_EACH_UNIT_VECTOR(0, H, normed_gate_units(l, x, q, u, c, gates, c_next, count));
    l->norms.scales[2 * all + row] = normalise_row(H, c_next, n);
    FOR_EACH_UNIT_VECTOR(
        0, H, normed_output_units(l, n, gates + 3 * H, u, l->l.tanh_cells + row * H, s->y + row * H, count));
  }
}

NOINLINE void layer_norm_lstm_forward(const LayerNormLstmForward *l, int thread, int threads) {
  const Sequence *s = &l->l.f.s;
  Range rows = share(s->batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  // The sums of the gains' gradients run over all steps.
  clear_padding(s, rows, l->norms.inputs, 4 * s->units);
  clear_padding(s, rows, l->norms.hidden, 4 * s->units);
  clear_padding(s, rows, l->norms.cells, s->units);
  begin_cells(s, l->l.c0, l->l.cells, rows);
  walk_forward(&l->l.f, 4, 4, l, keep_products, normed_step, rows);
  end_cells(s, l->l.cells, l->l.c_last, rows);
}

typedef struct {
  LstmBackward l; // dgates is the gradient of W h; gates, cells and tanh_cells as kept
  Norms norms;    // as kept
  const float *gain_x, *gain_h, *gain_c;
  float *da; // [time, batch, 4 units], the gradient of a
  float *dn; // [time, batch, units], the gradient of N(c') gain_c + b_c
  float *dx; // [time, batch, 4 units]
} LayerNormLstmBackward;

//   dn = dh o (1 - tanh(n)^2)    do = dh tanh(n) o (1 - o)
INLINE void normed_output_backward(const float *o, const float *tanh_n, const float *dy, const float *dh, float *dn,
                                   float *d_o, int count) {
  const vec one = splat(1);
  vec gate = load_first(o, count), squashed = load_first(tanh_n, count);
  vec hidden = load_first(dy, count) + load_first(dh, count);
  store_first(dn, hidden * gate * (one - squashed * squashed), count);
  store_first(d_o, hidden * squashed * (gate * (one - gate)), count);
}

// With dc' complete, what remains is as in the LSTM: see lstm_units_backward.
INLINE void normed_gates_backward(const float *gates, int H, const float *c, const float *from_norm, float *dc,
                                  float *da, int count) {
  const vec one = splat(1);
  vec i = load_first(gates, count), f = load_first(gates + H, count), g = load_first(gates + 2 * H, count);
  vec cell = load_first(dc, count) + load_first(from_norm, count);
  store_first(da, cell * g * (i * (one - i)), count);
  store_first(da + H, cell * load_first(c, count) * (f * (one - f)), count);
  store_first(da + 2 * H, cell * i * (one - g * g), count);
  store_first(dc, cell * f, count);
}

INLINE void normed_row_backward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh) {
  (void)t;
  const LayerNormLstmBackward *l = layer;
  const Sequence *s = &l->l.b.s;
  const int H = s->units;
  const ptrdiff_t all = (ptrdiff_t)s->time * s->batch;
  const float *gates = l->l.gates + row * 4 * H, *c = l->l.cells + cell_before(s, row) * H;
  const float *tanh_n = l->l.tanh_cells + row * H, *scales = l->norms.scales;
  float *dn = l->dn + row * H, *da = l->da + row * 4 * H, *dc = l->l.dc0 + (ptrdiff_t)b * H;
  // The gradient of c' through the norm has no block of its own: dh's row is free once it has been read.
  FOR_EACH_UNIT_VECTOR(
      0, H, normed_output_backward(gates + 3 * H + u, tanh_n + u, dy + u, dh + u, dn + u, da + 3 * H + u, count));
  normalise_row_backward(H, dn, l->gain_c, l->norms.cells + row * H, scales[2 * all + row], dh);
  FOR_EACH_UNIT_VECTOR(0, H, normed_gates_backward(gates + u, H, c + u, dh + u, dc + u, da + u, count));
  normalise_row_backward(4 * H, da, l->gain_h, l->norms.hidden + row * 4 * H, scales[all + row],
                         l->l.b.dgates + row * 4 * H);
  normalise_row_backward(4 * H, da, l->gain_x, l->norms.inputs + row * 4 * H, scales[row], l->dx + row * 4 * H);
}

INLINE void normed_through(const void *layer, int t, Range rows, float *dh) {
  hidden_gradient(&((const LayerNormLstmBackward *)layer)->l.b, 4, 0, t, rows, dh);
}

NOINLINE void layer_norm_lstm_backward(const LayerNormLstmBackward *l, int thread, int threads) {
  const Sequence *s = &l->l.b.s;
  Range rows = share(s->batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  ptrdiff_t first = (ptrdiff_t)rows.begin * s->units;
  clear_padding(s, rows, l->da, 4 * s->units);
  clear_padding(s, rows, l->dn, s->units);
  clear_padding(s, rows, l->dx, 4 * s->units);
  copy_floats(l->l.dc0 + first, l->l.dc_last + first, (ptrdiff_t)(rows.end - rows.begin) * s->units);
  walk_backward(&l->l.b, 4, l, normed_row_backward, normed_through, rows);
}
