// Builds programs as src/engine/program.ts does, and runs them on threads.
#pragma once
#include <pthread.h>

#include "arena.h"

static int32_t words[4096];
static int word_count;

static void begin_program(void) { word_count = 0; }
static void add(int operation, int count, const int32_t *arguments) {
  words[word_count++] = operation;
  words[word_count++] = count;
  memcpy(words + word_count, arguments, (size_t)count * sizeof *words);
  word_count += count;
}
#define ADD(operation, ...)                                                                                            \
  add(operation, sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t), (const int32_t[]){__VA_ARGS__})

static int32_t bits(float value) {
  int32_t word;
  memcpy(&word, &value, sizeof word);
  return word;
}

typedef struct {
  uint32_t program;
  int thread, threads, complete;
} Worker;

static void *run_worker(void *data) {
  Worker *worker = data;
  worker->complete = RUN(arena, worker->program, worker->thread, worker->threads);
  return 0;
}

// Runs what was added on that many threads, each with scratch of its own; true when all came to the end.
static int run_program(int threads) {
  size_t stride = ((size_t)DESCRIBE(1) + 4095) / 4096 * 4096;
  Barrier *barrier = block(sizeof(Barrier));
  memset(barrier, 0, sizeof *barrier);
  int32_t *program = block((size_t)(word_count + 5) * sizeof *words);
  uint8_t *scratch = block(stride * (size_t)threads);
  program[0] = offset(barrier), program[1] = offset(scratch), program[2] = (int32_t)stride;
  program[3] = word_count, program[4] = 0;
  memcpy(program + 5, words, (size_t)word_count * sizeof *words);
  pthread_t handles[8];
  Worker workers[8];
  for (int i = 0; i < threads; i++) {
    workers[i] = (Worker){(uint32_t)offset(program), i, threads, 0};
    if (i > 0 && pthread_create(&handles[i], 0, run_worker, &workers[i])) abort();
  }
  run_worker(&workers[0]);
  int complete = workers[0].complete;
  for (int i = 1; i < threads; i++) {
    pthread_join(handles[i], 0);
    complete &= workers[i].complete;
  }
  return complete;
}
