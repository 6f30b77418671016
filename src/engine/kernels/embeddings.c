// Learning word vectors, lock-free: skip-gram and CBOW with negative sampling or hierarchical softmax, sub-sampling of
// frequent words and a window of random width (Mikolov et al., 2013; the steps are those of word2vec.c). All threads
// change the same two tables without locks (Niu et al., 2011: Hogwild), so only one thread repeats itself bit by bit.
#include "threads.h"
#include "words.h"

enum { OP_LEARN_WORDS = 80 };
// Targets of one step; words that are learned from at once; floats of the longest row; every so many windows measured.
enum { MOST_TARGETS = 64, SENTENCE = 1000, MOST_FEATURES = 1024, MEASURED = 16 };
enum { SKIP_GRAM, CBOW };
enum { LINE_END = -2 }; // among the ids; other negative ones are words without a vector

typedef struct {
  int model, window, negative, vocabulary, row, count; // negative 0: hierarchical softmax; row: floats, multiple of W
  int redraw;                                           // 1: a negative word that is the true one is drawn anew
  float rate, last_rate;                                // at the first and behind the last of the ids
  const int32_t *ids;                                   // [count]
  float *input, *output;                                // [vocabulary, row] each, columns past the dimension 0
  const uint32_t *keep;                                 // [vocabulary] chance that a word is kept, times 2^32 - 1
  const uint32_t *chance;                               // [vocabulary] alias method (Walker, 1977): a drawn word stays
  const int32_t *alias;                                 // itself with this chance, else it is its alias
  const int32_t *path_start, *path;                     // hierarchical: nodes on the way to a word, 2 * node + code
  uint32_t *dice;                                       // [threads, 2] random states
  float *losses;                                        // [threads, 2] sum of the measured losses, and their number
} Learning;

// xoroshiro64* (Blackman and Vigna, 2018).
INLINE uint32_t roll(uint32_t *dice) {
  uint32_t a = dice[0], b = dice[1] ^ dice[0], result = a * 0x9E3779BBu;
  dice[0] = ((a << 26) | (a >> 6)) ^ b ^ (b << 9);
  dice[1] = (b << 13) | (b >> 19);
  return result;
}
INLINE int roll_below(uint32_t *dice, int below) { return (int)(((uint64_t)roll(dice) * (uint64_t)below) >> 32); }

// Fills targets and labels for predicting a word; returns how many there are.
INLINE int choose_targets(const Learning *l, int word, uint32_t *dice, int *targets, float *labels) {
  if (l->negative == 0) {
    int begin = l->path_start[word], count = l->path_start[word + 1] - begin;
    for (int t = 0; t < count; t++) targets[t] = l->path[begin + t] >> 1, labels[t] = 1 - (l->path[begin + t] & 1);
    return count;
  }
  int count = 1;
  targets[0] = word, labels[0] = 1;
  for (int k = 0; k < l->negative; k++) {
    int drawn = roll_below(dice, l->vocabulary);
    if (roll(dice) > l->chance[drawn]) drawn = l->alias[drawn];
    if (drawn == word) {
      k -= l->redraw;
      continue;
    }
    targets[count] = drawn, labels[count++] = 0;
  }
  return count;
}

// One step on loss = -sum log sigmoid(+-h . o_t), + where the label is 1: with g_t = rate * (label_t - sigmoid(h . o_t))
// gradient = sum g_t o_t, and o_t += g_t h. Returns the loss before it when `measured`.
INLINE float learn_targets(const int ROW, const Learning *l, const float *h, const int *targets, const float *labels,
                           int count, float rate, int measured, float *gradient) {
  float scores[MOST_TARGETS];
  for (int t = 0; t < count; t++) {
    const float *o = l->output + (ptrdiff_t)targets[t] * ROW;
    vec sum = splat(0);
    for (int k = 0; k < ROW; k += W) sum = fma(load(h + k), load(o + k), sum);
    scores[t] = sum_lanes(sum);
  }
  float loss = 0;
  for (int t = 0; t < count; t += W) {
    int lanes = min_int(W, count - t);
    vec truth = load_first(labels + t, lanes), guess = sigmoid(load_first(scores + t, lanes));
    store_first(scores + t, (truth - guess) * splat(rate), lanes);
    for (int i = 0; measured && i < lanes; i++) {
      float right = truth[i] > 0 ? guess[i] : 1 - guess[i];
      loss -= log_(right > 1e-7f ? right : 1e-7f);
    }
  }
  for (int k = 0; k < ROW; k += W) store(gradient + k, splat(0));
  for (int t = 0; t < count; t++) {
    float *o = l->output + (ptrdiff_t)targets[t] * ROW;
    vec g = splat(scores[t]);
    for (int k = 0; k < ROW; k += W) {
      vec old = load(o + k);
      store(gradient + k, fma(g, old, load(gradient + k)));
      store(o + k, fma(g, load(h + k), old));
    }
  }
  return loss;
}

INLINE void add_row(const int ROW, float *to, const float *from) {
  for (int k = 0; k < ROW; k += W) store(to + k, load(to + k) + load(from + k));
}

// Learns from one word and its window: skip-gram predicts the word from each neighbour's vector, CBOW from their mean,
// whose gradient each of them takes in full, as in word2vec.c.
INLINE void learn_window(const int ROW, const Learning *l, const int32_t *sentence, int length, int at, float rate,
                         uint32_t *dice, float *losses, int measured) {
  float mean[MOST_FEATURES], gradient[MOST_FEATURES], labels[MOST_TARGETS];
  int targets[MOST_TARGETS];
  int reach = l->window - roll_below(dice, l->window);
  int begin = at < reach ? 0 : at - reach, end = min_int(length, at + reach + 1);
  if (end - begin < 2) return;
  if (l->model == SKIP_GRAM) {
    for (int j = begin; j < end; j++) {
      if (j == at) continue;
      float *h = l->input + (ptrdiff_t)sentence[j] * ROW;
      int count = choose_targets(l, sentence[at], dice, targets, labels);
      losses[0] += learn_targets(ROW, l, h, targets, labels, count, rate, measured, gradient);
      losses[1] += (float)measured;
      add_row(ROW, h, gradient);
    }
    return;
  }
  for (int k = 0; k < ROW; k += W) store(mean + k, splat(0));
  for (int j = begin; j < end; j++)
    if (j != at) add_row(ROW, mean, l->input + (ptrdiff_t)sentence[j] * ROW);
  float part = 1.0f / (float)(end - begin - 1);
  for (int k = 0; k < ROW; k += W) store(mean + k, load(mean + k) * splat(part));
  int count = choose_targets(l, sentence[at], dice, targets, labels);
  losses[0] += learn_targets(ROW, l, mean, targets, labels, count, rate, measured, gradient);
  losses[1] += (float)measured;
  for (int j = begin; j < end; j++)
    if (j != at) add_row(ROW, l->input + (ptrdiff_t)sentence[j] * ROW, gradient);
}

// Learns from one word of a sentence and the words around it.
typedef void LearnWindow(const int ROW, const Learning *l, const int32_t *sentence, int length, int at, float rate,
                         uint32_t *dice, float *losses, int measured);

INLINE void learn_range(const int ROW, const Learning *l, Range range, uint32_t *dice, float *losses,
                        LearnWindow *learn) {
  int32_t sentence[SENTENCE];
  for (int next = range.begin; next < range.end;) {
    int length = 0;
    while (next < range.end && length < SENTENCE) {
      int id = l->ids[next++];
      if (id == LINE_END && length > 0) break;
      if (id >= 0 && roll(dice) <= l->keep[id]) sentence[length++] = id;
    }
    float rate = l->rate + (l->last_rate - l->rate) * ((float)next / (float)l->count);
    for (int at = 0; at < length; at++)
      learn(ROW, l, sentence, length, at, rate, dice, losses, at % MEASURED == 0);
  }
}

// Widths that most vectors have are known to the compiler: 100, 200 and 300 features, in rows of whole cache lines.
INLINE void learn_share(const Learning *l, int thread, int threads, LearnWindow *learn) {
  Range range = share(l->count, 1, thread, threads);
  uint32_t dice[2] = {l->dice[2 * thread], l->dice[2 * thread + 1]};
  float losses[2] = {0, 0};
  switch (l->row) {
  case 112: learn_range(112, l, range, dice, losses, learn); break;
  case 208: learn_range(208, l, range, dice, losses, learn); break;
  case 304: learn_range(304, l, range, dice, losses, learn); break;
  default: learn_range(l->row, l, range, dice, losses, learn); break;
  }
  for (int i = 0; i < 2; i++) l->dice[2 * thread + i] = dice[i], l->losses[2 * thread + i] = losses[i];
}
NOINLINE void learn_words(const Learning *l, int thread, int threads) { learn_share(l, thread, threads, learn_window); }

// The words of an operation, from the model to the losses.
INLINE Learning take_learning(Words *w) {
  Learning l;
  l.model = number(w), l.window = number(w), l.negative = number(w), l.vocabulary = number(w), l.row = number(w);
  l.count = number(w), l.redraw = 0, l.rate = real(w), l.last_rate = real(w);
  l.ids = address(w), l.input = address(w), l.output = address(w), l.keep = address(w), l.chance = address(w);
  l.alias = address(w), l.path_start = address(w), l.path = address(w), l.dice = address(w), l.losses = address(w);
  return l;
}

INLINE void run_learn_words(Words *w, int thread, int threads) {
  Learning l = take_learning(w);
  learn_words(&l, thread, threads);
}
