// Linear-chain conditional random field (Lafferty et al., 2001), in the log domain throughout.
//   score(tags) = start[tag_0] + sum_t emissions[t][tag_t] + sum_t transitions[tag_t][tag_t+1] + end[tag_last]
//   alpha[t][j] = emissions[t][j] + ln sum_i e^(alpha[t-1][i] + transitions[i][j])        alpha[0] = start + emissions[0]
//   beta[t][i]  = ln sum_j e^(transitions[i][j] + emissions[t+1][j] + beta[t+1][j])       beta[last] = end
//   ln Z = ln sum_j e^(alpha[last][j] + end[j])       P(tag_t = j) = e^(alpha[t][j] + beta[t][j] - ln Z)
#include "words.h"
#include "threads.h"

enum { OP_CRF_FORWARD = 56, OP_CRF_MARGINALS, OP_CRF_GRADIENT, OP_CRF_PAIRS, OP_CRF_DECODE };

typedef struct {
  int batch, time, tags;
  const float *emissions;   // [batch, time, tags]
  const int32_t *lengths;   // [batch], each 0..time
  const float *transitions; // [tags, tags], from row to column
  const float *start, *end; // [tags]
} Crf;

INLINE int crf_length(const Crf *c, int b) { return min_int(c->time, c->lengths[b]); }
INLINE ptrdiff_t crf_row(const Crf *c, int b, int t) { return ((ptrdiff_t)b * c->time + t) * c->tags; }

// to[j] = ln sum_i e^(from[i] + matrix[i][j]) + plus[j]; plus may be NULL.
INLINE void log_product(int K, const float *from, const float *matrix, const float *plus, float *to) {
  for (int j = 0; j < K; j += W) {
    int lanes = min_int(W, K - j);
    vec best = splat(-3.4e38f), sum = splat(0);
    for (int i = 0; i < K; i++) best = max(best, splat(from[i]) + load_first(matrix + (ptrdiff_t)i * K + j, lanes));
    for (int i = 0; i < K; i++)
      sum += exp_(splat(from[i]) + load_first(matrix + (ptrdiff_t)i * K + j, lanes) - best);
    for (int n = 0; n < lanes; n++) {
      float value = sum[n] == 0 ? -__builtin_inff() : log_(sum[n]) + best[n];
      to[j + n] = plus ? value + plus[j + n] : value;
    }
  }
}

// ln sum_j e^(a[j] + b[j])
INLINE float log_sum(int K, const float *a, const float *b) {
  float best = -3.4e38f;
  vec sum = splat(0);
  for (int j = 0; j < K; j++) best = a[j] + b[j] > best ? a[j] + b[j] : best;
  int j = 0;
  for (; j + W <= K; j += W) sum += exp_(load(a + j) + load(b + j) - splat(best));
  float all = sum_lanes(sum);
  if (j < K) {
    vec rest = exp_(load_first(a + j, K - j) + load_first(b + j, K - j) - splat(best));
    for (int n = 0; n < K - j; n++) all += rest[n];
  }
  return all == 0 ? -__builtin_inff() : log_(all) + best;
}

// alpha [batch, time, tags] and log_z [batch]; where `wanted` [batch, time] is given, likelihoods [batch] too: the
// score of those tags less ln Z. An empty sequence has ln Z = 0 and likelihood 0.
NOINLINE void crf_forward(const Crf *c, float *alpha, float *log_z, const int32_t *wanted, float *likelihoods,
                          int thread, int threads) {
  int K = c->tags;
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end; b++) {
    int length = crf_length(c, b);
    for (int t = 0; t < length; t++) {
      if (is_stopped()) return;
      const float *emission = c->emissions + crf_row(c, b, t);
      float *own = alpha + crf_row(c, b, t);
      if (t == 0)
        for (int j = 0; j < K; j++) own[j] = c->start[j] + emission[j];
      else log_product(K, own - K, c->transitions, emission, own);
    }
    log_z[b] = length > 0 ? log_sum(K, alpha + crf_row(c, b, length - 1), c->end) : 0;
    if (!wanted) continue;
    const int32_t *tags = wanted + (ptrdiff_t)b * c->time;
    double score = length > 0 ? c->start[tags[0]] + c->end[tags[length - 1]] : 0;
    for (int t = 0; t < length; t++) {
      score += c->emissions[crf_row(c, b, t) + tags[t]];
      if (t > 0) score += c->transitions[(ptrdiff_t)tags[t - 1] * K + tags[t]];
    }
    likelihoods[b] = (float)(score - log_z[b]);
  }
}

// marginals [batch, time, tags], 0 behind the end of a sequence, and follow [batch, time, tags] = emissions + beta.
// transposed: transitions from column to row.
NOINLINE void crf_marginals(const Crf *c, const float *alpha, const float *log_z, const float *transposed,
                            float *marginals, float *follow, int thread, int threads) {
  int K = c->tags;
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end; b++) {
    int length = crf_length(c, b);
    float *padding = marginals + crf_row(c, b, length);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)(c->time - length) * K; i++) padding[i] = 0;
    for (int t = length - 1; t >= 0; t--) {
      if (is_stopped()) return;
      float *beta = follow + crf_row(c, b, t), *own = marginals + crf_row(c, b, t);
      const float *forward = alpha + crf_row(c, b, t), *emission = c->emissions + crf_row(c, b, t);
      if (t == length - 1)
        for (int j = 0; j < K; j++) beta[j] = c->end[j];
      else log_product(K, beta + K, transposed, 0, beta);
      for (int j = 0; j < K; j += W) {
        int lanes = min_int(W, K - j);
        vec later = load_first(beta + j, lanes);
        store_first(own + j, exp_(load_first(forward + j, lanes) + later - splat(log_z[b])), lanes);
        store_first(beta + j, later + load_first(emission + j, lanes), lanes);
      }
    }
  }
}

// In place: demissions = dlikelihood (onehot(tag) - marginals).
NOINLINE void crf_gradient(const Crf *c, float *demissions, const int32_t *wanted, const float *dlikelihoods,
                           int thread, int threads) {
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end; b++)
    for (int t = 0; t < crf_length(c, b); t++) {
      float *own = demissions + crf_row(c, b, t);
      own[wanted[(ptrdiff_t)b * c->time + t]] -= 1;
      for (int j = 0; j < c->tags; j++) own[j] *= -dlikelihoods[b];
    }
}

typedef struct {
  const float *alpha, *log_z, *follow, *demissions;
  const int32_t *wanted;
  const float *dlikelihoods;
  float *dtransitions, *dstart, *dend;
} CrfPairs;

// dtransitions[i][j] = sum_b dlikelihood_b sum_t (1[tags are i, j] - P(tag_t = i, tag_t+1 = j)), with
// P = e^(alpha[t][i] + transitions[i][j] + follow[t+1][j] - ln Z); and the sums of demissions at both ends.
// Threads own rows i, so every element is summed by one of them, in the order of b and t.
NOINLINE void crf_pairs(const Crf *c, const CrfPairs *g, int thread, int threads) {
  int K = c->tags;
  Range range = share(K, 1, thread, threads);
  for (int i = range.begin; i < range.end; i++) {
    float *row = g->dtransitions + (ptrdiff_t)i * K;
    for (int j = 0; j < K; j++) row[j] = 0;
    g->dstart[i] = g->dend[i] = 0;
    for (int b = 0; b < c->batch; b++) {
      int length = crf_length(c, b);
      if (is_stopped()) return;
      if (length == 0) continue;
      const int32_t *tags = g->wanted + (ptrdiff_t)b * c->time;
      float amount = g->dlikelihoods[b];
      g->dstart[i] += g->demissions[crf_row(c, b, 0) + i];
      g->dend[i] += g->demissions[crf_row(c, b, length - 1) + i];
      for (int t = 0; t + 1 < length; t++) {
        float before = g->alpha[crf_row(c, b, t) + i] - g->log_z[b];
        const float *follow = g->follow + crf_row(c, b, t + 1), *step = c->transitions + (ptrdiff_t)i * K;
        for (int j = 0; j < K; j += W) {
          int lanes = min_int(W, K - j);
          vec p = exp_(splat(before) + load_first(step + j, lanes) + load_first(follow + j, lanes));
          store_first(row + j, load_first(row + j, lanes) - splat(amount) * p, lanes);
        }
        if (tags[t] == i) row[tags[t + 1]] += amount;
      }
    }
  }
}

// The tags of the highest score (Viterbi, 1967), -1 behind the end, and that score. Of equal tags the first counts.
// best [batch, 2, tags] and from [batch, time, tags] are scratch.
NOINLINE void crf_decode(const Crf *c, int32_t *tags, float *scores, float *best, int32_t *from, int thread,
                         int threads) {
  int K = c->tags;
  Range range = share(c->batch, 1, thread, threads);
  for (int b = range.begin; b < range.end; b++) {
    int length = crf_length(c, b);
    float *now = best + (ptrdiff_t)b * 2 * K, *next = now + K;
    int32_t *own = tags + (ptrdiff_t)b * c->time;
    for (int t = length; t < c->time; t++) own[t] = -1;
    scores[b] = 0;
    if (length == 0) continue;
    for (int j = 0; j < K; j++) now[j] = c->start[j] + c->emissions[crf_row(c, b, 0) + j];
    for (int t = 1; t < length; t++) {
      if (is_stopped()) return;
      const float *emission = c->emissions + crf_row(c, b, t);
      int32_t *places = from + crf_row(c, b, t);
      for (int j = 0; j < K; j += W) {
        int lanes = min_int(W, K - j);
        vec highest = splat(now[0]) + load_first(c->transitions + j, lanes);
        ivec place = (ivec)(0);
        for (int i = 1; i < K; i++) {
          vec score = splat(now[i]) + load_first(c->transitions + (ptrdiff_t)i * K + j, lanes);
          ivec better = score > highest;
          highest = better ? score : highest;
          place = better ? (ivec)(i) : place;
        }
        store_first(next + j, highest + load_first(emission + j, lanes), lanes);
        for (int n = 0; n < lanes; n++) places[j + n] = place[n];
      }
      float *other = now;
      now = next, next = other;
    }
    int last = 0;
    for (int j = 1; j < K; j++)
      if (now[j] + c->end[j] > now[last] + c->end[last]) last = j;
    scores[b] = now[last] + c->end[last];
    for (int t = length - 1; t >= 0; t--) {
      own[t] = last;
      if (t > 0) last = from[crf_row(c, b, t) + last];
    }
  }
}

INLINE void run_crf(int operation, Words *w, int thread, int threads) {
  Crf c;
  c.batch = number(w), c.time = number(w), c.tags = number(w);
  c.emissions = address(w), c.lengths = address(w), c.transitions = address(w), c.start = address(w);
  c.end = address(w);
  void *p0 = address(w), *p1 = address(w), *p2 = address(w), *p3 = address(w);
  switch (operation) {
  case OP_CRF_FORWARD: crf_forward(&c, p0, p1, p2, p3, thread, threads); break;
  case OP_CRF_MARGINALS: {
    float *marginals = p3;
    crf_marginals(&c, p0, p1, p2, marginals, address(w), thread, threads);
    break;
  }
  case OP_CRF_GRADIENT: crf_gradient(&c, p0, p1, p2, thread, threads); break;
  case OP_CRF_PAIRS: {
    CrfPairs g;
    g.alpha = p0, g.log_z = p1, g.follow = p2, g.demissions = p3;
    g.wanted = address(w), g.dlikelihoods = address(w);
    g.dtransitions = address(w), g.dstart = address(w), g.dend = address(w);
    crf_pairs(&c, &g, thread, threads);
    break;
  }
  case OP_CRF_DECODE: crf_decode(&c, p0, p1, p2, p3, thread, threads); break;
  }
}
