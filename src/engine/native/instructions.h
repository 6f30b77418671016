// The kernels as they were compiled for each instruction set, and which of them this processor can run.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *name;
  int (*run)(uint8_t *base, uint32_t program, int thread, int threads);
  int (*describe)(int fact);
} InstructionSet;

#define COMPILED_FOR(set)                                                                                              \
  int run_##set(uint8_t *base, uint32_t program, int thread, int threads);                                             \
  int describe_##set(int fact);
#define ENTRY(set) {#set, run_##set, describe_##set}

#if defined(__x86_64__)
COMPILED_FOR(avx512)
COMPILED_FOR(avx2)
COMPILED_FOR(sse2)
static const InstructionSet INSTRUCTION_SETS[] = {ENTRY(avx512), ENTRY(avx2), ENTRY(sse2)}; // the fastest first
#elif defined(__aarch64__)
COMPILED_FOR(neon)
static const InstructionSet INSTRUCTION_SETS[] = {ENTRY(neon)};
#else
#error "the native kernels are for x86-64 and arm64"
#endif
#define INSTRUCTION_SET_COUNT (sizeof INSTRUCTION_SETS / sizeof *INSTRUCTION_SETS)

#if defined(__x86_64__)
typedef struct {
  uint32_t a, b, c, d;
} Registers;
static Registers cpuid(uint32_t leaf) {
  Registers r;
  __asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
  return r;
}
// Which registers the operating system saves (XCR0).
static uint32_t saved_registers(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

#define HAS(bits, mask) (((bits) & (mask)) == (mask))
#define BIT(n) (1u << (n))

// Place of the fastest set that runs here; all behind it run too. Intel's Software Developer's Manual, CPUID and XGETBV:
// the feature bits that x86-64-v3 and v4 stand for, and the system's word that it saves the wide registers.
static size_t first_runnable(void) {
  const uint32_t fma = BIT(12), movbe = BIT(22), osxsave = BIT(27), avx = BIT(28), f16c = BIT(29);
  const uint32_t bmi1 = BIT(3), avx2 = BIT(5), bmi2 = BIT(8), lzcnt = BIT(5);
  const uint32_t avx512 = BIT(16) | BIT(17) | BIT(28) | BIT(30) | BIT(31); // F, DQ, CD, BW, VL
  const uint32_t xmm_ymm = 0x6, with_zmm = 0xe6;
  if (cpuid(0).a < 7 || cpuid(0x80000000u).a < 0x80000001u) return 2;
  if (!HAS(cpuid(1).c, fma | movbe | osxsave | avx | f16c)) return 2;
  if (!HAS(cpuid(0x80000001u).c, lzcnt)) return 2;
  uint32_t features = cpuid(7).b, saved = saved_registers();
  if (!HAS(features, bmi1 | avx2 | bmi2) || !HAS(saved, xmm_ymm)) return 2;
  return HAS(features, avx512) && HAS(saved, with_zmm) ? 0 : 1;
}
#else
static size_t first_runnable(void) { return 0; }
#endif
