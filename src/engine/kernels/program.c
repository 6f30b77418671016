// The entry: a program is a list of operations that all threads run side by side, each its share, with a barrier after
// every operation. One call from outside then costs one wake-up, however many operations it holds. Operations that are too
// small to be shared are done by the first thread alone: OP_SHARE says which.
//
// This is the only translation unit: a native build compiles it once for each instruction set, under other names.
#include "elementwise.c"
#include "embedding.c"
#include "subwords.c"
#include "gemm.c"
#include "arrays.c"
#include "attention.c"
#include "convolution.c"
#include "crf.c"
#include "layer-norm.c"
#include "generation.c"
#include "loss.c"
#include "optimiser.c"
#include "pairs.c"
#include "recurrent.c"
#include "words.h"

#if defined(__wasm__)
#define EXPORT(name) __attribute__((export_name(#name)))
#define BASE
#else
#define EXPORT(name)
#define BASE uint8_t *base,
#endif
#ifndef RUN
#define RUN run
#endif
#ifndef DESCRIBE
#define DESCRIBE describe
#endif

// Numbers as in program.ts.
enum {
  OP_SHARE, // how many threads share the operations behind it
  OP_PACK_WEIGHT,
  OP_MULTIPLY,
  OP_ACTIVATE,
  OP_COLUMN_SUMS,
  OP_EMBEDDING,
  OP_EMBEDDING_BACKWARD,
  OP_SOFTMAX_CROSS_ENTROPY = 13, // those between, and from 20 on: see recurrent.h
  OP_MEAN_LOSS,
  OP_SCALE,
  OP_SQUARES,
  OP_NORMS,
  OP_DROPOUT = 19,
  OP_GENERATE = 70,
};

INLINE void run_pack_weight(Words *w, int thread, int threads) {
  int blocks = number(w), depth = number(w), columns = number(w);
  const float *data = address(w);
  int row = number(w), column = number(w), block_stride = number(w);
  Matrix weight = {data, row, column};
  pack_weight(blocks, depth, columns, weight, block_stride, address(w), thread, threads);
}

INLINE void run_multiply(Words *w, float *scratch, int thread, int threads) {
  Product p;
  p.batches = number(w), p.rows = number(w), p.columns = number(w), p.depth = number(w);
  p.a.data = address(w), p.a.row = number(w), p.a.column = number(w), p.a_batch = number(w);
  p.b.data = address(w), p.b.row = number(w), p.b.column = number(w), p.b_batch = number(w);
  p.c = address(w), p.c_row = number(w), p.c_batch = number(w);
  p.start = address(w), p.start_row = number(w);
  multiply_shared(&p, scratch, thread, threads);
}

// Operations of few arguments: a count or two, then addresses in the order of the kernel's parameters.
INLINE void run_small(int operation, Words *w, int thread, int threads) {
  int count = number(w), n1 = number(w), n2 = number(w);
  float value = real(w);
  void *a = address(w), *b = address(w), *c = address(w), *d = address(w), *e = address(w);
  switch (operation) {
  case OP_ACTIVATE: activate(count, a, n1, value, thread, threads); break;
  case OP_COLUMN_SUMS: column_sums(count, n1, a, b, thread, threads); break;
  case OP_EMBEDDING: embedding(count, n1, n2, a, b, c, thread, threads); break;
  case OP_EMBEDDING_BACKWARD: embedding_backward(count, n1, n2, a, b, c, thread, threads); break;
  case OP_SOFTMAX_CROSS_ENTROPY: softmax_cross_entropy(count, n1, a, b, c, d, e, thread, threads); break;
  case OP_MEAN_LOSS:
    if (thread == 0) mean_loss(count, a, b, c);
    break;
  case OP_DROPOUT: dropout(count, a, b, (uint32_t)n1, (uint32_t)n2, value, thread, threads); break;
  case OP_SCALE: scale_values(count, a, *(const float *)b, c, thread, threads); break;
  case OP_SQUARES: squares(count, a, b, value, thread, threads); break;
  case OP_NORMS:
    if (thread == 0) norms_of(count, a, b, c);
    break;
  }
}

INLINE void run_operation(int operation, Words *w, float *scratch, int thread, int threads) {
  switch (operation) {
  case OP_PACK_WEIGHT: run_pack_weight(w, thread, threads); break;
  case OP_MULTIPLY: run_multiply(w, scratch, thread, threads); break;
  case OP_UPDATE: run_update(w, thread, threads); break;
  case OP_SMOOTHED_CROSS_ENTROPY: run_smoothed_cross_entropy(w, thread, threads); break;
  case OP_TIME_ROWS ... OP_FILTER_GRADIENT: run_convolution(operation, w, thread, threads); break;
  case OP_COPY ... OP_SUM: run_arrays(operation, w, thread, threads); break;
  case OP_SOFTMAX ... OP_ADDITIVE_BACKWARD: run_attention(operation, w, thread, threads); break;
  case OP_LAYER_NORM ... OP_LAYER_NORM_BACKWARD: run_layer_norm(operation, w, thread, threads); break;
  case OP_CRF_FORWARD ... OP_CRF_DECODE: run_crf(operation, w, thread, threads); break;
  case OP_LEARN_WORDS: run_learn_words(w, thread, threads); break;
  case OP_LEARN_PAIRS: run_learn_pairs(w, thread, threads); break;
  case OP_LEARN_SUBWORDS: run_learn_subwords(w, thread, threads); break;
  case OP_GENERATE: run_generation(w, thread, threads); break;
  default:
    if (!run_recurrent(operation, w, thread, threads)) run_small(operation, w, thread, threads);
    break;
  }
}

// Runs the program at `program` as thread `thread` of `threads`. Returns COMPLETE, BROKEN when another thread has died, or
// CUT_SHORT when Stop was wanted: outputs then hold anything, and the header says at which operation.
// Header: barrier, scratch, scratch bytes of one thread, words of the operations, words before the first that is run.
// Operation: its number, its words' count, the words.
EXPORT(run) int RUN(BASE uint32_t program, int thread, int threads) {
  Words w;
  w.next = ADDRESS(program);
#if !defined(__wasm__)
  w.base = base;
  stop_words = ADDRESS(STOP_OFFSET);
#endif
  Barrier *barrier = address(&w);
  uint8_t *scratch_bytes = address(&w);
  uint32_t stride = (uint32_t)number(&w);
  float *scratch = (float *)(void *)(scratch_bytes + (size_t)stride * (size_t)thread);
  int words = number(&w);
  int32_t *from = (int32_t *)w.next; // the header's last word
  const int32_t *first = w.next + 1, *end = first + words;
  int sharing = threads;
  for (w.next = first + *from; w.next < end;) {
    int at = (int)(w.next - first);
    int operation = number(&w), count = number(&w);
    const int32_t *following = w.next + count;
    if (operation == OP_SHARE) {
      sharing = min_int(number(&w), threads);
      continue;
    }
    if (thread < sharing) run_operation(operation, &w, scratch, thread, sharing);
    w.next = following;
    int ended = wait_for_all(barrier, threads);
    if (ended == CUT_SHORT && thread == 0) *from = at;
    if (ended != COMPLETE) return ended;
  }
  return COMPLETE;
}

// Facts that the caller must know: 0 columns of a tile, 1 scratch bytes of one thread, 2 elements of a norm's chunk.
EXPORT(describe) int DESCRIBE(int fact) {
  switch (fact) {
  case 0: return TILE_COLUMNS;
  case 1: return GEMM_SCRATCH_FLOATS * 4;
  default: return CHUNK;
  }
}
