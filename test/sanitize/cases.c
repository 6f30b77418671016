// Every operation of the kernels under the address and undefined-behaviour sanitizers, with sizes around the edges of
// vectors, tiles and blocks, on one and on three threads. Compiled once for each instruction set.
// Prints a line for each failed case and at the end "N passed, N failed". With arguments: only those cases, by number,
// in this process.
#include "../../src/engine/kernels/program.c"

#include <sys/wait.h>
#include <unistd.h>

#include "../../src/engine/native/sleep.h"
#include "program.h"

// A result that a case leaves: all of it must be finite, and the same for every number of threads.
#define MOST_RESULTS 24
static const float *results[MOST_RESULTS];
static size_t result_sizes[MOST_RESULTS];
static int result_count;
static void result(const float *values, size_t count) {
  results[result_count] = values;
  result_sizes[result_count++] = count;
}

typedef struct {
  const char *name;
  void (*build)(int time, int batch, int units);
} Case;

// A scratch block as src/engine/replacements/sequence.ts lays it out: panels, rows, products.
typedef struct {
  float *panels, *rows, *products;
} SequenceScratch;
static SequenceScratch sequence_scratch(int batch, int units, int gates) {
  int padded = padded_columns(units), tile = gates * TILE_COLUMNS;
  return (SequenceScratch){floats((size_t)gates * padded * units), floats((size_t)batch * gates * units),
                           floats((size_t)batch * (tile > padded ? tile : padded))};
}
static void pack_forward(int units, int gates, const float *weight, const float *panels) {
  ADD(OP_PACK_WEIGHT, gates, units, units, offset(weight), 1, units, units * units, offset(panels));
}
static void pack_backward(int units, int gates, const float *weight, const float *panels) {
  ADD(OP_PACK_WEIGHT, 1, gates * units, units, offset(weight), units, 1, 0, offset(panels));
}
#define SEQUENCE(s, packed)                                                                                            \
  time, batch, units, offset(weight), packed ? offset((s).panels) : 0, offset((s).rows), offset((s).products)

static void build_lstm(int time, int batch, int units) {
  size_t state = (size_t)batch * units, steps = time * state;
  const float *weight = noise(4 * (size_t)units * units, 1, 0.3f), *x = noise(4 * steps, 2, 1);
  const float *bias = noise(4 * (size_t)units, 3, 1), *h0 = noise(state, 4, 1), *c0 = noise(state, 5, 1);
  float *y = floats(steps), *h = floats(state), *c = floats(state);
  float *gates = floats(4 * steps), *cells = floats(steps + state), *tanh_cells = floats(steps);
  const float *dy = noise(steps, 6, 1), *dh = noise(state, 7, 1), *dc = noise(state, 8, 1);
  float *dx = floats(4 * steps), *dh0 = floats(state), *dc0 = floats(state);
  SequenceScratch s = sequence_scratch(batch, units, 4);
  int packed = batch > 1;
  if (packed) pack_forward(units, 4, weight, s.panels);
  ADD(OP_LSTM_FORWARD, SEQUENCE(s, packed), offset(x), offset(bias), offset(h0), offset(c0), offset(y), offset(h),
      offset(c), offset(gates), offset(cells), offset(tanh_cells));
  pack_backward(units, 4, weight, s.panels);
  ADD(OP_LSTM_BACKWARD, SEQUENCE(s, 1), offset(gates), offset(cells), offset(tanh_cells), offset(dy), offset(dh),
      offset(dc), offset(dx), offset(dh0), offset(dc0));
  result(y, steps), result(h, state), result(c, state), result(dx, 4 * steps), result(dh0, state), result(dc0, state);
}

static void build_gru(int time, int batch, int units) {
  size_t state = (size_t)batch * units, steps = time * state;
  const float *weight = noise(3 * (size_t)units * units, 1, 0.3f), *x = noise(3 * steps, 2, 1);
  const float *bias = noise(3 * (size_t)units, 3, 1), *h0 = noise(state, 4, 1);
  float *y = floats(steps), *h = floats(state), *gates = floats(4 * steps);
  const float *dy = noise(steps, 6, 1), *dh = noise(state, 7, 1);
  float *dx = floats(3 * steps), *dq = floats(3 * steps), *dh0 = floats(state);
  SequenceScratch s = sequence_scratch(batch, units, 3);
  int packed = batch > 1;
  if (packed) pack_forward(units, 3, weight, s.panels);
  ADD(OP_GRU_FORWARD, SEQUENCE(s, packed), offset(x), offset(bias), offset(h0), offset(y), offset(h), offset(gates));
  pack_backward(units, 3, weight, s.panels);
  ADD(OP_GRU_BACKWARD, SEQUENCE(s, 1), offset(gates), offset(h0), offset(y), offset(dy), offset(dh), offset(dx),
      offset(dq), offset(dh0));
  result(y, steps), result(h, state), result(dx, 3 * steps), result(dq, 3 * steps), result(dh0, state);
}

static void build_rnn(int time, int batch, int units) {
  size_t state = (size_t)batch * units, steps = time * state;
  const float *weight = noise((size_t)units * units, 1, 0.3f), *x = noise(steps, 2, 1);
  const float *bias = noise((size_t)units, 3, 1), *h0 = noise(state, 4, 1);
  const float *dy = noise(steps, 6, 1), *dh = noise(state, 7, 1);
  SequenceScratch s = sequence_scratch(batch, units, 1);
  int packed = batch > 1;
  for (int relu = 0; relu <= 1; relu++) {
    float *y = floats(steps), *h = floats(state), *dx = floats(steps), *dh0 = floats(state);
    if (packed) pack_forward(units, 1, weight, s.panels);
    ADD(OP_RNN_FORWARD, SEQUENCE(s, packed), relu, offset(x), offset(bias), offset(h0), offset(y), offset(h));
    pack_backward(units, 1, weight, s.panels);
    ADD(OP_RNN_BACKWARD, SEQUENCE(s, 1), relu, offset(y), offset(dy), offset(dh), offset(dx), offset(dh0));
    result(y, steps), result(h, state), result(dx, steps), result(dh0, state);
  }
}

// All transposes; `start` is nothing, a bias, and C itself; the second of two batches lies right behind the first.
static void build_multiply(int rows, int depth, int columns) {
  const float *a = noise((size_t)2 * rows * depth, 1, 1), *b = noise((size_t)depth * columns, 2, 1);
  const float *bias = noise((size_t)columns, 3, 1);
  for (int transpose = 0; transpose < 4; transpose++) {
    float *c = floats((size_t)2 * rows * columns);
    int a_row = transpose & 1 ? 1 : depth, a_column = transpose & 1 ? rows : 1;
    int b_row = transpose & 2 ? 1 : columns, b_column = transpose & 2 ? depth : 1;
    int32_t start = transpose == 0 ? 0 : offset(bias);
    ADD(OP_MULTIPLY, 2, rows, columns, depth, offset(a), a_row, a_column, rows * depth, offset(b), b_row, b_column, 0,
        offset(c), columns, rows * columns, start, 0);
    if (transpose == 3)
      ADD(OP_MULTIPLY, 1, rows, columns, depth, offset(a), a_row, a_column, 0, offset(b), b_row, b_column, 0, offset(c),
          columns, 0, offset(c), columns);
    result(c, (size_t)2 * rows * columns);
  }
}

#define SMALL(operation, n0, n1, n2, value, a, b, c, d, e)                                                             \
  ADD(operation, n0, n1, n2, bits(value), offset(a), offset(b), offset(c), offset(d), offset(e))

static void build_loss(int rows, int unused, int classes) {
  (void)unused;
  size_t count = (size_t)rows * classes;
  const float *logits = noise(count, 1, 20);
  const int32_t *labels = integers((size_t)rows, classes);
  float *weights = filled((size_t)rows, 1), *gradient = floats(count), *losses = floats((size_t)rows);
  float *loss = floats(1), *scaled = floats(count), *factor = filled(1, 3);
  if (rows > 1) weights[1] = 0;
  SMALL(OP_SOFTMAX_CROSS_ENTROPY, rows, classes, 0, 0, logits, labels, weights, gradient, losses);
  SMALL(OP_MEAN_LOSS, rows, 0, 0, 0, losses, weights, loss, 0, 0);
  SMALL(OP_SCALE, (int)count, 0, 0, 0, gradient, factor, scaled, 0, 0);
  result(gradient, count), result(losses, (size_t)rows), result(loss, 1), result(scaled, count);
}

static void build_embedding(int count, int rows, int width) {
  const float *table = noise((size_t)rows * width, 1, 1), *dy = noise((size_t)count * width, 2, 1);
  const int32_t *ids = integers((size_t)count, rows);
  float *out = floats((size_t)count * width), *dtable = floats((size_t)rows * width), *sums = floats((size_t)width);
  SMALL(OP_EMBEDDING, count, width, rows, 0, table, ids, out, 0, 0);
  SMALL(OP_EMBEDDING_BACKWARD, count, width, rows, 0, ids, dy, dtable, 0, 0);
  SMALL(OP_COLUMN_SUMS, count, width, 0, 0, dy, sums, 0, 0, 0);
  result(out, (size_t)count * width), result(dtable, (size_t)rows * width), result(sums, (size_t)width);
}

static void build_elementwise(int n0, int n1, int n2) {
  int count = n0 * n1 * n2;
  for (int kind = RELU; kind <= LEAKY_RELU; kind++) {
    float *values = noise((size_t)count, 1, 10);
    SMALL(OP_ACTIVATE, count, kind, 0, 0.2f, values, 0, 0, 0, 0);
    result(values, (size_t)count);
  }
  const float *values = noise((size_t)count, 2, 1);
  float *kept = floats((size_t)count);
  SMALL(OP_DROPOUT, count, -5, 1 << 30, 1.5f, values, kept, 0, 0, 0);
  result(kept, (size_t)count);
}

static void build_optimisers(int n0, int n1, int n2) {
  int count = n0 * n1 * n2;
  const float *gradient = noise((size_t)count, 2, 1);
  double *sums = block(sizeof(double) * (size_t)((count + CHUNK - 1) / CHUNK));
  int32_t *sizes = block(sizeof(int32_t));
  sizes[0] = count;
  float *norms = floats(2), *cut = floats(2);
  SMALL(OP_SQUARES, count, 0, 0, 0, gradient, sums, 0, 0, 0);
  SMALL(OP_NORMS, 1, 0, 0, 0, sizes, sums, norms, 0, 0);
  SMALL(OP_SQUARES, count, 0, 0, 0.5f, gradient, sums, 0, 0, 0);
  SMALL(OP_NORMS, 1, 0, 0, 0, sizes, sums, cut, 0, 0);
  result(norms, 2), result(cut, 2);
  for (int rule = SGD; rule <= ASGD; rule++) {
    float *p = noise((size_t)count, 1, 1);
    float *a = rule == SGD ? 0 : filled((size_t)count, 0);
    float *b = rule == ADAM || rule == ADAMW ? filled((size_t)count, 0) : 0;
    ADD(OP_UPDATE, rule, count, offset(p), offset(gradient), offset(a), offset(b), offset(norms + 1), offset(cut + 1),
        bits(0.1f), bits(0.9f), bits(0.1f), bits(0.99f), bits(0.01f), bits(10), bits(1e-8f), bits(1), bits(0.5f),
        bits(0.1f), bits(0.99f));
    result(p, (size_t)count);
    if (a && rule != ADAM) result(a, (size_t)count);
  }
}

static void build_smoothed_loss(int rows, int unused, int classes) {
  (void)unused;
  size_t count = (size_t)rows * classes;
  const float *logits = noise(count, 1, 20);
  const int32_t *labels = integers((size_t)rows, classes);
  float *weights = filled((size_t)rows, 1), *totals = filled((size_t)rows, 2), *gradient = floats(count);
  float *class_weights = filled((size_t)classes, 2), *losses = floats((size_t)rows);
  if (rows > 1) weights[1] = totals[1] = 0;
  ADD(OP_SMOOTHED_CROSS_ENTROPY, rows, classes, bits(0.1f), offset(logits), offset(labels), offset(weights),
      offset(totals), rows & 1 ? offset(class_weights) : 0, offset(gradient), offset(losses));
  result(gradient, count), result(losses, (size_t)rows);
}

static void build_convolution(int time, int batch, int width) {
  int size = 3, count = width + 1, padded = time > size ? time : size, window = size * width;
  const float *x = noise((size_t)batch * time * width, 1, 1), *filters = noise((size_t)window * count, 2, 1);
  const float *dy = noise((size_t)batch * count, 3, 1);
  const int32_t *lengths = integers((size_t)batch, time + 1);
  float *rows = floats((size_t)(batch * padded + size - 1) * width), *scores = floats((size_t)batch * padded * count);
  float *y = floats((size_t)batch * count), *turned = floats((size_t)window * count);
  int32_t *positions = block((size_t)batch * count * sizeof(int32_t));
  float *dx = floats((size_t)batch * time * width), *dturned = floats((size_t)window * count);
  float *dfilters = floats((size_t)window * count), *dbias = floats((size_t)count);
#define CONVOLUTION batch, time, width, padded, size, count, offset(lengths)
  ADD(OP_TIME_ROWS, CONVOLUTION, offset(x), offset(rows), 0, 0, 0);
  ADD(OP_MULTIPLY, 1, batch * padded, count, window, offset(rows), width, 1, 0, offset(filters), count, 1, 0,
      offset(scores), count, 0, 0, 0);
  ADD(OP_MAX_OVER_TIME, CONVOLUTION, offset(scores), offset(y), offset(positions), 0, 0);
  ADD(OP_COPY, 1, 1, count, window, 0, 0, 1, count, 0, 0, window, 1, offset(filters), offset(turned));
  ADD(OP_INPUT_GRADIENT, CONVOLUTION, offset(turned), offset(positions), offset(dy), offset(dx), 0);
  ADD(OP_FILTER_GRADIENT, CONVOLUTION, offset(x), offset(positions), offset(dy), offset(dturned), offset(dbias));
  ADD(OP_COPY, 1, 1, window, count, 0, 0, 1, window, 0, 0, count, 1, offset(dturned), offset(dfilters));
#undef CONVOLUTION
  result(y, (size_t)batch * count), result(dx, (size_t)batch * time * width);
  result(dfilters, (size_t)window * count), result(dbias, (size_t)count);
}

static void build_attention(int batch, int count, int width) {
  int time = count + 2;
  size_t pairs = (size_t)batch * count * time, queries = (size_t)batch * count * width;
  size_t keys = (size_t)batch * time * width;
  const float *q = noise(queries, 1, 1), *k = noise(keys, 2, 1), *v = noise((size_t)width, 3, 1);
  const float *dy = noise(pairs, 4, 1);
  const int32_t *lengths = integers((size_t)batch, time + 1);
  float *scores = floats(pairs), *weights = floats(pairs), *dscores = floats(pairs);
  float *dq = floats(queries), *dk = floats(keys), *dv = floats((size_t)width);
  ADD(OP_ADDITIVE_SCORES, batch, count, time, width, offset(q), offset(k), offset(v), offset(scores));
  ADD(OP_SOFTMAX, batch * count, time, count, 0, offset(scores), offset(lengths), offset(weights), 0);
  ADD(OP_SOFTMAX_BACKWARD, batch * count, time, count, 0, offset(weights), offset(lengths), offset(dy),
      offset(dscores));
  ADD(OP_ADDITIVE_BACKWARD, batch, count, time, width, offset(q), offset(k), offset(v), offset(dscores), offset(dq),
      offset(dk), offset(dv));
  result(scores, pairs), result(weights, pairs), result(dscores, pairs);
  result(dq, queries), result(dk, keys), result(dv, (size_t)width);
}

static void build_layer_norm(int n0, int n1, int width) {
  int rows = n0 * n1;
  size_t count = (size_t)rows * width;
  const float *x = noise(count, 1, 1), *gain = noise((size_t)width, 2, 1), *bias = noise((size_t)width, 3, 1);
  const float *dy = noise(count, 4, 1);
  float *y = floats(count), *moments = floats(2 * (size_t)rows), *dx = floats(count);
  float *dgain = floats((size_t)width), *dbias = floats((size_t)width);
  ADD(OP_LAYER_NORM, rows, width, bits(1e-5f), offset(x), offset(gain), offset(moments), offset(bias), offset(y));
  ADD(OP_LAYER_NORM_BACKWARD, rows, width, bits(1e-5f), offset(x), offset(gain), offset(moments), offset(dy),
      offset(dx), offset(dgain), offset(dbias));
  result(y, count), result(moments, 2 * (size_t)rows), result(dx, count);
  result(dgain, (size_t)width), result(dbias, (size_t)width);
}

static void build_crf(int time, int batch, int tags) {
  size_t count = (size_t)batch * time * tags, pairs = (size_t)tags * tags;
  const float *emissions = noise(count, 1, 2), *transitions = noise(pairs, 2, 1);
  const float *start = noise((size_t)tags, 3, 1), *end = noise((size_t)tags, 4, 1), *dy = noise((size_t)batch, 5, 1);
  const int32_t *lengths = integers((size_t)batch, time + 1), *wanted = integers((size_t)batch * time, tags);
  float *alpha = floats(count), *log_z = floats((size_t)batch), *likelihoods = floats((size_t)batch);
  float *transposed = floats(pairs), *demissions = floats(count), *follow = floats(count);
  float *dtransitions = floats(pairs), *dstart = floats((size_t)tags), *dend = floats((size_t)tags);
  float *best = floats((size_t)batch * 2 * tags), *scores = floats((size_t)batch);
  int32_t *decoded = block((size_t)batch * time * sizeof(int32_t)), *from = block(count * sizeof(int32_t));
#define CRF batch, time, tags, offset(emissions), offset(lengths), offset(transitions), offset(start), offset(end)
  ADD(OP_CRF_FORWARD, CRF, offset(alpha), offset(log_z), offset(wanted), offset(likelihoods));
  ADD(OP_COPY, 1, 1, tags, tags, 0, 0, 1, tags, 0, 0, tags, 1, offset(transitions), offset(transposed));
  ADD(OP_CRF_MARGINALS, CRF, offset(alpha), offset(log_z), offset(transposed), offset(demissions), offset(follow));
  ADD(OP_CRF_GRADIENT, CRF, offset(demissions), offset(wanted), offset(dy), 0);
  ADD(OP_CRF_PAIRS, CRF, offset(alpha), offset(log_z), offset(follow), offset(demissions), offset(wanted), offset(dy),
      offset(dtransitions), offset(dstart), offset(dend));
  ADD(OP_CRF_DECODE, CRF, offset(decoded), offset(scores), offset(best), offset(from));
#undef CRF
  result(likelihoods, (size_t)batch), result(log_z, (size_t)batch), result(demissions, count);
  result(dtransitions, pairs), result(dstart, (size_t)tags), result(dend, (size_t)tags);
  result(scores, (size_t)batch);
}

static void build_arrays(int n0, int n1, int n2) {
  size_t count = (size_t)n0 * n1 * n2, rows = (size_t)n0 * n1;
  const float *x = noise(count, 1, 3), *row = noise((size_t)n2, 2, 1), *divisor = filled(1, 3);
  float *transposed = floats(count), *reversed = floats(count), *joined = floats(2 * count);
  ADD(OP_COPY, n2, 1, n1, n0, 1, 0, n2, n1 * n2, n1 * n0, 0, n0, 1, offset(x), offset(transposed));
  ADD(OP_COPY, 1, n0, n1, n2, 0, n1 * n2, n2, -1, 0, n1 * n2, n2, 1, offset(x + n2 - 1), offset(reversed));
  for (int half = 0; half < 2; half++)
    ADD(OP_COPY, 1, 1, (int)rows, n2, 0, 0, n2, 1, 0, 0, 2 * n2, 1, offset(x), offset(joined + half * n2));
  result(transposed, count), result(reversed, count), result(joined, 2 * count);
  for (int kind = UNARY_RELU; kind <= UNARY_EXP; kind++) {
    float *y = floats(count);
    ADD(OP_UNARY, kind, (int)count, offset(x), offset(y));
    result(y, count);
  }
  for (int kind = BINARY_ADD; kind <= BINARY_DIV; kind++) {
    float *y = floats(count), *flat = floats(count);
    ADD(OP_BINARY, kind, 1, n0, n1, n2, 0, n1 * n2, n2, 1, 0, 0, 0, kind < BINARY_DIV, offset(x),
        offset(kind < BINARY_DIV ? row : divisor), offset(y));
    ADD(OP_BINARY, kind, 1, 1, 1, (int)count, 0, 0, 0, 0, 0, 0, 0, 1, offset(divisor), offset(x), offset(flat));
    result(y, count);
    if (kind < BINARY_DIV) result(flat, count);
  }
  float *inner = floats(rows), *outer = floats((size_t)n1 * n2), *middle = floats((size_t)n0 * n2);
  ADD(OP_SUM, (int)rows, n2, 1, offset(x), offset(inner));
  ADD(OP_SUM, 1, n0, n1 * n2, offset(x), offset(outer));
  ADD(OP_SUM, n0, n1, n2, offset(x), offset(middle));
  result(inner, rows), result(outer, (size_t)n1 * n2), result(middle, (size_t)n0 * n2);
}

// A padded bias and packed panels of a projection of `blocks` blocks of [columns, depth].
static int32_t projection_words[2];
static void build_projection(int blocks, int depth, int columns, uint32_t seed) {
  int padded = padded_columns(columns);
  const float *weight = noise((size_t)blocks * columns * depth, seed, 0.5f);
  float *panels = floats((size_t)blocks * padded * depth);
  ADD(OP_PACK_WEIGHT, blocks, depth, columns, offset(weight), 1, depth, depth * columns, offset(panels));
  projection_words[0] = offset(panels);
  projection_words[1] = offset(noise((size_t)blocks * padded, seed + 1, 1));
}

// Two layers of each cell; the first one's products are looked up or made. The log-probabilities stand for the tokens.
static void build_generation(int steps, int batch, int units) {
  static const int gates_of[] = {4, 3, 1, 1};
  const int vocabulary = steps * 5 + 2, vectors = 3;
  const int32_t *tokens = integers((size_t)batch, vocabulary), *random = integers((size_t)batch * 4, 1 << 20);
  const int32_t *forbidden = integers(1, vocabulary);
  for (int cell = LSTM_CELL; cell <= RELU_CELL; cell++) {
    int gates = gates_of[cell], width = gates * padded_columns(units), scores = padded_columns(vocabulary);
    int looked_up = cell % 2, table_width = looked_up ? width : vectors;
    const float *table = noise((size_t)vocabulary * table_width, 1, 1);
    float *logs = floats((size_t)steps * batch);
    int32_t w[48], count = 0;
    const int32_t sizes[] = {steps, batch, units, gates, 2, cell, vocabulary, table_width};
    const int32_t choice[] = {bits(0.5f * cell), cell == GRU_CELL ? 3 : 0, bits(cell == TANH_CELL ? 0.7f : 1), 1};
    for (int i = 0; i < 8; i++) w[count++] = sizes[i];
    for (int i = 0; i < 4; i++) w[count++] = choice[i];
    w[count++] = offset(forbidden), w[count++] = offset(table), w[count++] = offset(tokens);
    w[count++] = offset(random), w[count++] = offset(block(sizeof(int32_t) * (size_t)steps * batch));
    w[count++] = offset(logs);
    const int rows[] = {vectors, width, width, scores, scores, scores, 4};
    for (int i = 0; i < 7; i++) w[count++] = offset(floats((size_t)batch * rows[i]));
    build_projection(1, units, vocabulary, 2);
    w[count++] = projection_words[0], w[count++] = projection_words[1];
    size_t state = (size_t)batch * units;
    for (int layer = 0; layer < 2; layer++) {
      projection_words[0] = projection_words[1] = 0;
      if (layer == 1 || !looked_up) build_projection(gates, layer ? units : vectors, units, 4);
      w[count++] = projection_words[0], w[count++] = projection_words[1];
      build_projection(gates, units, units, 6);
      w[count++] = projection_words[0], w[count++] = projection_words[1];
      float *h = floats(state), *c = cell == LSTM_CELL ? floats(state) : 0;
      w[count++] = offset(noise(state, 8, 1)), w[count++] = offset(h);
      w[count++] = c ? offset(noise(state, 9, 1)) : 0, w[count++] = offset(c);
      result(h, state);
    }
    add(OP_GENERATE, count, w);
    result(logs, (size_t)steps * batch);
  }
}

static const Case CASES[] = {{"LSTM", build_lstm},           {"GRU", build_gru},
                             {"RNN", build_rnn},             {"multiply", build_multiply},
                             {"loss", build_loss},           {"embedding", build_embedding},
                             {"elementwise", build_elementwise}, {"optimisers", build_optimisers},
                             {"smoothed loss", build_smoothed_loss}, {"convolution", build_convolution},
                             {"layer norm", build_layer_norm}, {"arrays", build_arrays},
                             {"attention", build_attention}, {"CRF", build_crf},
                             {"generation", build_generation}};
// Single elements, odd sizes, one less and one more than vectors and tiles, past a block.
static const int SIZES[][3] = {{1, 1, 1},   {2, 1, 3},   {3, 2, 5},    {5, 1, 21},   {1, 2, 8},   {7, 3, 16},
                               {2, 13, 33}, {3, 5, 64},  {2, 32, 70},  {2, 7, 131},  {4, 11, 15}, {3, 25, 17},
                               {9, 12, 31}, {6, 6, 257}, {65, 30, 2},  {13, 1, 47}};
static const int LARGE[][3] = {{67, 770, 33}, {31, 50, 1031}, {501, 23, 70}, {1, 400, 65}};
#define COUNT(list) (int)(sizeof(list) / sizeof *(list))

// Builds and runs one case on 1 and on 3 threads. Returns what is wrong, or NULL.
static const char *run_case(const Case *kernel, const int *size) {
  static float *first[MOST_RESULTS];
  for (int threads = 1; threads <= 3; threads += 2) {
    arena_reset();
    begin_program();
    result_count = 0;
    kernel->build(size[0], size[1], size[2]);
    if (!run_program(threads)) return "it did not come to its end";
    for (int k = 0; k < result_count; k++) {
      size_t bytes = result_sizes[k] * sizeof(float);
      for (size_t i = 0; i < result_sizes[k]; i++)
        if (!__builtin_isfinite(results[k][i])) return "a result is not finite, or was not written";
      if (threads == 1) {
        first[k] = malloc(bytes);
        if (!first[k]) abort();
        memcpy(first[k], results[k], bytes);
      } else {
        if (memcmp(first[k], results[k], bytes) != 0) return "three threads give other bits than one";
        free(first[k]);
      }
    }
  }
  return 0;
}

static int run_numbered(int number) {
  int sizes = COUNT(SIZES) + COUNT(LARGE), place = number % sizes;
  const Case *kernel = &CASES[number / sizes];
  const int *size = place < COUNT(SIZES) ? SIZES[place] : LARGE[place - COUNT(SIZES)];
  const char *problem = run_case(kernel, size);
  if (problem) fprintf(stderr, "%s [%d, %d, %d]: %s\n", kernel->name, size[0], size[1], size[2], problem);
  return problem != 0;
}

// From the multiplications to the element-wise operations the large sizes are taken too; sequences of such sizes would
// take minutes here, and the others more memory than the arena has.
static int is_used(int number) {
  int sizes = COUNT(SIZES) + COUNT(LARGE);
  return number % sizes < COUNT(SIZES) || (number / sizes >= 3 && number / sizes <= 6);
  const Case *kernel = &CASES[number / sizes];
  int is_sequence = number / sizes < 3 || kernel->build == build_generation;
  return number % sizes < COUNT(SIZES) || !is_sequence;
}

int main(int argc, char **argv) {
  int total = COUNT(CASES) * (COUNT(SIZES) + COUNT(LARGE)), passed = 0, failed = 0;
  if (argc > 1) {
    for (int i = 1; i < argc; i++) failed += run_numbered(atoi(argv[i]) % total);
    return failed > 0;
  }
  for (int number = 0; number < total; number++) {
    if (!is_used(number)) continue;
    fflush(stdout);
    pid_t child = fork(); // a finding ends a process
    if (child == 0) _exit(run_numbered(number));
    int status = 1;
    waitpid(child, &status, 0);
    if (status == 0) passed++;
    else {
      failed++;
      printf("FAILED case %d\n", number);
    }
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
