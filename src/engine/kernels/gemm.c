// Matrix multiplication; see gemm.h.
#include "gemm.h"

// ---- The micro-kernel: one tile of C ---------------------------------------------------------------------------------

// c[i][j] = start[i][j] + sum_k a[i][k] b[k][j] for HEIGHT rows and TILE_COLUMNS columns.
// b: [depth][TILE_COLUMNS]. a: [depth][HEIGHT] where PACKED, else rows of stride a_row.
INLINE void tile(int depth, const float *a, ptrdiff_t a_row, const float *b, float *c, ptrdiff_t c_row,
                 const float *start, ptrdiff_t start_row, const int HEIGHT, const int PACKED) {
  vec sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int i = 0; i < HEIGHT; i++)
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) sum[i][j] = splat(0);
  for (int k = 0; k < depth; k++) {
    vec row[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) row[j] = load(b + j * W);
    UNROLL for (int i = 0; i < HEIGHT; i++) {
      vec x = splat(PACKED ? a[i] : a[i * a_row]);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) sum[i][j] = fma(x, row[j], sum[i][j]);
    }
    b += TILE_COLUMNS;
    a += PACKED ? HEIGHT : 1;
  }
  if (start) {
    UNROLL for (int i = 0; i < HEIGHT; i++)
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) sum[i][j] += load(start + i * start_row + j * W);
  }
  UNROLL for (int i = 0; i < HEIGHT; i++)
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) store(c + i * c_row + j * W, sum[i][j]);
}

#define TILE_ARGUMENTS                                                                                                 \
  int depth, const float *a, ptrdiff_t a_row, const float *b, float *c, ptrdiff_t c_row, const float *start,           \
      ptrdiff_t start_row
#define TILE_OF_HEIGHT(height)                                                                                         \
  NOINLINE void packed_tile_##height(TILE_ARGUMENTS) {                                                                 \
    tile(depth, a, a_row, b, c, c_row, start, start_row, height, 1);                                                   \
  }                                                                                                                    \
  NOINLINE void plain_tile_##height(TILE_ARGUMENTS) {                                                                  \
    tile(depth, a, a_row, b, c, c_row, start, start_row, height, 0);                                                   \
  }
#define CASE(kind, height)                                                                                             \
  case height:                                                                                                         \
    kind##_tile_##height(depth, a, a_row, b, c, c_row, start, start_row);                                              \
    return;

#if TILE_ROWS == 4
#define FOR_EACH_HEIGHT(DO) DO(1) DO(2) DO(3) DO(4)
#define CASES(kind) CASE(kind, 1) CASE(kind, 2) CASE(kind, 3) CASE(kind, 4)
#elif TILE_ROWS == 6
#define FOR_EACH_HEIGHT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6)
#define CASES(kind) CASE(kind, 1) CASE(kind, 2) CASE(kind, 3) CASE(kind, 4) CASE(kind, 5) CASE(kind, 6)
#elif TILE_ROWS == 12
#define FOR_EACH_HEIGHT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12)
#define CASES(kind)                                                                                                    \
  CASE(kind, 1) CASE(kind, 2) CASE(kind, 3) CASE(kind, 4) CASE(kind, 5) CASE(kind, 6)                                  \
  CASE(kind, 7) CASE(kind, 8) CASE(kind, 9) CASE(kind, 10) CASE(kind, 11) CASE(kind, 12)
#else
#error "TILE_ROWS must be 4, 6 or 12"
#endif

FOR_EACH_HEIGHT(TILE_OF_HEIGHT)

INLINE void packed_tile(int height, TILE_ARGUMENTS) {
  switch (height) { CASES(packed) }
}
INLINE void plain_tile(int height, TILE_ARGUMENTS) {
  switch (height) { CASES(plain) }
}

// ---- Packing ---------------------------------------------------------------------------------------------------------

typedef float vec4 __attribute__((ext_vector_type(4)));
typedef vec4 unaligned_vec4 __attribute__((aligned(4), may_alias));

// to[k][i] = from[i][k] for 4 x 4 elements.
INLINE void transpose4(const float *from, ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
  vec4 a = *(const unaligned_vec4 *)from, b = *(const unaligned_vec4 *)(from + from_row);
  vec4 c = *(const unaligned_vec4 *)(from + 2 * from_row), d = *(const unaligned_vec4 *)(from + 3 * from_row);
  vec4 ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  vec4 cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(unaligned_vec4 *)to = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(unaligned_vec4 *)(to + to_row) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(unaligned_vec4 *)(to + 2 * to_row) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(unaligned_vec4 *)(to + 3 * to_row) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

// to[k][i] = from[i][k] for i < rows, k < depth. The last rows are moved again with their neighbours where that
// completes a group of four.
INLINE void transpose(int rows, int depth, const float *from, ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
  int k = 0;
  if (rows >= 4) {
    for (; k + 4 <= depth; k += 4) {
      float *column = to + (ptrdiff_t)k * to_row;
      int i = 0;
      for (; i + 4 <= rows; i += 4) transpose4(from + i * from_row + k, from_row, column + i, to_row);
      if (i < rows) transpose4(from + (rows - 4) * from_row + k, from_row, column + rows - 4, to_row);
    }
  }
  for (; k < depth; k++)
    for (int i = 0; i < rows; i++) to[(ptrdiff_t)k * to_row + i] = from[i * from_row + k];
}

NOINLINE void pack_columns(int depth, int columns, Matrix b, float *panels) {
  for (int begin = 0; begin < columns; begin += TILE_COLUMNS, panels += (ptrdiff_t)depth * TILE_COLUMNS) {
    int count = min_int(TILE_COLUMNS, columns - begin);
    const float *from = b.data + begin * b.column;
    if (b.column == 1 && count == TILE_COLUMNS) {
      for (int k = 0; k < depth; k++)
        UNROLL for (int v = 0; v < TILE_VECTORS; v++)
          store(panels + (ptrdiff_t)k * TILE_COLUMNS + v * W, load(from + k * b.row + v * W));
      continue;
    }
    if (b.row == 1) transpose(count, depth, from, b.column, panels, TILE_COLUMNS);
    else
      for (int k = 0; k < depth; k++)
        for (int j = 0; j < count; j++) panels[(ptrdiff_t)k * TILE_COLUMNS + j] = from[k * b.row + j * b.column];
    for (int k = 0; k < depth; k++)
      for (int j = count; j < TILE_COLUMNS; j++) panels[(ptrdiff_t)k * TILE_COLUMNS + j] = 0;
  }
}

// `rows` columns of A's transpose, which lie side by side in memory: to[k][i] = from[k * stride + i].
INLINE void copy_panel(int depth, const float *from, ptrdiff_t stride, float *to, const int ROWS) {
  for (int k = 0; k < depth; k++, from += stride, to += ROWS)
    UNROLL for (int i = 0; i < ROWS; i++) to[i] = from[i];
}

NOINLINE void pack_rows(int rows, int depth, Matrix a, float *panels) {
  int count = row_panels(rows);
  for (int panel = 0; panel < count && !is_stopped(); panel++) {
    int begin = panel_begin(rows, count, panel), height = panel_begin(rows, count, panel + 1) - begin;
    const float *from = a.data + begin * a.row;
    if (a.row == 1) {
#define COPY(n)                                                                                                        \
  case n:                                                                                                              \
    copy_panel(depth, from, a.column, panels, n);                                                                      \
    break;
      switch (height) { FOR_EACH_HEIGHT(COPY) }
#undef COPY
    } else if (a.column == 1) transpose(height, depth, from, a.row, panels, height);
    else
      for (int k = 0; k < depth; k++)
        for (int i = 0; i < height; i++) panels[(ptrdiff_t)k * height + i] = from[i * a.row + k * a.column];
    panels += (ptrdiff_t)depth * height;
  }
}

// ---- Blocks ----------------------------------------------------------------------------------------------------------

// A tile at the right edge, fewer than TILE_COLUMNS wide: c[i][j] = start[i][j] + full[i][j].
NOINLINE void copy_edge(int rows, int columns, const float *full, float *c, ptrdiff_t c_row, const float *start,
                        ptrdiff_t start_row) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++)
      c[i * c_row + j] = full[i * TILE_COLUMNS + j] + (start ? start[i * start_row + j] : 0);
}

// One packed block of A times one packed block of B, tile by tile.
INLINE void multiply_block(int rows, int columns, int depth, const float *a, const float *b, float *c, ptrdiff_t c_row,
                           const float *start, ptrdiff_t start_row) {
  float edge[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(64)));
  int panels = row_panels(rows);
  for (int j = 0; j < columns; j += TILE_COLUMNS, b += (ptrdiff_t)depth * TILE_COLUMNS) {
    int width = min_int(TILE_COLUMNS, columns - j);
    for (int panel = 0; panel < panels; panel++) {
      int i = panel_begin(rows, panels, panel), height = panel_begin(rows, panels, panel + 1) - i;
      const float *a_panel = a + (ptrdiff_t)i * depth;
      const float *tile_start = start ? start + i * start_row + j : 0;
      float *tile_c = c + i * c_row + j;
      if (width == TILE_COLUMNS) {
        packed_tile(height, depth, a_panel, 0, b, tile_c, c_row, tile_start, start_row);
      } else {
        packed_tile(height, depth, a_panel, 0, b, edge, TILE_COLUMNS, 0, 0);
        copy_edge(height, width, edge, tile_c, c_row, tile_start, start_row);
      }
    }
  }
}

NOINLINE void multiply(int rows, int columns, int depth, Matrix a, Matrix b, float *c, ptrdiff_t c_row,
                       const float *start, ptrdiff_t start_row, float *scratch) {
  float *packed_b = scratch, *packed_a = scratch + BLOCK_DEPTH * BLOCK_COLUMNS;
  int depth_blocks = (depth + BLOCK_DEPTH - 1) / BLOCK_DEPTH, row_blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  for (int j = 0; j < columns; j += BLOCK_COLUMNS) {
    int width = min_int(BLOCK_COLUMNS, columns - j);
    for (int kb = 0; kb < depth_blocks; kb++) {
      if (is_stopped()) return;
      int k = panel_begin(depth, depth_blocks, kb), deep = panel_begin(depth, depth_blocks, kb + 1) - k;
      Matrix b_block = {b.data + k * b.row + j * b.column, b.row, b.column};
      pack_columns(deep, width, b_block, packed_b);
      for (int ib = 0; ib < row_blocks && !is_stopped(); ib++) {
        int i = panel_begin(rows, row_blocks, ib), high = panel_begin(rows, row_blocks, ib + 1) - i;
        Matrix a_block = {a.data + i * a.row + k * a.column, a.row, a.column};
        pack_rows(high, deep, a_block, packed_a);
        float *c_block = c + i * c_row + j;
        if (kb > 0) multiply_block(high, width, deep, packed_a, packed_b, c_block, c_row, c_block, c_row);
        else
          multiply_block(high, width, deep, packed_a, packed_b, c_block, c_row,
                         start ? start + i * start_row + j : 0, start_row);
      }
    }
  }
}

NOINLINE void multiply_panel(int rows, int depth, const float *a, ptrdiff_t a_row, const float *panel, float *c,
                             ptrdiff_t c_row, int add) {
  if (is_stopped()) return; // all that takes long in a time step is here
  int panels = row_panels(rows);
  for (int k = 0; k < depth; k += STEP_DEPTH) {
    int deep = min_int(STEP_DEPTH, depth - k);
    for (int p = 0; p < panels; p++) {
      int i = panel_begin(rows, panels, p), height = panel_begin(rows, panels, p + 1) - i;
      float *tile_c = c + i * c_row;
      const float *tile_start = k > 0 || add ? tile_c : 0, *b = panel + (ptrdiff_t)k * TILE_COLUMNS;
      if (PACKED_STEPS)
        packed_tile(height, deep, a + (ptrdiff_t)i * depth + (ptrdiff_t)k * height, 0, b, tile_c, c_row, tile_start,
                    c_row);
      else plain_tile(height, deep, a + i * a_row + k, a_row, b, tile_c, c_row, tile_start, c_row);
    }
  }
}

// ---- In a program ----------------------------------------------------------------------------------------------------

// Everything a product needs; strides in elements. Batches lie a_batch, b_batch and c_batch apart (0: the same again).
typedef struct {
  int batches, rows, columns, depth;
  Matrix a, b;
  float *c;
  const float *start; // NULL, C itself or a bias row
  ptrdiff_t c_row, start_row, a_batch, b_batch, c_batch;
} Product;

INLINE void multiply_part(const Product *p, int batch, Range rows, Range columns, float *scratch) {
  if (rows.end <= rows.begin || columns.end <= columns.begin) return;
  Matrix a = {p->a.data + batch * p->a_batch + rows.begin * p->a.row, p->a.row, p->a.column};
  Matrix b = {p->b.data + batch * p->b_batch + columns.begin * p->b.column, p->b.row, p->b.column};
  ptrdiff_t c = batch * p->c_batch + rows.begin * p->c_row + columns.begin;
  const float *start = p->start == p->c ? p->c + c : p->start ? p->start + columns.begin : 0;
  multiply(rows.end - rows.begin, columns.end - columns.begin, p->depth, a, b, p->c + c, p->c_row, start, p->start_row,
           scratch);
}

// This thread's part of a product: whole batches if there are enough, else columns of a wide one, else rows. No element
// is shared and each is summed in one order, so the number of threads does not change a bit of the result.
NOINLINE void multiply_shared(const Product *p, float *scratch, int thread, int threads) {
  Range rows = {0, p->rows}, columns = {0, p->columns};
  if (p->batches >= threads) {
    Range batches = share(p->batches, 1, thread, threads);
    for (int batch = batches.begin; batch < batches.end; batch++) multiply_part(p, batch, rows, columns, scratch);
    return;
  }
  if (p->columns >= 2 * TILE_COLUMNS * threads && p->columns >= p->rows / 2)
    columns = share(p->columns, TILE_COLUMNS, thread, threads);
  else rows = share(p->rows, TILE_ROWS, thread, threads);
  for (int batch = 0; batch < p->batches; batch++) multiply_part(p, batch, rows, columns, scratch);
}
