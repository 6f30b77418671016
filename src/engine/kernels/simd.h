// Vectors of W floats (W = 4, 8 or 16, chosen by the build) and the functions of them that the kernels need.
// NaN and infinities pass through every function here: a broken number must reach the loss, where it is noticed.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifndef W
#define W 4
#endif

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float vec __attribute__((ext_vector_type(W)));
typedef int32_t ivec __attribute__((ext_vector_type(W)));
typedef uint32_t uvec __attribute__((ext_vector_type(W)));
typedef vec unaligned_vec __attribute__((aligned(4), may_alias));

INLINE int min_int(int a, int b) { return a < b ? a : b; }

INLINE vec splat(float x) { return (vec)x; }
INLINE vec load(const float *p) { return *(const unaligned_vec *)p; }
INLINE void store(float *p, vec v) { *(unaligned_vec *)p = v; }

// The first `count` lanes only (the others read as zero): for the end of a row whose length is no multiple of W.
INLINE vec load_first(const float *p, int count) {
  if (count >= W) return load(p);
  vec v = splat(0);
  for (int i = 0; i < count; i++) v[i] = p[i];
  return v;
}
INLINE void store_first(float *p, vec v, int count) {
  if (count >= W) {
    store(p, v);
    return;
  }
  for (int i = 0; i < count; i++) p[i] = v[i];
}

// a * b + c, in one rounding where the instruction set has it.
#if defined(__wasm_relaxed_simd__)
INLINE vec fma(vec a, vec b, vec c) { return __builtin_wasm_relaxed_madd_f32x4(a, b, c); }
#elif defined(__FMA__) || defined(__ARM_FEATURE_FMA)
INLINE vec fma(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }
#else
INLINE vec fma(vec a, vec b, vec c) { return a * b + c; }
#endif

// Minimum and maximum that return the FIRST argument when either is NaN.
#if defined(__wasm__)
INLINE vec min(vec a, vec b) { return __builtin_wasm_pmin_f32x4(a, b); }
INLINE vec max(vec a, vec b) { return __builtin_wasm_pmax_f32x4(a, b); }
#else
INLINE vec min(vec a, vec b) { return b < a ? b : a; }
INLINE vec max(vec a, vec b) { return a < b ? b : a; }
#endif

INLINE vec square_root(vec x) { return __builtin_elementwise_sqrt(x); }
INLINE float square_root1(float x) { return __builtin_sqrtf(x); }

INLINE vec divide(vec a, vec b) {
#if defined(__AVX512F__) && W == 16
  // 14 bits of the reciprocal and one Newton step: 23 bits, at a fraction of the division's time.
  vec r = (vec)__builtin_ia32_rcp14ps512_mask(b, splat(0), (unsigned short)-1);
  return a * (r * fma(-b, r, splat(2)));
#else
  return a / b;
#endif
}

// Halves are joined until four lanes are left: one lane after the other would wait for each addition.
#if W == 16
#define QUARTER(v, join) join(join((v).lo.lo, (v).lo.hi), join((v).hi.lo, (v).hi.hi))
#elif W == 8
#define QUARTER(v, join) join((v).lo, (v).hi)
#else
#define QUARTER(v, join) (v)
#endif
typedef float vec4 __attribute__((ext_vector_type(4)));
INLINE vec4 add4(vec4 a, vec4 b) { return a + b; }
INLINE vec4 greater4(vec4 a, vec4 b) { return a < b ? b : a; }
INLINE float greater(float a, float b) { return a < b ? b : a; }

INLINE float sum_lanes(vec v) {
  vec4 four = QUARTER(v, add4);
  return (four[0] + four[2]) + (four[1] + four[3]);
}
INLINE float max_lanes(vec v) {
  vec4 four = QUARTER(v, greater4);
  return greater(greater(four[0], four[2]), greater(four[1], four[3]));
}

// tanh as a rational function (odd polynomial of degree 13 over an even one of degree 6, as in Eigen's ptanh);
// beyond +-7.9 it is +-1 in float32. Error: some 3e-7.
INLINE vec tanh_(vec x) {
  x = max(min(x, splat(7.90531110763549805f)), splat(-7.90531110763549805f));
  vec x2 = x * x;
  vec p = fma(x2, splat(-2.76076847742355e-16f), splat(2.00018790482477e-13f));
  p = fma(x2, p, splat(-8.60467152213735e-11f));
  p = fma(x2, p, splat(5.12229709037114e-08f));
  p = fma(x2, p, splat(1.48572235717979e-05f));
  p = fma(x2, p, splat(6.37261928875436e-04f));
  p = fma(x2, p, splat(4.89352455891786e-03f));
  vec q = fma(x2, splat(1.19825839466702e-06f), splat(1.18534705686654e-04f));
  q = fma(x2, q, splat(2.26843463243900e-03f));
  q = fma(x2, q, splat(4.89352518554385e-03f));
  return divide(x * p, q);
}

// 1 / (1 + e^-x) = (1 + tanh(x/2)) / 2
INLINE vec sigmoid(vec x) { return fma(tanh_(x * splat(0.5f)), splat(0.5f), splat(0.5f)); }

// e^x = 2^n * e^f with n = round(x / ln 2), |f| <= ln 2 / 2 (Cephes' polynomial). Below -87 it is 0; above 88 it stays
// at e^88 (the kernels only call it with x <= 0).
INLINE vec exp_(vec x) {
  const vec round = splat(12582912.0f); // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
  vec bounded = max(min(x, splat(88.0f)), splat(-87.0f));
  vec shifted = bounded * splat(1.44269504f) + round;
  ivec n = (ivec)shifted - 0x4B400000;
  vec whole = shifted - round;
  vec f = fma(whole, splat(-0.693359375f), bounded);
  f = fma(whole, splat(2.12194440e-4f), f);
  vec p = fma(f, splat(1.9875691500e-4f), splat(1.3981999507e-3f));
  p = fma(p, f, splat(8.3334519073e-3f));
  p = fma(p, f, splat(4.1665795894e-2f));
  p = fma(p, f, splat(1.6666665459e-1f));
  p = fma(p, f, splat(5.0000001201e-1f));
  p = fma(p, f * f, f) + splat(1.0f);
  vec result = p * (vec)((n + 127) << 23);
  return x < splat(-87.0f) ? splat(0) : result;
}

// Natural logarithm of a positive number: ln m + e ln 2 with m in [sqrt 1/2, sqrt 2], ln m = 2 artanh((m-1)/(m+1)).
INLINE float log_(float x) {
  if (!(x < __builtin_inff())) return x; // infinity and NaN
  union {
    float value;
    uint32_t bits;
  } m = {x};
  int exponent = (int)(m.bits >> 23) - 127;
  m.bits = (m.bits & 0x7fffff) | 0x3f800000;
  if (m.value > 1.41421356f) {
    m.value *= 0.5f;
    exponent++;
  }
  float z = (m.value - 1) / (m.value + 1), z2 = z * z;
  float series = 1 + z2 * (1 / 3.0f + z2 * (1 / 5.0f + z2 * (1 / 7.0f + z2 * (1 / 9.0f))));
  return 2 * z * series + (float)exponent * 0.69314718f;
}
