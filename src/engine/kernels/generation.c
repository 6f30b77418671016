// Generation: embedding, recurrent layers, scores and the choice of a token, one token after the other, for one sequence
// or for many side by side. Equations of the cells as in recurrent.c.
//
// Sequences are split over threads, each thread walks all steps of its own. A row's sums run over k in one order whatever
// stands beside it, so neither the number of threads nor that of sequences changes a bit of the result.
#include "choice.h"
#include "recurrent.h"
#include "words.h"

// y = M x + bias, M [columns, depth] packed by pack_columns: tiles of [depth][TILE_COLUMNS]; bias and y padded likewise.
typedef struct {
  int depth, tiles;
  const float *panels, *bias;
} Projection;

// ROWS rows of x times TILES neighbouring tiles.
INLINE void project_tiles(const Projection *p, int tile, const float *x, ptrdiff_t x_row, float *y, ptrdiff_t y_row,
                          const int ROWS, const int TILES) {
  enum { MOST_ROWS = 4, MOST_VECTORS = 4 * TILE_VECTORS };
  vec sum[MOST_ROWS][MOST_VECTORS];
  const ptrdiff_t stride = (ptrdiff_t)p->depth * TILE_COLUMNS;
  const float *panel = p->panels + tile * stride;
  UNROLL for (int r = 0; r < ROWS; r++)
    UNROLL for (int v = 0; v < TILES * TILE_VECTORS; v++) sum[r][v] = splat(0);
  // Unrolled, since the pointers of all the tiles are moved on at each turn: a third of WebAssembly's time.
  _Pragma("clang loop unroll_count(4)") for (int k = 0; k < p->depth; k++, panel += TILE_COLUMNS) {
    UNROLL for (int v = 0; v < TILES * TILE_VECTORS; v++) {
      vec m = load(panel + v / TILE_VECTORS * stride + v % TILE_VECTORS * W);
      UNROLL for (int r = 0; r < ROWS; r++) sum[r][v] = fma(splat(x[r * x_row + k]), m, sum[r][v]);
    }
  }
  const float *bias = p->bias + tile * TILE_COLUMNS;
  y += tile * TILE_COLUMNS;
  UNROLL for (int r = 0; r < ROWS; r++)
    UNROLL for (int v = 0; v < TILES * TILE_VECTORS; v++)
      store(y + r * y_row + v * W, sum[r][v] + load(bias + v * W));
}

// A single row keeps eight sums going, which hides the latency of fma; four rows share each tile that is read.
NOINLINE void project_row(const Projection *p, const float *x, float *y) {
  int tile = 0;
  for (; tile + 4 <= p->tiles; tile += 4) project_tiles(p, tile, x, 0, y, 0, 1, 4);
  for (; tile + 2 <= p->tiles; tile += 2) project_tiles(p, tile, x, 0, y, 0, 1, 2);
  if (tile < p->tiles) project_tiles(p, tile, x, 0, y, 0, 1, 1);
}
NOINLINE void project_rows(const Projection *p, int rows, const float *x, ptrdiff_t x_row, float *y, ptrdiff_t y_row) {
  int row = 0;
  for (; row + 4 <= rows; row += 4)
    for (int tile = 0; tile < p->tiles; tile++)
      project_tiles(p, tile, x + row * x_row, x_row, y + row * y_row, y_row, 4, 1);
  for (; row < rows; row++) project_row(p, x + row * x_row, y + row * y_row);
}

typedef enum { LSTM_CELL, GRU_CELL, TANH_CELL, RELU_CELL } Cell;
enum { MOST_LAYERS = 16 };

typedef struct {
  Projection input, hidden; // input.panels is NULL where the table holds the products already
  const float *h0, *c0;     // [batch, units]; c0 and c are NULL unless LSTM
  float *h, *c;             // the same after the last step
} GenerationLayer;

typedef struct {
  int steps, batch, units, gates, layers;
  Cell cell;
  const float *table; // a row a token: the first layer's input, [table_width]
  int table_width;
  const int32_t *tokens;  // [batch], the tokens before
  const uint32_t *random; // [batch, 4], the state of each sequence's generator
  int32_t *chosen;        // [steps, batch]
  float *log_probability; // [steps, batch]
  Projection output;
  Choice choice;
  // Scratch, a row a sequence: vectors [table_width], inputs and products [gates, padded units], scores and powers
  // [padded vocabulary], heap [vocabulary], state [4].
  float *vectors, *inputs, *products, *scores, *powers;
  int32_t *heap;
  uint32_t *state;
  GenerationLayer layer[MOST_LAYERS];
} Generation;

// One step of `units` of a cell from x = W_ih x + b_ih and q = W_hh h + b_hh, whose gates lie `gate` apart.
INLINE void cell_units(Cell cell, const float *x, const float *q, int gate, float *h, float *c, int count) {
#define X(k) load_first(x + (k) * gate, count)
#define Q(k) load_first(q + (k) * gate, count)
  switch (cell) {
  case LSTM_CELL: {
    vec i = sigmoid(X(0) + Q(0)), f = sigmoid(X(1) + Q(1)), g = tanh_(X(2) + Q(2)), o = sigmoid(X(3) + Q(3));
    vec next = fma(f, load_first(c, count), i * g);
    store_first(c, next, count);
    store_first(h, o * tanh_(next), count);
    break;
  }
  case GRU_CELL: {
    vec r = sigmoid(X(0) + Q(0)), z = sigmoid(X(1) + Q(1)), n = tanh_(fma(r, Q(2), X(2)));
    store_first(h, fma(z, load_first(h, count) - n, n), count);
    break;
  }
  case TANH_CELL: store_first(h, tanh_(X(0) + Q(0)), count); break;
  case RELU_CELL: store_first(h, max(X(0) + Q(0), splat(0)), count); break;
  }
#undef X
#undef Q
}

// One step of one layer for the rows of this thread; x: their projected inputs.
INLINE void layer_step(const Generation *g, const GenerationLayer *layer, Range rows, const float *x) {
  const int H = g->units, padded = padded_columns(H), width = g->gates * padded;
  float *products = g->products + (ptrdiff_t)rows.begin * width;
  project_rows(&layer->hidden, rows.end - rows.begin, layer->h + (ptrdiff_t)rows.begin * H, H, products, width);
  for (int row = rows.begin; row < rows.end; row++, products += width, x += width) {
    float *h = layer->h + (ptrdiff_t)row * H, *c = layer->c ? layer->c + (ptrdiff_t)row * H : h;
    FOR_EACH_UNIT_VECTOR(0, H, cell_units(g->cell, x + u, products + u, padded, h + u, c + u, count));
  }
}

// Gathers each row's first input: the vector of the token before, or its product if the table holds those.
INLINE void look_up(const Generation *g, Range rows, const int32_t *before, float *to) {
  for (int row = rows.begin; row < rows.end; row++)
    copy_floats(to + (ptrdiff_t)row * g->table_width,
                g->table + (ptrdiff_t)(before[row] < 0 ? 0 : before[row]) * g->table_width, g->table_width);
}

// All layers read one token a row.
INLINE void read_tokens(const Generation *g, Range rows, const int32_t *before) {
  const int H = g->units, count = rows.end - rows.begin, width = g->gates * padded_columns(H);
  float *inputs = g->inputs + (ptrdiff_t)rows.begin * width;
  const float *below = g->vectors + (ptrdiff_t)rows.begin * g->table_width;
  int below_width = g->table_width;
  look_up(g, rows, before, g->layer[0].input.panels ? g->vectors : g->inputs);
  for (int k = 0; k < g->layers; k++) {
    const GenerationLayer *layer = &g->layer[k];
    if (layer->input.panels) project_rows(&layer->input, count, below, below_width, inputs, width);
    layer_step(g, layer, rows, inputs);
    below = layer->h + (ptrdiff_t)rows.begin * H, below_width = H;
  }
}

NOINLINE void generate(const Generation *g, int thread, int threads) {
  const int H = g->units, B = g->batch, padded = g->output.tiles * TILE_COLUMNS;
  Range rows = share(B, 1, thread, threads);
  int own = rows.end - rows.begin;
  if (own == 0) return;
  ptrdiff_t first = (ptrdiff_t)rows.begin * H;
  for (int k = 0; k < g->layers; k++) {
    copy_floats(g->layer[k].h + first, g->layer[k].h0 + first, (ptrdiff_t)own * H);
    if (g->layer[k].c) copy_floats(g->layer[k].c + first, g->layer[k].c0 + first, (ptrdiff_t)own * H);
  }
  for (int i = 4 * rows.begin; i < 4 * rows.end; i++) g->state[i] = g->random[i];
  const int32_t *before = g->tokens;
  for (int step = 0; step < g->steps && !is_stopped(); step++) {
    read_tokens(g, rows, before);
    project_rows(&g->output, own, g->layer[g->layers - 1].h + first, H, g->scores + (ptrdiff_t)rows.begin * padded,
                 padded);
    int32_t *chosen = g->chosen + (ptrdiff_t)step * B;
    for (int row = rows.begin; row < rows.end; row++) {
      ptrdiff_t place = (ptrdiff_t)row * padded;
      ChoiceScratch scratch = {g->powers + place, g->heap + place};
      float *log_probability = g->log_probability + (ptrdiff_t)step * B + row;
      chosen[row] = choose(&g->choice, g->scores + place, scratch, g->state + 4 * row, log_probability);
      if (before[row] < 0) chosen[row] = -1; // what follows a broken score is no text
    }
    before = chosen;
  }
}

INLINE Projection projection(Words *w, int depth, int columns) {
  Projection p = {depth, padded_columns(columns) / TILE_COLUMNS, 0, 0};
  p.panels = address(w), p.bias = address(w);
  return p;
}

// Words: steps, batch, units, gates, layers, cell, vocabulary, table width; temperature, top-k, top-p, forbidden count;
// then addresses in the order below.
INLINE void run_generation(Words *w, int thread, int threads) {
  Generation g;
  g.steps = number(w), g.batch = number(w), g.units = number(w), g.gates = number(w), g.layers = number(w);
  g.cell = (Cell)number(w);
  g.choice.vocabulary = number(w), g.table_width = number(w);
  g.choice.temperature = real(w), g.choice.top_k = number(w), g.choice.top_p = real(w);
  g.choice.forbidden_count = number(w), g.choice.forbidden = address(w);
  g.table = address(w), g.tokens = address(w), g.random = address(w), g.chosen = address(w), g.log_probability = address(w);
  g.vectors = address(w), g.inputs = address(w), g.products = address(w), g.scores = address(w), g.powers = address(w);
  g.heap = address(w), g.state = address(w);
  g.output = projection(w, g.units, g.choice.vocabulary);
  const int padded = g.gates * padded_columns(g.units);
  for (int k = 0; k < g.layers && k < MOST_LAYERS; k++) {
    GenerationLayer *layer = &g.layer[k];
    layer->input = projection(w, k == 0 ? g.table_width : g.units, padded);
    layer->hidden = projection(w, g.units, padded);
    layer->h0 = address(w), layer->h = address(w), layer->c0 = address(w), layer->c = address(w);
  }
  generate(&g, thread, threads);
}
