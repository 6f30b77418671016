// Sleeping and waking for the barrier of kernels/threads.h, where no JavaScript can do it.
#pragma once
#include <stdint.h>
#include <time.h>

// A thread that died cannot wake the others, and JavaScript's Atomics.notify does not reach sleepers outside of it: so
// nobody sleeps longer than this before looking again.
#define SLEEP_NANOSECONDS 20000000

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

// Returns when woken, after a while, or at once if *word is not `value`.
void sleep_while(int32_t *word, int32_t value) {
  struct timespec most = {0, SLEEP_NANOSECONDS};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &most, 0, 0);
}
void wake_all(int32_t *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0); }
#else
// No public call of the kind on every version of the system: short naps until the word changes.
void sleep_while(int32_t *word, int32_t value) {
  struct timespec nap = {0, 50000};
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) nanosleep(&nap, 0);
}
void wake_all(int32_t *word) { (void)word; }
#endif
