// Softmax over the scores of a sequence, and the scores of additive attention; the backward below each forward.
#include "words.h"
#include "threads.h"

enum { OP_SOFTMAX = 50, OP_SOFTMAX_BACKWARD, OP_ADDITIVE_SCORES, OP_ADDITIVE_BACKWARD };

INLINE void zero_floats(float *to, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) to[i] = 0;
}

// ---- Softmax ---------------------------------------------------------------------------------------------------------

// One row of at least one score, times `scale`, which is above 0.
INLINE void softmax_scores(int count, float scale, const float *scores, float *weights) {
  vec best = splat(-__builtin_inff()), sum = splat(0);
  int whole = count / W * W, rest = count - whole;
  for (int j = 0; j < whole; j += W) best = max(best, load(scores + j));
  float highest = max_lanes(best);
  for (int j = whole; j < count; j++) highest = scores[j] > highest ? scores[j] : highest;
  for (int j = 0; j < whole; j += W) {
    vec power = exp_((load(scores + j) - splat(highest)) * splat(scale));
    store(weights + j, power);
    sum += power;
  }
  float all = sum_lanes(sum);
  if (rest) {
    vec power = exp_((load_first(scores + whole, rest) - splat(highest)) * splat(scale));
    store_first(weights + whole, power, rest);
    for (int j = 0; j < rest; j++) all += power[j];
  }
  float factor = 1 / all;
  for (int j = 0; j < whole; j += W) store(weights + j, load(weights + j) * splat(factor));
  for (int j = whole; j < count; j++) weights[j] *= factor;
}

// weights[row][j] = softmax over the first length of scale * scores[row], 0 behind. `lengths` [rows / each]: one for each `each`
// rows; NULL if all are whole.
NOINLINE void softmax(int rows, int columns, int each, float scale, const float *scores, const int32_t *lengths,
                      float *weights, int thread, int threads) {
  Range range = share(rows, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    int count = lengths ? min_int(columns, lengths[row / each]) : columns;
    ptrdiff_t at = (ptrdiff_t)row * columns;
    if (count > 0) softmax_scores(count, scale, scores + at, weights + at);
    zero_floats(weights + at + count, columns - count);
  }
}

// dscores = scale * weights o (dy - sum_j weights[j] dy[j]), over the same lengths.
NOINLINE void softmax_backward(int rows, int columns, int each, float scale, const float *weights,
                               const int32_t *lengths, const float *dy, float *dscores, int thread, int threads) {
  Range range = share(rows, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    int count = lengths ? min_int(columns, lengths[row / each]) : columns, whole = count / W * W;
    ptrdiff_t at = (ptrdiff_t)row * columns;
    const float *p = weights + at, *d = dy + at;
    vec sum = splat(0);
    for (int j = 0; j < whole; j += W) sum = fma(load(p + j), load(d + j), sum);
    float mean = sum_lanes(sum);
    for (int j = whole; j < count; j++) mean += p[j] * d[j];
    for (int j = 0; j < whole; j += W)
      store(dscores + at + j, splat(scale) * load(p + j) * (load(d + j) - splat(mean)));
    for (int j = whole; j < count; j++) dscores[at + j] = scale * p[j] * (d[j] - mean);
    zero_floats(dscores + at + count, columns - count);
  }
}

// ---- Additive attention (Bahdanau et al., 2015) ----------------------------------------------------------------------
//   scores[b][q][t] = sum_a v[a] tanh(queries[b][q][a] + keys[b][t][a])

typedef struct {
  int batch, count, time, width; // count: queries of a sequence
  const float *queries;          // [batch, count, width]
  const float *keys;             // [batch, time, width]
  const float *v;                // [width]
} Additive;

NOINLINE void additive_scores(const Additive *s, float *scores, int thread, int threads) {
  int A = s->width;
  Range range = share(s->batch * s->count, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    const float *q = s->queries + (ptrdiff_t)row * A, *k = s->keys + (ptrdiff_t)(row / s->count) * s->time * A;
    for (int t = 0; t < s->time; t++, k += A) {
      vec sum = splat(0);
      int a = 0;
      for (; a + W <= A; a += W) sum = fma(load(s->v + a), tanh_(load(q + a) + load(k + a)), sum);
      if (a < A) sum = fma(load_first(s->v + a, A - a), tanh_(load_first(q + a, A - a) + load_first(k + a, A - a)), sum);
      scores[(ptrdiff_t)row * s->time + t] = sum_lanes(sum);
    }
  }
}

typedef struct {
  const float *dscores;    // [batch, count, time]
  float *dqueries, *dkeys; // as queries and keys
  float *dv;               // [width]
} AdditiveGradients;

// One vector of the width for one sequence; tanh is computed again rather than kept. Returns its share of dv.
INLINE vec additive_vector(const Additive *s, const AdditiveGradients *g, int b, int a, int lanes) {
  int A = s->width;
  const float *q = s->queries + (ptrdiff_t)b * s->count * A + a, *k = s->keys + (ptrdiff_t)b * s->time * A + a;
  const float *d = g->dscores + (ptrdiff_t)b * s->count * s->time;
  float *dq = g->dqueries + (ptrdiff_t)b * s->count * A + a, *dk = g->dkeys + (ptrdiff_t)b * s->time * A + a;
  vec v = load_first(s->v + a, lanes), dv = splat(0);
  for (int t = 0; t < s->time; t++) store_first(dk + (ptrdiff_t)t * A, splat(0), lanes);
  for (int i = 0; i < s->count; i++, d += s->time) {
    vec query = load_first(q + (ptrdiff_t)i * A, lanes), sum = splat(0);
    for (int t = 0; t < s->time; t++) {
      vec squashed = tanh_(query + load_first(k + (ptrdiff_t)t * A, lanes)), ds = splat(d[t]);
      vec change = ds * v * (splat(1) - squashed * squashed);
      dv = fma(ds, squashed, dv);
      sum += change;
      store_first(dk + (ptrdiff_t)t * A, load_first(dk + (ptrdiff_t)t * A, lanes) + change, lanes);
    }
    store_first(dq + (ptrdiff_t)i * A, sum, lanes);
  }
  return dv;
}

// Threads own parts of the width, so that every sum is made by one of them.
NOINLINE void additive_backward(const Additive *s, const AdditiveGradients *g, int thread, int threads) {
  Range range = share(s->width, 16, thread, threads);
  for (int a = range.begin; a < range.end; a += W) {
    int lanes = min_int(W, range.end - a);
    vec dv = splat(0);
    if (lanes == W)
      for (int b = 0; b < s->batch && !is_stopped(); b++) dv += additive_vector(s, g, b, a, W);
    else
      for (int b = 0; b < s->batch && !is_stopped(); b++) dv += additive_vector(s, g, b, a, lanes);
    store_first(g->dv + a, dv, lanes);
  }
}

INLINE void run_attention(int operation, Words *w, int thread, int threads) {
  int n0 = number(w), n1 = number(w), n2 = number(w);
  Words scale = *w; // the fourth word: a float for softmax, a size for the scores
  int n3 = number(w);
  void *p0 = address(w), *p1 = address(w), *p2 = address(w), *p3 = address(w);
  Additive s = {n0, n1, n2, n3, p0, p1, p2};
  switch (operation) {
  case OP_SOFTMAX: softmax(n0, n1, n2, real(&scale), p0, p1, p2, thread, threads); break;
  case OP_SOFTMAX_BACKWARD: softmax_backward(n0, n1, n2, real(&scale), p0, p1, p2, p3, thread, threads); break;
  case OP_ADDITIVE_SCORES: additive_scores(&s, p3, thread, threads); break;
  case OP_ADDITIVE_BACKWARD: {
    AdditiveGradients g;
    g.dscores = p3, g.dqueries = address(w), g.dkeys = address(w), g.dv = address(w);
    additive_backward(&s, &g, thread, threads);
    break;
  }
  }
}
