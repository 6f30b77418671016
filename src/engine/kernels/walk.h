// The walk through time that all recurrent layers share, forward and backward. A layer gives what happens to one row at
// one step; everything here is inlined into the layer, so a layer that uses no option pays for none.
#pragma once
#include "recurrent.h"

// ---- Forward ---------------------------------------------------------------------------------------------------------

// What every layer reads and writes on the way forward. WIDTH: units of the input's share, GATES * units.
typedef struct {
  Sequence s;
  const float *x;     // [time, batch, WIDTH], or with ids a table [vocabulary, WIDTH]
  const int32_t *ids; // [time, batch], rows of the table; NULL: x is the input itself
  const float *bias;  // [GATES * units]
  float *h_last;      // [batch, units]
} Forward;

// A row at a step, and some of its units.
typedef struct {
  ptrdiff_t row;        // t * batch + b, its place in all [time, batch, ...] blocks
  int t, b;
  int first, last;      // units first..last
  const float *x;       // [WIDTH]
  const float *product; // of unit u and gate k: product[k * gate + u]
  ptrdiff_t gate;
} StepRow;

typedef void StepUnits(const void *layer, const StepRow *at);
typedef void StepRows(const void *layer, const float *read, int t, Range rows);

// What the products at t read, plain rows one after the other. Where nothing is kept, all rows are at the same step.
NOINLINE const float *read_state(const Sequence *s, int t, Range rows) {
  const int H = s->units;
  const ptrdiff_t first = (ptrdiff_t)rows.begin * H, step = (ptrdiff_t)s->batch * H;
  if (!s->read && t == first_step(s, s->time)) return s->h0 + first;
  if (!s->read) return s->y + (s->reversed ? t + 1 : t - 1) * step + first;
  for (int b = rows.begin; b < rows.end; b++) {
    if (t >= length_of(s, b)) continue;
    const float *h = state_before(s, t, b), *mask = s->mask ? s->mask + (ptrdiff_t)b * H : 0;
    float *to = s->read + t * step + (ptrdiff_t)b * H;
    for (int u = 0; u < H; u++) to[u] = mask ? h[u] * mask[u] : h[u];
  }
  return s->read + t * step + first;
}

INLINE const float *input_row(const Forward *f, ptrdiff_t row, int width) {
  return f->x + (f->ids ? f->ids[row] : row) * (ptrdiff_t)width;
}

// One pass over all units at t: products with `gates` weight blocks from first_gate on, then `units` for each row.
// `from`: the rows that are multiplied, one after the other.
INLINE void step_products(const Forward *f, const int width, const int first_gate, const int gates, const float *from,
                          int t, Range range, const void *layer, StepUnits *units) {
  const Sequence *s = &f->s;
  const int H = s->units, rows = range.end - range.begin;
  // By the layer's whole width: passes over fewer gates keep to the same part of the scratch.
  float *products = s->products + (ptrdiff_t)width * range.begin * TILE_COLUMNS;
  const float *ready = s->panels ? ready_rows(rows, H, from, H, s->rows + (ptrdiff_t)range.begin * H) : from;
  for (int unit = 0; unit < H; unit += TILE_COLUMNS) {
    hidden_products(s, first_gate, gates, rows, from, ready, unit, products);
    for (int r = 0; r < rows; r++) {
      const int b = range.begin + r;
      if (s->lengths && t >= s->lengths[b]) continue;
      ptrdiff_t row = (ptrdiff_t)t * s->batch + b;
      StepRow at = {row, t, b, unit, min_int(unit + TILE_COLUMNS, H), input_row(f, row, width * H),
                    products + (ptrdiff_t)r * TILE_COLUMNS - unit, (ptrdiff_t)rows * TILE_COLUMNS};
      units(layer, &at);
    }
  }
}

// Walks this thread's rows through all steps: at each, products with the first `gates` weight blocks and `units` for
// each row, then `after` (may be NULL) once. `width`: the input's share in units.
INLINE void walk_forward(const Forward *f, const int width, const int gates, const void *layer, StepUnits *units,
                         StepRows *after, Range rows) {
  const Sequence *s = &f->s;
  const int H = s->units, end = longest(s, rows);
  clear_padding(s, rows, s->y, H);
  clear_padding(s, rows, s->read, H);
  for (int i = 0; i < s->time; i++) {
    int t = position(s, i);
    if (is_stopped()) return;
    if (t >= end) continue;
    const float *read = read_state(s, t, rows);
    step_products(f, width, 0, gates, read, t, rows, layer, units);
    if (after) after(layer, read, t, rows);
  }
  for (int b = rows.begin; b < rows.end; b++) {
    int length = length_of(s, b);
    ptrdiff_t last = ((ptrdiff_t)last_step(s, length) * s->batch + b) * H;
    copy_floats(f->h_last + (ptrdiff_t)b * H, length > 0 ? s->y + last : s->h0 + (ptrdiff_t)b * H, H);
  }
}

// ---- Backward --------------------------------------------------------------------------------------------------------

// What every layer reads and writes on the way back.
typedef struct {
  Sequence s;
  const float *dy;      // [time, batch, units]
  const float *dh_last; // [batch, units]
  float *dh0;           // [batch, units]
  float *dgates;        // [time, batch, GATES * units], the gradient of W h + b
  float *squares;       // [time, batch]: the sum of the squares of the whole gradient of h; NULL: not asked for
} Backward;

// Of one row at a step: from dy [units] and dh [units], what has flowed back so far, makes the gradient of the gates.
// In dh it leaves what passes to the state before without going through the weight, if the layer has any such.
typedef void RowBackward(const void *layer, ptrdiff_t row, int t, int b, const float *dy, float *dh);
// Of all rows at a step: dh, rows of padded units, from the gradient of the gates.
typedef void StepBackward(const void *layer, int t, Range rows, float *dh);

// out = a . panels (plus what out held if `add`), for rows of `depth`, `stride` apart; out: rows of padded units.
NOINLINE void multiply_back(const Sequence *s, Range range, int depth, const float *a, ptrdiff_t stride,
                          const float *panels, float *packed, float *out, int add) {
  int rows = range.end - range.begin, padded = padded_columns(s->units);
  const float *ready = ready_rows(rows, depth, a, stride, packed);
  for (int unit = 0; unit < s->units; unit += TILE_COLUMNS)
    multiply_panel(rows, depth, ready, PACKED_STEPS ? depth : stride, panels + (ptrdiff_t)unit * depth, out + unit,
                   padded, add);
}

// The usual way back through W h: dh[row][k] = mask[row][k] sum_j dgates[row][j] weight[j][k], plus what dh held if
// `add`.
NOINLINE void hidden_gradient(const Backward *l, int gates, int add, int t, Range range, float *dh) {
  const Sequence *s = &l->s;
  const int H = s->units, width = gates * H, padded = padded_columns(H);
  const float *dgates = l->dgates + ((ptrdiff_t)t * s->batch + range.begin) * width;
  float *packed = s->rows + (ptrdiff_t)range.begin * width;
  if (!s->mask) {
    multiply_back(s, range, width, dgates, width, s->panels, packed, dh, add);
    return;
  }
  // A row's dh0 is free until its first step is done, see walk_backward.
  if (add)
    for (int b = range.begin; b < range.end; b++)
      if (t < length_of(s, b)) copy_floats(l->dh0 + (ptrdiff_t)b * H, dh + (ptrdiff_t)(b - range.begin) * padded, H);
  multiply_back(s, range, width, dgates, width, s->panels, packed, dh, 0);
  for (int b = range.begin; b < range.end; b++) {
    if (t >= length_of(s, b)) continue;
    float *row = dh + (ptrdiff_t)(b - range.begin) * padded;
    const float *mask = s->mask + (ptrdiff_t)b * H, *direct = l->dh0 + (ptrdiff_t)b * H;
    for (int u = 0; u < H; u++) row[u] = row[u] * mask[u] + (add ? direct[u] : 0);
  }
}

NOINLINE float sum_of_squares(int count, const float *a, const float *b) {
  float sum = 0;
  for (int i = 0; i < count; i++) sum += (a[i] + b[i]) * (a[i] + b[i]);
  return sum;
}

// Walks this thread's rows back through all steps: at each, `row` for each row, then `through` for all.
INLINE void walk_backward(const Backward *l, const int GATES, const void *layer, RowBackward *row_backward,
                          StepBackward *through, Range rows) {
  const Sequence *s = &l->s;
  const int H = s->units, padded = padded_columns(H), end = longest(s, rows);
  float *dh = s->products + (ptrdiff_t)rows.begin * padded;
  for (ptrdiff_t i = 0; i < (ptrdiff_t)(rows.end - rows.begin) * padded; i++) dh[i] = 0;
  clear_padding(s, rows, l->dgates, GATES * H);
  clear_padding(s, rows, l->squares, 1);
  for (int i = s->time - 1; i >= 0; i--) {
    int t = position(s, i);
    if (is_stopped()) return;
    if (t >= end) continue;
    for (int b = rows.begin; b < rows.end; b++) {
      int length = length_of(s, b);
      if (t >= length) continue;
      ptrdiff_t row = (ptrdiff_t)t * s->batch + b;
      float *own = dh + (ptrdiff_t)(b - rows.begin) * padded;
      if (t == last_step(s, length)) copy_floats(own, l->dh_last + (ptrdiff_t)b * H, H);
      if (l->squares) l->squares[row] = sum_of_squares(H, l->dy + row * H, own);
      row_backward(layer, row, t, b, l->dy + row * H, own);
    }
    through(layer, t, rows, dh);
    for (int b = rows.begin; b < rows.end; b++)
      if (t == first_step(s, length_of(s, b)))
        copy_floats(l->dh0 + (ptrdiff_t)b * H, dh + (ptrdiff_t)(b - rows.begin) * padded, H);
  }
  for (int b = rows.begin; b < rows.end; b++)
    if (length_of(s, b) == 0) copy_floats(l->dh0 + (ptrdiff_t)b * H, l->dh_last + (ptrdiff_t)b * H, H);
}
