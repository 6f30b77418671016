// Learning vectors from counts of pairs of words, lock-free: GloVe (Pennington et al., 2014) with AdaGrad. The loss of a
// pair is f(x) (w_i . c_j + b_i + b_j - ln x)^2 / 2 with f(x) = (x / x_max)^alpha, 1 at most.
#include "threads.h"
#include "words.h"

enum { OP_LEARN_PAIRS = 82 };
#define MOST_GRADIENT 100.0f // gradients are cut off there, as in the authors' program

typedef struct {
  int count, row, dimension; // row: floats, a multiple of W above the dimension; column `dimension` is the bias
  float rate, x_max, alpha;
  const int32_t *first, *second; // [count] words of a pair; it counts in both directions unless they are the same
  const float *counts;           // [count] x, above 0
  float *words, *contexts;       // [vocabulary, row] each
  float *word_squares, *context_squares; // the same shape: AdaGrad's sums, 1 at the start
  float *losses;                         // [threads, 2] sum of the losses, and their number
} Pairs;

INLINE vec limited(vec g) { return min(max(g, splat(-MOST_GRADIENT)), splat(MOST_GRADIENT)); }

// AdaGrad's step for one number, as learn_direction takes it for a whole row.
INLINE void learn_bias(float *value, float *squares, float gradient, float rate) {
  float g = gradient > MOST_GRADIENT ? MOST_GRADIENT : gradient < -MOST_GRADIENT ? -MOST_GRADIENT : gradient;
  g *= rate;
  *value -= g / square_root1(*squares);
  *squares += g * g;
}

// One step of word i with context j. Returns the loss before it.
INLINE float learn_direction(const int ROW, const Pairs *p, int i, int j, float log_count, float weight) {
  ptrdiff_t at = (ptrdiff_t)i * ROW, to = (ptrdiff_t)j * ROW;
  float *w = p->words + at, *c = p->contexts + to, *ws = p->word_squares + at, *cs = p->context_squares + to;
  const int B = p->dimension;
  // The rows are multiplied bias and all; then the biases are put right.
  float bias[2] = {w[B], c[B]}, squares[2] = {ws[B], cs[B]};
  vec sum = splat(0);
  for (int k = 0; k < ROW; k += W) sum = fma(load(w + k), load(c + k), sum);
  float error = sum_lanes(sum) - bias[0] * bias[1] + bias[0] + bias[1] - log_count, pull = weight * error;
  vec all = splat(pull), rate = splat(p->rate);
  for (int k = 0; k < ROW; k += W) {
    vec old_w = load(w + k), old_c = load(c + k), sum_w = load(ws + k), sum_c = load(cs + k);
    vec gw = limited(all * old_c) * rate, gc = limited(all * old_w) * rate;
    store(w + k, old_w - divide(gw, square_root(sum_w)));
    store(c + k, old_c - divide(gc, square_root(sum_c)));
    store(ws + k, fma(gw, gw, sum_w));
    store(cs + k, fma(gc, gc, sum_c));
  }
  learn_bias(&bias[0], &squares[0], pull, p->rate);
  learn_bias(&bias[1], &squares[1], pull, p->rate);
  w[B] = bias[0], c[B] = bias[1], ws[B] = squares[0], cs[B] = squares[1];
  return pull * error / 2;
}

INLINE void expect_row(const int ROW, const Pairs *p, int word) {
  ptrdiff_t at = (ptrdiff_t)word * ROW;
  for (int k = 0; k < ROW; k += 16) {
    __builtin_prefetch(p->words + at + k, 1);
    __builtin_prefetch(p->contexts + at + k, 1);
    __builtin_prefetch(p->word_squares + at + k, 1);
    __builtin_prefetch(p->context_squares + at + k, 1);
  }
}

INLINE void learn_pair_range(const int ROW, const Pairs *p, Range range, float *losses) {
  for (int n = range.begin; n < range.end; n++) {
    int i = p->first[n], j = p->second[n];
    if (n + 1 < range.end) expect_row(ROW, p, p->first[n + 1]), expect_row(ROW, p, p->second[n + 1]);
    float log_count = log_(p->counts[n]), share_of_most = log_count - log_(p->x_max);
    float weight = share_of_most < 0 ? exp_(splat(p->alpha * share_of_most))[0] : 1;
    losses[0] += learn_direction(ROW, p, i, j, log_count, weight);
    losses[1] += 1;
    if (i == j) continue;
    losses[0] += learn_direction(ROW, p, j, i, log_count, weight);
    losses[1] += 1;
  }
}

NOINLINE void learn_pairs(const Pairs *p, int thread, int threads) {
  Range range = share(p->count, 1, thread, threads);
  float losses[2] = {0, 0};
  if (p->row == 112) learn_pair_range(112, p, range, losses);
  else learn_pair_range(p->row, p, range, losses);
  for (int i = 0; i < 2; i++) p->losses[2 * thread + i] = losses[i];
}

INLINE void run_learn_pairs(Words *w, int thread, int threads) {
  Pairs p;
  p.count = number(w), p.row = number(w), p.dimension = number(w);
  p.rate = real(w), p.x_max = real(w), p.alpha = real(w);
  p.first = address(w), p.second = address(w), p.counts = address(w), p.words = address(w), p.contexts = address(w);
  p.word_squares = address(w), p.context_squares = address(w), p.losses = address(w);
  learn_pairs(&p, thread, threads);
}
