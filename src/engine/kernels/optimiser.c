// Optimisers over all parameters, with clipping by value and by the global norm. Equations: src/core/ops/optimiser.ts.
#include "words.h"
#include "threads.h"

enum { OP_UPDATE = 40 };

#define CHUNK 8192 // elements that one partial sum covers; fixed, so that the sums do not depend on the threads

// g cut to -limit..limit; limit 0 leaves it alone.
INLINE vec cut(vec g, float limit) { return limit > 0 ? max(min(g, splat(limit)), splat(-limit)) : g; }

// sums[chunk] = sum of squares of gradient[chunk * CHUNK ...] cut to `limit`, in float32 to the last element: a square
// beyond its range must end as infinity whatever W is.
NOINLINE void squares(int count, const float *gradient, double *sums, float limit, int thread, int threads) {
  Range chunks = share((count + CHUNK - 1) / CHUNK, 1, thread, threads);
  for (int chunk = chunks.begin; chunk < chunks.end; chunk++) {
    int i = chunk * CHUNK, end = min_int(count, i + CHUNK);
    vec sum = splat(0);
    for (; i + W <= end; i += W) {
      vec g = cut(load(gradient + i), limit);
      sum = fma(g, g, sum);
    }
    if (i < end) {
      vec rest = cut(load_first(gradient + i, end - i), limit);
      sum = fma(rest, rest, sum);
    }
    sums[chunk] = (double)sum_lanes(sum);
  }
}

// norms[k] = L2 norm of gradient k, norms[count] = of all together; NaN where it is not finite.
// sizes [count]: elements of each gradient; sums: their chunks one after the other.
NOINLINE void norms_of(int count, const int32_t *sizes, const double *sums, float *norms) {
  double all = 0;
  for (int k = 0; k <= count; k++) {
    double sum = 0;
    if (k == count) sum = all;
    else
      for (int chunk = 0; chunk < (sizes[k] + CHUNK - 1) / CHUNK; chunk++) sum += *sums++;
    all += sum;
    norms[k] = sum < (double)__builtin_inff() ? (float)__builtin_sqrt(sum) : __builtin_nanf("");
  }
}

// Numbers as in program.ts.
enum { SGD, MOMENTUM, NESTEROV, ADAM, ADAMW, RMSPROP, ADAGRAD, ASGD };

typedef struct {
  float rate;               // Adam: divided by 1 - beta1^step
  float first, first_rest;  // beta1, momentum, or the share of the new parameters in their mean; 1 - that
  float second, second_rest; // beta2 or RMSprop's decay; 1 - that
  float root;               // Adam: 1 / sqrt(1 - beta2^step)
  float epsilon;
  float clip;    // greatest global norm; 0 for none
  float limit;   // greatest absolute value of an element; 0 for none
  float penalty; // weight decay that is added to the gradient
  float keep;    // 1 - rate * weight decay where it is decoupled, else 1
} Rates;

// One vector of a parameter p and its slots a and b.
INLINE vec update_vector(const int RULE, vec p, vec g, vec *a, vec *b, const Rates *r) {
  vec rate = splat(r->rate), epsilon = splat(r->epsilon);
  switch (RULE) {
  case MOMENTUM: *a = fma(splat(r->first), *a, g); return p - rate * *a;
  case NESTEROV: *a = fma(splat(r->first), *a, g); return p - rate * fma(splat(r->first), *a, g);
  case ADAM:
  case ADAMW:
    *a = fma(splat(r->first), *a, splat(r->first_rest) * g);
    *b = fma(splat(r->second), *b, splat(r->second_rest) * g * g);
    return p * splat(r->keep) - rate * *a / fma(square_root(*b), splat(r->root), epsilon);
  case RMSPROP:
    *a = fma(splat(r->second), *a, splat(r->second_rest) * g * g);
    return p - rate * g / (square_root(*a) + epsilon);
  case ADAGRAD: *a = fma(g, g, *a); return p - rate * g / (square_root(*a) + epsilon);
  case ASGD:
    p = p - rate * g;
    *a = fma(splat(r->first), p - *a, *a);
    return p;
  default: return p - rate * g;
  }
}

INLINE void update_range(const int RULE, Range range, float *p, const float *gradient, float *a, float *b, float shrink,
                         const Rates *r) {
  const int HAS_A = RULE != SGD, HAS_B = RULE == ADAM || RULE == ADAMW;
  for (int i = range.begin; i < range.end; i += W) {
    int lanes = min_int(W, range.end - i);
    vec value = load_first(p + i, lanes), g = cut(load_first(gradient + i, lanes), r->limit) * splat(shrink);
    vec first = HAS_A ? load_first(a + i, lanes) : splat(0), second = HAS_B ? load_first(b + i, lanes) : splat(0);
    value = update_vector(RULE, value, fma(splat(r->penalty), value, g), &first, &second, r);
    store_first(p + i, value, lanes);
    if (HAS_A) store_first(a + i, first, lanes);
    if (HAS_B) store_first(b + i, second, lanes);
  }
}

// In place on p, a and b; all [count]. `norm` is the gradient's global norm, `cut_norm` that of the gradient cut to the
// limit. Nothing is touched when the norm is not finite.
NOINLINE void update(int rule, int count, float *p, const float *gradient, float *a, float *b, float norm,
                     float cut_norm, const Rates *r, int thread, int threads) {
  if (!(norm < __builtin_inff())) return;
  float most = r->clip > 0 ? r->clip / (cut_norm + 1e-6f) : 1, shrink = most < 1 ? most : 1;
  Range range = share(count, 16, thread, threads);
  switch (rule) {
#define RULE(NAME)                                                                                                     \
  case NAME: update_range(NAME, range, p, gradient, a, b, shrink, r); break;
    RULE(SGD) RULE(MOMENTUM) RULE(NESTEROV) RULE(ADAM) RULE(ADAMW) RULE(RMSPROP) RULE(ADAGRAD) RULE(ASGD)
#undef RULE
  }
}

INLINE void run_update(Words *w, int thread, int threads) {
  int rule = number(w), count = number(w);
  float *p = address(w);
  const float *gradient = address(w);
  float *a = address(w), *b = address(w);
  const float *norm = address(w), *cut_norm = address(w);
  Rates r;
  r.rate = real(w), r.first = real(w), r.first_rest = real(w), r.second = real(w), r.second_rest = real(w);
  r.root = real(w), r.epsilon = real(w), r.clip = real(w), r.limit = real(w), r.penalty = real(w), r.keep = real(w);
  update(rule, count, p, gradient, a, b, *norm, *cut_norm, &r, thread, threads);
}
