// How the threads that run one program share its work and wait for one another.
#pragma once
#include "simd.h"

// One barrier in shared memory. When a thread dies, `broken` is set from outside and the generation counted up, so that
// no other waits for ever. The last thread to arrive says in `cut_short` whether the program ends here: all must agree.
typedef struct {
  int32_t arrived, generation, sleepers, broken, cut_short;
} Barrier;

// How a program, or a part of it, ended.
enum { BROKEN, COMPLETE, CUT_SHORT };

// Two words near the memory's beginning, set from outside: whether Stop is wanted, and whether this program may heed it.
// Long loops look there and return early; whatever they leave behind, the program then ends as CUT_SHORT.
enum { STOP_OFFSET = 64 };
#if defined(__wasm__)
#define STOP_WORDS ((const int32_t *)STOP_OFFSET)
#else
static _Thread_local const int32_t *stop_words; // of the memory that this thread works on, set by each run
#define STOP_WORDS stop_words
#endif
INLINE int is_stopped(void) {
  const int32_t *words = STOP_WORDS;
  return __atomic_load_n(words, __ATOMIC_RELAXED) && __atomic_load_n(words + 1, __ATOMIC_RELAXED);
}

#ifndef SPIN_ROUNDS
#define SPIN_ROUNDS 20000 // some 50 us: shorter than any wake-up, longer than most waits
#endif

// Sleeping and waking is the caller's business: Atomics.wait and notify of JavaScript, or the native glue's futex.
// (memory.atomic.wait32 instead hung in every other start on Node 20, in V8's baseline code only: see start.test.ts.)
#if defined(__wasm__)
#define IMPORTED(name) __attribute__((import_module("env"), import_name(#name)))
#define PAUSE()
#else
#define IMPORTED(name)
#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE() __asm__ volatile("yield")
#endif
#endif
IMPORTED(sleep_while) extern void sleep_while(int32_t *word, int32_t value); // returns when woken, or at once if it differs
IMPORTED(wake_all) extern void wake_all(int32_t *word);

INLINE int outcome(const Barrier *barrier) {
  if (__atomic_load_n(&barrier->broken, __ATOMIC_SEQ_CST)) return BROKEN;
  return __atomic_load_n(&barrier->cut_short, __ATOMIC_RELAXED) ? CUT_SHORT : COMPLETE;
}

// Returns when all `threads` threads have called it, with the same answer for all: BROKEN when one of them is known to
// have died.
NOINLINE int wait_for_all(Barrier *barrier, int threads) {
  if (threads == 1) return is_stopped() ? CUT_SHORT : COMPLETE;
  int32_t generation = __atomic_load_n(&barrier->generation, __ATOMIC_ACQUIRE);
  if (__atomic_add_fetch(&barrier->arrived, 1, __ATOMIC_ACQ_REL) == threads) {
    __atomic_store_n(&barrier->arrived, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&barrier->cut_short, is_stopped(), __ATOMIC_RELAXED);
    __atomic_store_n(&barrier->generation, generation + 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&barrier->sleepers, __ATOMIC_SEQ_CST)) wake_all(&barrier->generation);
    return outcome(barrier);
  }
  int round = 0;
  while (__atomic_load_n(&barrier->generation, __ATOMIC_ACQUIRE) == generation && round++ < SPIN_ROUNDS) PAUSE();
  if (round > SPIN_ROUNDS) {
    __atomic_add_fetch(&barrier->sleepers, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&barrier->generation, __ATOMIC_SEQ_CST) == generation)
      sleep_while(&barrier->generation, generation);
    __atomic_sub_fetch(&barrier->sleepers, 1, __ATOMIC_SEQ_CST);
  }
  return outcome(barrier);
}

// A half-open range of rows, columns or elements.
typedef struct {
  int begin, end;
} Range;

// This thread's share of 0..count, cut at multiples of `unit` (a cache line's worth of columns, a tile's worth of rows).
INLINE Range share(int count, int unit, int thread, int threads) {
  int units = (count + unit - 1) / unit;
  Range range;
  range.begin = min_int(count, (int)((int64_t)units * thread / threads) * unit);
  range.end = min_int(count, (int)((int64_t)units * (thread + 1) / threads) * unit);
  return range;
}
