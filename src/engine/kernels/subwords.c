// Learning vectors of words and of their character n-grams, lock-free (Bojanowski et al., 2017; the steps are those of the
// fastText library). A word's vector is the mean of its rows: one of its own and one of each n-gram.
#include "embeddings.c"

enum { OP_LEARN_SUBWORDS = 81 };

typedef struct {
  Learning l;               // input is [rows, row] here: words first, then n-grams
  const int32_t *row_start; // [vocabulary + 1] where a word's part of `rows` begins
  const int32_t *rows;      // rows of each word, its own first
  const float *echo;        // [vocabulary] how much of a gradient that all rows of a word take comes back in its mean: 1
                            // where no row stands twice, else the sum of squared multiplicities over the number of rows
} Subwords;

// sum += the rows of a word; returns how many they are.
INLINE int gather(const int ROW, const Subwords *s, int word, float *sum) {
  int begin = s->row_start[word], end = s->row_start[word + 1];
  for (int i = begin; i < end; i++) add_row(ROW, sum, s->l.input + (ptrdiff_t)s->rows[i] * ROW);
  return end - begin;
}

// Each row of a word takes the gradient in full.
INLINE void spread(const int ROW, const Subwords *s, int word, const float *gradient) {
  for (int i = s->row_start[word]; i < s->row_start[word + 1]; i++)
    add_row(ROW, s->l.input + (ptrdiff_t)s->rows[i] * ROW, gradient);
}

// The rows of a word are all over the table: asking for them a word ahead hides most of the waiting.
INLINE void expect_rows(const int ROW, const Subwords *s, int word) {
  for (int i = s->row_start[word]; i < s->row_start[word + 1]; i++)
    for (int k = 0; k < ROW; k += 16) __builtin_prefetch(s->l.input + (ptrdiff_t)s->rows[i] * ROW + k, 1);
}

INLINE void clear_row(const int ROW, float *to) {
  for (int k = 0; k < ROW; k += W) store(to + k, splat(0));
}
INLINE void scale_row(const int ROW, float *to, float factor) {
  for (int k = 0; k < ROW; k += W) store(to + k, load(to + k) * splat(factor));
}

// Skip-gram: the mean of the word's rows predicts each neighbour. Between two predictions only this word's rows change, so
// the mean is kept up to date by `echo` and the rows take the sum of all gradients at the end: the same steps as taking
// each at once, for a fraction of the memory traffic.
INLINE void predict_neighbours(const int ROW, const Subwords *s, const int32_t *sentence, int begin, int end, int at,
                               float rate, uint32_t *dice, float *losses, int measured) {
  float mean[MOST_FEATURES], all[MOST_FEATURES], gradient[MOST_FEATURES], labels[MOST_TARGETS];
  int targets[MOST_TARGETS], word = sentence[at];
  clear_row(ROW, mean), clear_row(ROW, all);
  scale_row(ROW, mean, 1.0f / (float)gather(ROW, s, word, mean));
  vec echo = splat(s->echo[word]);
  for (int j = begin; j < end; j++) {
    if (j == at) continue;
    int count = choose_targets(&s->l, sentence[j], dice, targets, labels);
    losses[0] += learn_targets(ROW, &s->l, mean, targets, labels, count, rate, measured, gradient);
    losses[1] += (float)measured;
    for (int k = 0; k < ROW; k += W) {
      vec g = load(gradient + k);
      store(mean + k, fma(echo, g, load(mean + k)));
      store(all + k, load(all + k) + g);
    }
  }
  spread(ROW, s, word, all);
}

// CBOW: the mean of all rows of all neighbours predicts the word.
INLINE void predict_word(const int ROW, const Subwords *s, const int32_t *sentence, int begin, int end, int at,
                         float rate, uint32_t *dice, float *losses, int measured) {
  float mean[MOST_FEATURES], gradient[MOST_FEATURES], labels[MOST_TARGETS];
  int targets[MOST_TARGETS], rows = 0;
  clear_row(ROW, mean);
  for (int j = begin; j < end; j++)
    if (j != at) rows += gather(ROW, s, sentence[j], mean);
  scale_row(ROW, mean, 1.0f / (float)rows);
  int count = choose_targets(&s->l, sentence[at], dice, targets, labels);
  losses[0] += learn_targets(ROW, &s->l, mean, targets, labels, count, rate, measured, gradient);
  losses[1] += (float)measured;
  for (int j = begin; j < end; j++)
    if (j != at) spread(ROW, s, sentence[j], gradient);
}

INLINE void learn_subword_window(const int ROW, const Learning *l, const int32_t *sentence, int length, int at,
                                 float rate, uint32_t *dice, float *losses, int measured) {
  const Subwords *s = (const Subwords *)(const void *)l; // its first member
  int reach = l->window - roll_below(dice, l->window);
  int begin = at < reach ? 0 : at - reach, end = min_int(length, at + reach + 1);
  if (end - begin < 2) return;
  if (l->model == SKIP_GRAM) {
    if (at + 1 < length) expect_rows(ROW, s, sentence[at + 1]);
    predict_neighbours(ROW, s, sentence, begin, end, at, rate, dice, losses, measured);
  } else predict_word(ROW, s, sentence, begin, end, at, rate, dice, losses, measured);
}

NOINLINE void learn_subwords(const Subwords *s, int thread, int threads) {
  learn_share(&s->l, thread, threads, learn_subword_window);
}

INLINE void run_learn_subwords(Words *w, int thread, int threads) {
  Subwords s;
  s.l = take_learning(w), s.l.redraw = 1;
  s.row_start = address(w), s.rows = address(w), s.echo = address(w);
  learn_subwords(&s, thread, threads);
}
