// Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019) and clipping by the global norm.
#include "threads.h"

#define CHUNK 8192 // elements that one partial sum covers; fixed, so that the sums do not depend on the threads

// sums[chunk] = sum of squares of gradient[chunk * CHUNK ...], in float32 to the last element: a square beyond its range
// must end as infinity whatever W is.
NOINLINE void squares(int count, const float *gradient, double *sums, int thread, int threads) {
  Range chunks = share((count + CHUNK - 1) / CHUNK, 1, thread, threads);
  for (int chunk = chunks.begin; chunk < chunks.end; chunk++) {
    int i = chunk * CHUNK, end = min_int(count, i + CHUNK);
    vec sum = splat(0);
    for (; i + W <= end; i += W) sum = fma(load(gradient + i), load(gradient + i), sum);
    if (i < end) {
      vec rest = load_first(gradient + i, end - i);
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

typedef struct {
  float rate, beta1, beta2, epsilon;
  float correction1, correction2; // 1 / (1 - beta1^step), 1 / (1 - beta2^step)
  float clip;                     // greatest global norm; 0 for none
  float decay;                    // 1 - rate * weight decay
} AdamRates;

//   g = gradient * min(1, clip / norm)    m = beta1 m + (1 - beta1) g    v = beta2 v + (1 - beta2) g^2
//   p = decay p - rate * m correction1 / (sqrt(v correction2) + epsilon)
// In place on p, m and v; all [count]. Nothing is touched when the global norm is not finite.
NOINLINE void adam(int count, float *p, const float *gradient, float *m, float *v, float norm, AdamRates rates,
                   int thread, int threads) {
  if (!(norm < __builtin_inff())) return;
  float limit = rates.clip > 0 ? rates.clip / (norm + 1e-6f) : 1, shrink = limit < 1 ? limit : 1;
  vec beta1 = splat(rates.beta1), rest1 = splat(1 - rates.beta1);
  vec beta2 = splat(rates.beta2), rest2 = splat(1 - rates.beta2);
  vec rate = splat(rates.rate * rates.correction1), root2 = splat(square_root1(rates.correction2));
  Range range = share(count, 16, thread, threads);
  for (int i = range.begin; i < range.end; i += W) {
    int lanes = min_int(W, range.end - i);
    vec g = load_first(gradient + i, lanes) * splat(shrink);
    vec mean = fma(beta1, load_first(m + i, lanes), rest1 * g);
    vec square = fma(beta2, load_first(v + i, lanes), rest2 * g * g);
    vec step = rate * mean / fma(square_root(square), root2, splat(rates.epsilon));
    store_first(m + i, mean, lanes);
    store_first(v + i, square, lanes);
    store_first(p + i, load_first(p + i, lanes) * splat(rates.decay) - step, lanes);
  }
}
