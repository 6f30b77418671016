// Moving and combining whole arrays, for what TF.js asks outside the fused operations: strided copies (transpose,
// reverse, slice, concatenation), element-wise functions, broadcast arithmetic, sums.
#include "gemm.h"
#include "words.h"

enum { OP_COPY = 46, OP_UNARY, OP_BINARY, OP_SUM };

#define DIMENSIONS 4

// ---- Strided copies --------------------------------------------------------------------------------------------------

typedef struct {
  int sizes[DIMENSIONS];
  ptrdiff_t from_strides[DIMENSIONS], to_strides[DIMENSIONS]; // in elements; may be negative or 0
  const float *from;                                          // of any type of 4 bytes
  float *to;
} Copy;

// Rows begin..end-1 of one matrix: the last two dimensions.
INLINE void copy_rows(const Copy *c, const float *from, float *to, int begin, int end) {
  int columns = c->sizes[3];
  ptrdiff_t from_row = c->from_strides[2], from_column = c->from_strides[3];
  ptrdiff_t to_row = c->to_strides[2], to_column = c->to_strides[3];
  if (from_row == 1 && to_column == 1 && from_column >= 0) {
    transpose(columns, end - begin, from + begin, from_column, to + begin * to_row, to_row);
    return;
  }
  for (int i = begin; i < end; i++) {
    const float *in = from + i * from_row;
    float *out = to + i * to_row;
    if (from_column == 1 && to_column == 1) __builtin_memcpy(out, in, (size_t)columns * sizeof(float));
    else
      for (int j = 0; j < columns; j++) out[j * to_column] = in[j * from_column];
  }
}

NOINLINE void copy_strided(const Copy *c, int thread, int threads) {
  int rows = c->sizes[2];
  Range range = share(c->sizes[0] * c->sizes[1] * rows, 1, thread, threads);
  for (int row = range.begin; row < range.end;) {
    int matrix = row / rows, begin = row % rows, end = min_int(rows, begin + range.end - row);
    int i = matrix / c->sizes[1], j = matrix % c->sizes[1];
    copy_rows(c, c->from + i * c->from_strides[0] + j * c->from_strides[1],
              c->to + i * c->to_strides[0] + j * c->to_strides[1], begin, end);
    row += end - begin;
  }
}

// ---- Functions of one number -----------------------------------------------------------------------------------------

enum { UNARY_RELU, UNARY_SIGMOID, UNARY_TANH, UNARY_EXP };

// e^x over the whole range: the square of e^(x/2) overflows and vanishes where it should.
INLINE vec exp_everywhere(vec x) {
  vec half = exp_(x * splat(0.5f));
  return half * half;
}

NOINLINE void unary(int kind, int count, const float *x, float *y, int thread, int threads) {
  Range range = share(count, 16, thread, threads);
#define EACH(expression)                                                                                               \
  for (int i = range.begin; i < range.end; i += W) {                                                                   \
    int lanes = min_int(W, range.end - i);                                                                             \
    vec v = load_first(x + i, lanes);                                                                                  \
    store_first(y + i, expression, lanes);                                                                             \
  }
  switch (kind) {
  case UNARY_RELU: EACH(max(v, splat(0))) break;
  case UNARY_SIGMOID: EACH(splat(1) / (splat(1) + exp_everywhere(-v))) break; // small values keep their digits
  case UNARY_TANH: EACH(tanh_(v)) break;
  case UNARY_EXP: EACH(exp_everywhere(v)) break;
  }
#undef EACH
}

// ---- Arithmetic of two arrays ----------------------------------------------------------------------------------------

enum { BINARY_ADD, BINARY_SUB, BINARY_MUL, BINARY_DIV };

typedef struct {
  int kind;
  int sizes[DIMENSIONS];                                // of the result, which is dense
  ptrdiff_t a_strides[DIMENSIONS], b_strides[DIMENSIONS]; // 0 repeats; 0 or 1 in the last dimension
  const float *a, *b;
  float *y;
} Binary;

INLINE vec combine(const int KIND, vec a, vec b) {
  return KIND == BINARY_ADD ? a + b : KIND == BINARY_SUB ? a - b : KIND == BINARY_MUL ? a * b : a / b;
}

INLINE void binary_row(const int KIND, int count, const float *a, int a_step, const float *b, int b_step, float *y) {
  int j = 0;
  for (; j + W <= count; j += W)
    store(y + j, combine(KIND, a_step ? load(a + j) : splat(*a), b_step ? load(b + j) : splat(*b)));
  if (j < count) {
    int rest = count - j;
    vec left = a_step ? load_first(a + j, rest) : splat(*a), right = b_step ? load_first(b + j, rest) : splat(*b);
    store_first(y + j, combine(KIND, left, right), rest);
  }
}

INLINE void binary_rows(const int KIND, const Binary *o, Range range) {
  const int *n = o->sizes;
  for (int row = range.begin; row < range.end; row++) {
    int k = row % n[2], j = row / n[2] % n[1], i = row / n[2] / n[1];
    const float *a = o->a + i * o->a_strides[0] + j * o->a_strides[1] + k * o->a_strides[2];
    const float *b = o->b + i * o->b_strides[0] + j * o->b_strides[1] + k * o->b_strides[2];
    binary_row(KIND, n[3], a, (int)o->a_strides[3], b, (int)o->b_strides[3], o->y + (ptrdiff_t)row * n[3]);
  }
}

// One long row is shared by its columns, many rows by rows.
NOINLINE void binary(const Binary *o, int thread, int threads) {
  Binary own = *o;
  int rows = o->sizes[0] * o->sizes[1] * o->sizes[2];
  Range range = {0, rows};
  if (rows == 1) {
    Range columns = share(o->sizes[3], 16, thread, threads);
    own.sizes[3] = columns.end - columns.begin;
    own.a += columns.begin * o->a_strides[3];
    own.b += columns.begin * o->b_strides[3];
    own.y += columns.begin;
  } else range = share(rows, 1, thread, threads);
  switch (o->kind) {
  case BINARY_ADD: binary_rows(BINARY_ADD, &own, range); break;
  case BINARY_SUB: binary_rows(BINARY_SUB, &own, range); break;
  case BINARY_MUL: binary_rows(BINARY_MUL, &own, range); break;
  case BINARY_DIV: binary_rows(BINARY_DIV, &own, range); break;
  }
}

// ---- Sums ------------------------------------------------------------------------------------------------------------

#define SUM_BLOCK 256 // elements that are added before their sum is: small numbers are not lost in a large one

INLINE double sum_row(int count, const float *x) {
  double total = 0;
  for (int begin = 0; begin < count; begin += SUM_BLOCK) {
    int end = min_int(count, begin + SUM_BLOCK), i = begin;
    vec sum = splat(0);
    for (; i + W <= end; i += W) sum += load(x + i);
    if (i < end) sum += load_first(x + i, end - i);
    total += (double)sum_lanes(sum);
  }
  return total;
}

// y[i][j] = sum_k x[i][k][j]; x [outer, count, inner]. Threads own elements of y.
NOINLINE void sum_middle(int outer, int count, int inner, const float *x, float *y, int thread, int threads) {
  if (inner == 1) {
    Range rows = share(outer, 1, thread, threads);
    for (int i = rows.begin; i < rows.end; i++) y[i] = (float)sum_row(count, x + (ptrdiff_t)i * count);
    return;
  }
  Range columns = {0, inner}, matrices = {0, outer};
  if (outer >= 4 * threads) matrices = share(outer, 1, thread, threads);
  else columns = share(inner, 16, thread, threads);
  for (int i = matrices.begin; i < matrices.end; i++)
    for (int j = columns.begin; j < columns.end; j += W) {
      int lanes = min_int(W, columns.end - j);
      vec total = splat(0);
      for (int begin = 0; begin < count; begin += SUM_BLOCK) {
        vec sum = splat(0);
        for (int k = begin; k < min_int(count, begin + SUM_BLOCK); k++)
          sum += load_first(x + ((ptrdiff_t)i * count + k) * inner + j, lanes);
        total += sum;
      }
      store_first(y + (ptrdiff_t)i * inner + j, total, lanes);
    }
}

INLINE void run_arrays(int operation, Words *w, int thread, int threads) {
  if (operation == OP_COPY) {
    Copy c;
    for (int d = 0; d < DIMENSIONS; d++) c.sizes[d] = number(w);
    for (int d = 0; d < DIMENSIONS; d++) c.from_strides[d] = number(w);
    for (int d = 0; d < DIMENSIONS; d++) c.to_strides[d] = number(w);
    c.from = address(w), c.to = address(w);
    copy_strided(&c, thread, threads);
  } else if (operation == OP_UNARY) {
    int kind = number(w), count = number(w);
    const float *x = address(w);
    unary(kind, count, x, address(w), thread, threads);
  } else if (operation == OP_BINARY) {
    Binary o;
    o.kind = number(w);
    for (int d = 0; d < DIMENSIONS; d++) o.sizes[d] = number(w);
    for (int d = 0; d < DIMENSIONS; d++) o.a_strides[d] = number(w);
    for (int d = 0; d < DIMENSIONS; d++) o.b_strides[d] = number(w);
    o.a = address(w), o.b = address(w), o.y = address(w);
    binary(&o, thread, threads);
  } else {
    int outer = number(w), count = number(w), inner = number(w);
    const float *x = address(w);
    sum_middle(outer, count, inner, x, address(w), thread, threads);
  }
}
