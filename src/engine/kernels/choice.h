// Choosing the next token from its scores: temperature, top-k, top-p (Holtzman et al., 2020), forbidden tokens. The rules,
// their order and the random numbers are those of src/core/generation/choice.ts, so that both choose the same tokens.
#pragma once
#include "simd.h"

typedef struct {
  int vocabulary;
  float temperature; // 0: the most probable token
  int top_k;         // only the k most probable; 0: all
  float top_p;       // only the most probable whose probabilities add up to p; 1: all
  int forbidden_count;
  const int32_t *forbidden; // tokens that are never chosen
} Choice;

// Working memory of one choice, `vocabulary` of each.
typedef struct {
  float *powers;
  int32_t *heap;
} ChoiceScratch;

INLINE uint32_t rotate_left(uint32_t word, int bits) { return word << bits | word >> (32 - bits); }

// Uniform in [0, 1): xoshiro128** (Blackman and Vigna, 2021), as in src/core/random.ts.
INLINE double next_uniform(uint32_t *s) {
  uint32_t scrambled = rotate_left(s[1] * 5, 7) * 9, shifted = s[1] << 9;
  s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
  s[2] ^= shifted, s[3] = rotate_left(s[3], 11);
  return scrambled / 4294967296.0;
}

INLINE float highest_of(int count, const float *scores) {
  vec best = splat(-__builtin_inff());
  int v = 0;
  for (; v + W <= count; v += W) best = max(best, load(scores + v));
  float highest = max_lanes(best);
  for (; v < count; v++) highest = scores[v] > highest ? scores[v] : highest;
  return highest;
}

// powers[v] = e^((scores[v] - highest) * scale). Returns their sum: not above 0 when a score is no number.
INLINE double powers_of(int count, const float *scores, float highest, float scale, float *powers) {
  for (int v = 0; v < count; v += W) {
    int width = min_int(W, count - v);
    store_first(powers + v, exp_((load_first(scores + v, width) - splat(highest)) * splat(scale)), width);
  }
  double sums[4] = {0, 0, 0, 0};
  int v = 0;
  for (; v + 4 <= count; v += 4)
    UNROLL for (int i = 0; i < 4; i++) sums[i] += powers[v + i];
  for (; v < count; v++) sums[0] += powers[v];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// The most probable token, the first of equals; -1 where all are forbidden.
INLINE int most_probable(int count, const float *scores) {
  int best = -1;
  float highest = -__builtin_inff();
  for (int v = 0; v < count; v++)
    if (scores[v] > highest) highest = scores[v], best = v;
  return best;
}

// Tokens by falling score, the smaller id first among equals.
INLINE int comes_before(const float *scores, int a, int b) {
  return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}
INLINE void sift_down(const float *scores, int32_t *heap, int size, int place) {
  int32_t moving = heap[place];
  for (int child; (child = 2 * place + 1) < size; place = child) {
    if (child + 1 < size && comes_before(scores, heap[child + 1], heap[child])) child++;
    if (!comes_before(scores, heap[child], moving)) break;
    heap[place] = heap[child];
  }
  heap[place] = moving;
}

// Draws from the most probable tokens, as many as top-k and top-p leave. A heap gives them one by one in their order; those
// taken gather behind it, the first one last.
INLINE int draw_from_top(const Choice *c, const float *scores, ChoiceScratch s, double sum, double uniform) {
  int count = 0;
  for (int v = 0; v < c->vocabulary; v++)
    if (s.powers[v] > 0) s.heap[count++] = v;
  for (int place = count / 2 - 1; place >= 0; place--) sift_down(scores, s.heap, count, place);
  int most = c->top_k > 0 ? min_int(c->top_k, count) : count, taken = 0;
  double kept = 0, enough = c->top_p < 1 ? c->top_p * sum : sum * 2;
  while (taken < most) {
    int32_t token = s.heap[0];
    taken++;
    s.heap[0] = s.heap[count - taken];
    sift_down(scores, s.heap, count - taken, 0);
    s.heap[count - taken] = token;
    kept += s.powers[token];
    if (kept >= enough) break;
  }
  double rest = uniform * kept;
  for (int i = 1; i < taken; i++) {
    int token = s.heap[count - i];
    rest -= s.powers[token];
    if (rest < 0) return token;
  }
  return s.heap[count - taken];
}

INLINE int draw_from_all(int count, const float *powers, double sum, double uniform) {
  double rest = uniform * sum;
  int last = 0;
  for (int v = 0; v < count; v++) {
    rest -= powers[v];
    if (rest < 0) return v;
    if (powers[v] > 0) last = v;
  }
  return last; // rounding left a little over
}

// The chosen token, and ln of what the model itself gave it: at temperature 1, with nothing left out. -1 and NaN when a
// score is no number, or everything is forbidden. Overwrites the scores of forbidden tokens.
NOINLINE int choose(const Choice *c, float *scores, ChoiceScratch s, uint32_t *random, float *log_probability) {
  const int count = c->vocabulary;
  *log_probability = __builtin_nanf("");
  float highest = highest_of(count, scores);
  double sum = powers_of(count, scores, highest, 1, s.powers);
  if (!(sum > 0)) return -1;
  float log_sum = highest + log_((float)sum);
  for (int i = 0; i < c->forbidden_count; i++) scores[c->forbidden[i]] = -__builtin_inff();
  int token;
  if (c->temperature == 0) token = most_probable(count, scores);
  else {
    if (c->temperature != 1 || c->forbidden_count > 0) {
      highest = highest_of(count, scores);
      sum = powers_of(count, scores, highest, 1 / c->temperature, s.powers);
      if (!(sum > 0)) return -1;
    }
    double uniform = next_uniform(random);
    token = c->top_k > 0 || c->top_p < 1 ? draw_from_top(c, scores, s, sum, uniform)
                                         : draw_from_all(count, s.powers, sum, uniform);
  }
  if (token >= 0) *log_probability = scores[token] - log_sum;
  return token;
}
