// What the recurrent layers share. Sequences are time-major: element (t, b, u) of a [time, batch, units] block.
//
// A sequence is split over threads by batch rows only: each thread walks all time steps of its own rows, so nothing
// waits inside a sequence and the number of threads does not change a bit of the result.
#pragma once
#include "gemm.h"

// Sizes and scratch of one sequence. GATES is the cell's number of weight blocks of [units, units] (4, 3 or 1).
typedef struct {
  int time, batch, units;
  const float *weight; // [GATES * units, units], PyTorch's weight_hh
  // The weight, packed by pack_weight: forward [GATES][padded units / TILE_COLUMNS][units][TILE_COLUMNS];
  // backward [padded units / TILE_COLUMNS][GATES * units][TILE_COLUMNS]. Forward it may be NULL: the plain weight is
  // used, which is better for a step or two of sampling.
  const float *panels;
  float *rows;     // [batch, GATES * units], scratch: one step's rows, packed
  float *products; // forward [GATES][batch, TILE_COLUMNS]; backward dh, [batch, padded units]; scratch
} Sequence;

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
INLINE void dot_rows(int count, int units, const float *weight, const float *h, float *products) {
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

// One step's rows, ready for the products below.
INLINE const float *ready_rows(int rows, int width, const float *values, float *packed) {
  if (!PACKED_STEPS) return values;
  Matrix plain = {values, width, 1};
  pack_rows(rows, width, plain, packed);
  return packed;
}

// products[gate][row][j] = sum_k h[row][k] weight[gate * units + unit + j][k] for TILE_COLUMNS units from `unit` on.
// `h`: plain rows; `ready`: the same through ready_rows.
INLINE void hidden_products(const Sequence *s, const int GATES, int rows, const float *h, const float *ready, int unit,
                            float *products) {
  int units = s->units, padded = padded_columns(units);
  for (int gate = 0; gate < GATES; gate++) {
    float *to = products + (ptrdiff_t)gate * rows * TILE_COLUMNS;
    if (s->panels) {
      const float *panel = s->panels + ((ptrdiff_t)gate * padded + unit) * units;
      multiply_panel(rows, units, ready, units, panel, to, TILE_COLUMNS, 0);
    } else {
      const float *weight = s->weight + (ptrdiff_t)(gate * units + unit) * units;
      for (int row = 0; row < rows; row++)
        dot_rows(min_int(TILE_COLUMNS, units - unit), units, weight, h + (ptrdiff_t)row * units, to + row * TILE_COLUMNS);
    }
  }
}

// Back through the same product: dh[row][k] = sum_j dgates[row][j] weight[j][k] (plus what dh held if `add`).
// dgates: plain rows [rows, GATES * units]; dh: rows of padded units.
INLINE void hidden_gradient(const Sequence *s, const int GATES, int rows, const float *dgates, float *packed, float *dh,
                            int add) {
  int width = GATES * s->units, padded = padded_columns(s->units);
  const float *ready = ready_rows(rows, width, dgates, packed);
  for (int unit = 0; unit < s->units; unit += TILE_COLUMNS)
    multiply_panel(rows, width, ready, width, s->panels + (ptrdiff_t)unit * width, dh + unit, padded, add);
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
