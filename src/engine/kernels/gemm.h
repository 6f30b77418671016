// Matrix multiplication: packed and blocked after Goto and van de Geijn (2008), "Anatomy of High-Performance Matrix
// Multiplication". A micro-kernel keeps a tile of C in registers: TILE_ROWS x TILE_COLUMNS.
#pragma once
#include "threads.h"

#ifndef TILE_ROWS
#define TILE_ROWS 4
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#define TILE_COLUMNS (W * TILE_VECTORS)

#ifndef BLOCK_DEPTH // k's that are multiplied between two visits of C
#define BLOCK_DEPTH 384
#endif
#ifndef BLOCK_COLUMNS // columns of B that stay packed in the outer cache
#define BLOCK_COLUMNS 512
#endif
#ifndef BLOCK_ROWS // rows of A that stay packed in the inner cache
#define BLOCK_ROWS 240
#endif
#ifndef STEP_DEPTH // the same inside a time step
#define STEP_DEPTH 512
#endif
#ifndef PACKED_STEPS // whether a time step packs its rows first (worth it in WebAssembly only)
#define PACKED_STEPS 0
#endif
_Static_assert(BLOCK_COLUMNS % TILE_COLUMNS == 0, "a column block must hold whole tiles");

// An operand of a product: element (i, j) lies at data[i * row + j * column]; a transpose only exchanges the strides.
typedef struct {
  const float *data;
  ptrdiff_t row, column;
} Matrix;

#define GEMM_SCRATCH_FLOATS (BLOCK_DEPTH * BLOCK_COLUMNS + BLOCK_ROWS * BLOCK_DEPTH)

// C[i][j] = start[i][j] + sum_k A[i][k] B[k][j], for A [rows, depth], B [depth, columns]; row i of C begins at
// c + i * c_row. `start` may be C itself (accumulate), one row with stride 0 (a bias) or NULL (zero).
// `scratch`: GEMM_SCRATCH_FLOATS of this thread's own.
NOINLINE void multiply(int rows, int columns, int depth, Matrix a, Matrix b, float *c, ptrdiff_t c_row,
                       const float *start, ptrdiff_t start_row, float *scratch);

// Copies B [depth, columns] into panels of TILE_COLUMNS columns, each [depth][TILE_COLUMNS], the last padded with zeros.
NOINLINE void pack_columns(int depth, int columns, Matrix b, float *panels);
// Copies A [rows, depth] into panels of at most TILE_ROWS rows, each [depth][rows of the panel], of even heights.
NOINLINE void pack_rows(int rows, int depth, Matrix a, float *panels);

INLINE int padded_columns(int columns) { return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS; }

// The row panels of a block: as few as possible, of heights that differ by at most one.
INLINE int row_panels(int rows) { return (rows + TILE_ROWS - 1) / TILE_ROWS; }
INLINE int panel_begin(int rows, int panels, int panel) { return (int)((int64_t)rows * panel / panels); }

// One product inside a time step, TILE_COLUMNS wide: c[row][j] = sum_k A[row][k] panel[k][j], plus what C held if `add`.
// A is packed by pack_rows where PACKED_STEPS, else plain rows of stride a_row.
NOINLINE void multiply_panel(int rows, int depth, const float *a, ptrdiff_t a_row, const float *panel, float *c,
                             ptrdiff_t c_row, int add);
