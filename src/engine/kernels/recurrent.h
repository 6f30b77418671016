// What the recurrent layers share. Sequences are time-major: element (t, b, u) of a [time, batch, units] block.
//
// A sequence is split over threads by batch rows only: each thread walks all time steps of its own rows, so nothing
// waits inside a sequence and the number of threads does not change a bit of the result.
//
// Every block is in the order of the input's positions, whichever way the layer walks: a reversed layer goes from
// position time - 1 to 0, and a row joins at the last position of its own. Past its length a row is skipped: y and the
// gradients are 0 there.
#pragma once
#include "gemm.h"

// Numbers as in ../program.ts.
enum {
  OP_LSTM_FORWARD = 7,
  OP_LSTM_BACKWARD,
  OP_GRU_FORWARD,
  OP_GRU_BACKWARD,
  OP_RNN_FORWARD,
  OP_RNN_BACKWARD,
  OP_GRU_RESET_BEFORE_FORWARD = 20,
  OP_GRU_RESET_BEFORE_BACKWARD,
  OP_LAYER_NORM_LSTM_FORWARD,
  OP_LAYER_NORM_LSTM_BACKWARD,
  OP_PRODUCT_SUMS,
};

// Sizes, states and scratch of one sequence. GATES is the cell's number of weight blocks of [units, units].
typedef struct {
  int time, batch, units, reversed;
  const int32_t *lengths; // [batch], each in 0..time; NULL: all are `time`
  const float *mask;      // [batch, units]: the products read h times this; NULL: h as it is
  // [time, batch, units], kept: what the products of each step read. NULL where that is h itself, from h0 and y as they
  // are; so not with a mask, nor with lengths in a reversed layer, whose rows join at different steps.
  float *read;
  const float *weight; // [GATES * units, units], PyTorch's weight_hh
  // The weight, packed by pack_weight: forward [GATES][padded units / TILE_COLUMNS][units][TILE_COLUMNS];
  // backward [padded units / TILE_COLUMNS][GATES * units][TILE_COLUMNS]. Forward it may be NULL: the plain weight is
  // used, which is better for a step or two of sampling.
  const float *panels;
  float *rows;     // [batch, GATES * units], scratch: one step's rows, packed
  float *products; // forward [GATES][batch, TILE_COLUMNS]; backward dh, [batch, padded units]; scratch
  const float *h0; // [batch, units]
  float *y;        // [time, batch, units], h of every step
} Sequence;

INLINE int length_of(const Sequence *s, int b) { return s->lengths ? s->lengths[b] : s->time; }
// Positions of the first and the last step of a row of that length (at least 1), as the layer walks.
INLINE int first_step(const Sequence *s, int length) { return s->reversed ? length - 1 : 0; }
INLINE int last_step(const Sequence *s, int length) { return s->reversed ? 0 : length - 1; }
// Position of the layer's i-th step.
INLINE int position(const Sequence *s, int i) { return s->reversed ? s->time - 1 - i : i; }

// Row b's state before the step at t.
INLINE const float *state_before(const Sequence *s, int t, int b) {
  if (t == first_step(s, length_of(s, b))) return s->h0 + (ptrdiff_t)b * s->units;
  return s->y + ((ptrdiff_t)(s->reversed ? t + 1 : t - 1) * s->batch + b) * s->units;
}

// The length of the longest of these rows: no step at or past it has anything to do.
INLINE int longest(const Sequence *s, Range rows) {
  if (!s->lengths) return s->time;
  int most = 0;
  for (int b = rows.begin; b < rows.end; b++) most = s->lengths[b] > most ? s->lengths[b] : most;
  return most;
}

// Zeroes what stands past the rows' lengths in a block [time, batch, width].
NOINLINE void clear_padding(const Sequence *s, Range rows, float *values, int width) {
  if (!s->lengths || !values) return;
  for (int b = rows.begin; b < rows.end; b++)
    for (int t = s->lengths[b]; t < s->time; t++) {
      float *row = values + ((ptrdiff_t)t * s->batch + b) * width;
      for (int j = 0; j < width; j++) row[j] = 0;
    }
}

// This thread's share of packing `blocks` blocks of [depth, columns] that lie block_stride apart.
NOINLINE void pack_weight(int blocks, int depth, int columns, Matrix weight, ptrdiff_t block_stride, float *panels,
                          int thread, int threads) {
  int padded = padded_columns(columns), per_block = padded / TILE_COLUMNS;
  Range range = share(blocks * per_block, 1, thread, threads);
  for (int i = range.begin; i < range.end; i++) {
    int block = i / per_block, column = (i % per_block) * TILE_COLUMNS;
    Matrix part = {weight.data + block * block_stride + column * weight.column, weight.row, weight.column};
    pack_columns(depth, min_int(TILE_COLUMNS, columns - column), part, panels + (ptrdiff_t)i * depth * TILE_COLUMNS);
  }
}

// products[j] = weight[j] . h for `count` rows of the weight, four at a time.
NOINLINE void dot_rows(int count, int units, const float *weight, const float *h, float *products) {
  int j = 0;
  for (; j + 4 <= count; j += 4) {
    const float *row = weight + (ptrdiff_t)j * units;
    vec sum[4] = {splat(0), splat(0), splat(0), splat(0)};
    int k = 0;
    for (; k + W <= units; k += W) {
      vec x = load(h + k);
      UNROLL for (int i = 0; i < 4; i++) sum[i] = fma(x, load(row + (ptrdiff_t)i * units + k), sum[i]);
    }
    vec x = load_first(h + k, units - k);
    UNROLL for (int i = 0; i < 4; i++) {
      if (k < units) sum[i] = fma(x, load_first(row + (ptrdiff_t)i * units + k, units - k), sum[i]);
      products[j + i] = sum_lanes(sum[i]);
    }
  }
  for (; j < count; j++) {
    float sum = 0;
    for (int k = 0; k < units; k++) sum += h[k] * weight[(ptrdiff_t)j * units + k];
    products[j] = sum;
  }
}

// One step's rows of `width`, `stride` apart, ready for multiply_panel.
INLINE const float *ready_rows(int rows, int width, const float *values, ptrdiff_t stride, float *packed) {
  if (!PACKED_STEPS) return values;
  Matrix plain = {values, stride, 1};
  pack_rows(rows, width, plain, packed);
  return packed;
}

// products[gate][row][j] = sum_k h[row][k] weight[gate * units + unit + j][k] for `gates` gates from `first_gate` on and
// TILE_COLUMNS units from `unit` on. `h`: plain rows; `ready`: the same through ready_rows.
NOINLINE void hidden_products(const Sequence *s, int first_gate, int gates, int rows, const float *h,
                            const float *ready, int unit, float *products) {
  int units = s->units, padded = padded_columns(units);
  for (int gate = first_gate; gate < first_gate + gates; gate++, products += (ptrdiff_t)rows * TILE_COLUMNS) {
    if (s->panels) {
      const float *panel = s->panels + ((ptrdiff_t)gate * padded + unit) * units;
      multiply_panel(rows, units, ready, units, panel, products, TILE_COLUMNS, 0);
    } else {
      const float *weight = s->weight + (ptrdiff_t)(gate * units + unit) * units;
      for (int row = 0; row < rows; row++)
        dot_rows(min_int(TILE_COLUMNS, units - unit), units, weight, h + (ptrdiff_t)row * units,
                 products + row * TILE_COLUMNS);
    }
  }
}

INLINE void copy_floats(float *to, const float *from, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] = from[i];
}

// Runs `statement` for each vector of units: whole ones with a constant `count`, then the rest of the row.
#define FOR_EACH_UNIT_VECTOR(first, last, statement)                                                                   \
  do {                                                                                                                 \
    int u = (first);                                                                                                   \
    for (; u + W <= (last); u += W) {                                                                                  \
      const int count = W;                                                                                             \
      statement;                                                                                                       \
    }                                                                                                                  \
    if (u < (last)) {                                                                                                  \
      const int count = (last) - u;                                                                                    \
      statement;                                                                                                       \
    }                                                                                                                  \
  } while (0)
