// Blocks for the kernels in one memory, as the engine's heap holds them, but with poisoned gaps: the address sanitizer
// reports every access that leaves its block.
#pragma once
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define GAP 192 // wider than any vector, so that a whole one past the end is noticed

static uint8_t *arena;
static size_t arena_top;

static void arena_reset(void) {
  if (!arena && posix_memalign((void **)&arena, 4096, ARENA_BYTES)) abort();
  ASAN_UNPOISON_MEMORY_REGION(arena, ARENA_BYTES);
  // What nobody wrote must not look like a result.
  memset(arena, 0xff, ARENA_BYTES);
  ASAN_POISON_MEMORY_REGION(arena, ARENA_BYTES);
  // The first page is the pool's own: nobody wants these programs to stop.
  ASAN_UNPOISON_MEMORY_REGION(arena, 4096);
  memset(arena, 0, 4096);
  ASAN_POISON_MEMORY_REGION(arena, STOP_OFFSET);
  ASAN_POISON_MEMORY_REGION(arena + STOP_OFFSET + 8, 4096 - STOP_OFFSET - 8);
  arena_top = 4096;
}

// A block of exactly `bytes` bytes at a multiple of 64; contents are NaN.
static void *block(size_t bytes) {
  uint8_t *begin = arena + arena_top;
  arena_top = (arena_top + bytes + GAP + 63) / 64 * 64;
  if (arena_top > ARENA_BYTES) {
    fprintf(stderr, "the arena is too small for this case\n");
    abort();
  }
  ASAN_UNPOISON_MEMORY_REGION(begin, bytes);
  return begin;
}
static float *floats(size_t count) { return block(count * sizeof(float)); }

// A block of numbers in -scale..scale, the same for the same seed.
static float *noise(size_t count, uint32_t seed, float scale) {
  float *values = floats(count);
  uint32_t state = seed * 2654435761u + 1;
  for (size_t i = 0; i < count; i++) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    values[i] = scale * ((float)(state >> 8) / 8388608.0f - 1);
  }
  return values;
}
static float *filled(size_t count, float value) {
  float *values = floats(count);
  for (size_t i = 0; i < count; i++) values[i] = value;
  return values;
}
static int32_t *integers(size_t count, int below) {
  int32_t *values = block(count * sizeof(int32_t));
  for (size_t i = 0; i < count; i++) values[i] = (int32_t)((i * 7919 + 3) % (size_t)below);
  return values;
}

static int32_t offset(const void *p) { return p ? (int32_t)(uint32_t)((const uint8_t *)p - arena) : 0; }
