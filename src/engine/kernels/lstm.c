// LSTM sequences.
//   i = sigmoid(x_i + W_i h + b_i)    f = sigmoid(x_f + W_f h + b_f)
//   g = tanh(x_g + W_g h + b_g)       o = sigmoid(x_o + W_o h + b_o)
//   c' = f c + i g                    h' = o tanh(c')
#include "walk.h"

typedef struct {
  Forward f;         // gates i, f, g, o
  const float *c0;   // [batch, units]
  float *c_last;     // [batch, units]
  float *gates;      // [time, batch, 4 units], kept for the way back
  float *cells;      // [time + 1, batch, units], kept; see cell_before
  float *tanh_cells; // [time, batch, units], kept: tanh of the cell after each step
} LstmForward;

// Place in `cells`, in rows of units, of a row's cell before the step of that row t * batch + b, and after it.
INLINE ptrdiff_t cell_before(const Sequence *s, ptrdiff_t row) { return row + (s->reversed ? s->batch : 0); }
INLINE ptrdiff_t cell_after(const Sequence *s, ptrdiff_t row) { return row + (s->reversed ? 0 : s->batch); }

// Puts c0 where each row's first step looks for it.
INLINE void begin_cells(const Sequence *s, const float *c0, float *cells, Range rows) {
  for (int b = rows.begin; b < rows.end; b++) {
    ptrdiff_t first = (ptrdiff_t)(s->reversed ? length_of(s, b) : 0) * s->batch + b;
    copy_floats(cells + first * s->units, c0 + (ptrdiff_t)b * s->units, s->units);
  }
}
INLINE void end_cells(const Sequence *s, const float *cells, float *c_last, Range rows) {
  for (int b = rows.begin; b < rows.end; b++) {
    ptrdiff_t last = (ptrdiff_t)(s->reversed ? 0 : length_of(s, b)) * s->batch + b;
    copy_floats(c_last + (ptrdiff_t)b * s->units, cells + last * s->units, s->units);
  }
}

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

INLINE void lstm_row(const void *layer, const StepRow *at) {
  const LstmForward *l = layer;
  const Sequence *s = &l->f.s;
  const int H = s->units;
  const float *c = l->cells + cell_before(s, at->row) * H;
  float *gates = l->gates + at->row * 4 * H, *c_next = l->cells + cell_after(s, at->row) * H;
  float *tanh_c = l->tanh_cells + at->row * H, *h_next = s->y + at->row * H;
  FOR_EACH_UNIT_VECTOR(at->first, at->last,
                       lstm_units(at->x + u, l->f.bias + u, at->product + u, at->gate, H, c + u, gates + u, c_next + u,
                                  tanh_c + u, h_next + u, count));
}

NOINLINE void lstm_forward(const LstmForward *l, int thread, int threads) {
  Range rows = share(l->f.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  begin_cells(&l->f.s, l->c0, l->cells, rows);
  walk_forward(&l->f, 4, 4, l, lstm_row, 0, rows);
  end_cells(&l->f.s, l->cells, l->c_last, rows);
}

typedef struct {
  Backward b;                              // dgates is the gradient of x too
  const float *dc_last;                    // [batch, units]
  float *dc0;                              // [batch, units]
  const float *gates, *cells, *tanh_cells; // as kept by lstm_forward
} LstmBackward;

//   dc' += dh o (1 - tanh(c')^2)
//   di = dc' g i (1 - i)   df = dc' c f (1 - f)   dg = dc' i (1 - g^2)   do = dh tanh(c') o (1 - o)   dc = dc' f
INLINE void lstm_units_backward(const float *gates, int H, const float *c, const float *tanh_c, const float *dy,
                                const float *dh, float *dc, float *dgates, int count) {
  const vec one = splat(1);
  vec i = load_first(gates, count), f = load_first(gates + H, count), g = load_first(gates + 2 * H, count);
  vec o = load_first(gates + 3 * H, count), squashed = load_first(tanh_c, count);
  vec hidden = load_first(dy, count) + load_first(dh, count);
  vec cell = fma(hidden * o, one - squashed * squashed, load_first(dc, count));
  store_first(dgates, cell * g * (i * (one - i)), count);
  store_first(dgates + H, cell * load_first(c, count) * (f * (one - f)), count);
  store_first(dgates + 2 * H, cell * i * (one - g * g), count);
  store_first(dgates + 3 * H, hidden * squashed * (o * (one - o)), count);
  store_first(dc, cell * f, count);
}

INLINE void lstm_row_backward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh) {
  (void)t;
  const LstmBackward *l = layer;
  const int H = l->b.s.units;
  const float *gates = l->gates + row * 4 * H, *c = l->cells + cell_before(&l->b.s, row) * H;
  const float *tanh_c = l->tanh_cells + row * H;
  float *dc = l->dc0 + (ptrdiff_t)b * H, *dgates = l->b.dgates + row * 4 * H;
  FOR_EACH_UNIT_VECTOR(
      0, H, lstm_units_backward(gates + u, H, c + u, tanh_c + u, dy + u, dh + u, dc + u, dgates + u, count));
}

INLINE void lstm_through(const void *layer, int t, Range rows, float *dh) {
  hidden_gradient(&((const LstmBackward *)layer)->b, 4, 0, t, rows, dh);
}

NOINLINE void lstm_backward(const LstmBackward *l, int thread, int threads) {
  Range rows = share(l->b.s.batch, 1, thread, threads);
  if (rows.begin == rows.end) return;
  ptrdiff_t first = (ptrdiff_t)rows.begin * l->b.s.units;
  copy_floats(l->dc0 + first, l->dc_last + first, (ptrdiff_t)(rows.end - rows.begin) * l->b.s.units);
  walk_backward(&l->b, 4, l, lstm_row_backward, lstm_through, rows);
}
