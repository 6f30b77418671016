#pragma once
#include "simd.h"
#include <stdint.h>

#if defined(__wasm__)
#define ADDRESS(offset) ((void *)(uintptr_t)(offset))
#else
#define ADDRESS(offset) ((void *)(base + (offset)))
#endif

// The words of one operation, taken one after the other: numbers, floats by their bits, addresses as offsets.
typedef struct {
  const int32_t *next;
#if !defined(__wasm__)
  uint8_t *base;
#endif
} Words;

INLINE int number(Words *w) { return *w->next++; }
INLINE float real(Words *w) {
  union {
    int32_t bits;
    float value;
  } word = {*w->next++};
  return word.value;
}
INLINE void *address(Words *w) {
  uint32_t offset = (uint32_t)*w->next++;
#if !defined(__wasm__)
  uint8_t *base = w->base;
#endif
  return offset ? ADDRESS(offset) : 0;
}
