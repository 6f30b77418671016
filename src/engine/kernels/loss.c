// Softmax cross-entropy over classes, weighted by row.
//   p = softmax(logits[row])    loss = sum_row w[row] * -ln p[label[row]] / sum_row w[row]
#include "threads.h"
#include "words.h"

INLINE double total(const float *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += values[i];
  return sum;
}

// powers[j] = e^(logits[j] - highest); returns their sum.
INLINE float powers_of_row(int classes, const float *logits, float *powers, float *highest_logit) {
  int whole = classes / W * W, rest = classes - whole;
  vec best = splat(-__builtin_inff());
  for (int j = 0; j < whole; j += W) best = max(best, load(logits + j));
  float highest = max_lanes(best);
  for (int j = whole; j < classes; j++) highest = logits[j] > highest ? logits[j] : highest;

  vec sum = splat(0), shift = splat(highest);
  for (int j = 0; j < whole; j += W) {
    vec power = exp_(load(logits + j) - shift);
    store(powers + j, power);
    sum += power;
  }
  float sum_of_powers = sum_lanes(sum);
  if (rest) {
    vec power = exp_(load_first(logits + whole, rest) - shift);
    store_first(powers + whole, power, rest);
    for (int j = 0; j < rest; j++) sum_of_powers += power[j];
  }
  *highest_logit = highest;
  return sum_of_powers;
}

// One row: returns -ln p[label] and leaves scale * (p - onehot(label)) in `gradient`.
INLINE float softmax_row(int classes, const float *logits, int label, float scale, float *gradient) {
  int whole = classes / W * W;
  float highest, sum = powers_of_row(classes, logits, gradient, &highest);
  float loss = log_(sum) - (logits[label] - highest);
  float factor = scale / sum;
  for (int j = 0; j < whole; j += W) store(gradient + j, load(gradient + j) * splat(factor));
  for (int j = whole; j < classes; j++) gradient[j] *= factor;
  gradient[label] -= scale;
  return loss;
}

// logits [rows, classes], labels and weights [rows] -> gradient [rows, classes] for d loss = 1, row_losses [rows]
// (weighted). A row of weight 0 takes no part, whatever its logits and label are.
NOINLINE void softmax_cross_entropy(int rows, int classes, const float *logits, const int32_t *labels,
                                    const float *weights, float *gradient, float *row_losses, int thread, int threads) {
  float scale = (float)(1 / total(weights, rows));
  Range range = share(rows, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    float *to = gradient + (ptrdiff_t)row * classes, weight = weights[row];
    if (weight == 0) {
      for (int j = 0; j < classes; j++) to[j] = 0;
      row_losses[row] = 0;
    } else if ((uint32_t)labels[row] >= (uint32_t)classes) {
      for (int j = 0; j < classes; j++) to[j] = __builtin_nanf("");
      row_losses[row] = __builtin_nanf("");
    } else {
      row_losses[row] = weight * softmax_row(classes, logits + (ptrdiff_t)row * classes, labels[row], weight * scale, to);
    }
  }
}

// loss = sum of row_losses / sum of weights; 0 when no row has any weight.
NOINLINE void mean_loss(int rows, const float *row_losses, const float *weights, float *loss) {
  double weight = total(weights, rows);
  *loss = weight == 0 ? 0 : (float)(total(row_losses, rows) / weight);
}

// out[i] = factor * values[i]: the gradient above times d loss.
NOINLINE void scale_values(int count, const float *values, float factor, float *out, int thread, int threads) {
  Range range = share(count, 16, thread, threads);
  int i = range.begin;
  for (; i + W <= range.end; i += W) store(out + i, load(values + i) * splat(factor));
  for (; i < range.end; i++) out[i] = values[i] * factor;
}

// ---- With label smoothing and class weights --------------------------------------------------------------------------
//   loss = sum_row [own * -ln p[label] + spread * sum_j c[j] * -ln p[j]] / sum_row total
//   own = w (1 - smoothing) c[label]    spread = w smoothing / classes    total = w c[label]

enum { OP_SMOOTHED_CROSS_ENTROPY = 41 };

typedef struct {
  int rows, classes;
  float smoothing;
  const float *logits; // [rows, classes]
  const int32_t *labels;
  const float *weights;       // [rows]
  const float *totals;        // [rows]
  const float *class_weights; // [classes], or NULL for ones
  float *gradient;            // [rows, classes], for d loss = 1
  float *row_losses;          // [rows], not yet divided by the sum of totals
} SmoothedLoss;

// One row: returns its loss; leaves scale * [(own + spread sum_j c[j]) p - own onehot(label) - spread c] in `gradient`.
INLINE float smoothed_row(const SmoothedLoss *l, const float *logits, int label, float own, float spread, float scale,
                          float *gradient) {
  int classes = l->classes, whole = classes / W * W;
  const float *c = l->class_weights;
  float highest, sum = powers_of_row(classes, logits, gradient, &highest), log_sum = log_(sum);
  double all_weights = 0, all_scores = 0; // sum of c, and of c times the shifted logits
  for (int j = 0; j < classes; j++) {
    float weight = c ? c[j] : 1;
    all_weights += weight;
    all_scores += weight * (logits[j] - highest);
  }
  float amount = own + spread * (float)all_weights;
  vec factor = splat(scale * amount / sum), share = splat(scale * spread);
  for (int j = 0; j < classes; j += W) {
    int lanes = j < whole ? W : classes - whole;
    vec weight = c ? load_first(c + j, lanes) : splat(1);
    store_first(gradient + j, load_first(gradient + j, lanes) * factor - share * weight, lanes);
  }
  gradient[label] -= scale * own;
  return own * (log_sum - (logits[label] - highest)) + spread * (float)(all_weights * log_sum - all_scores);
}

// A row of weight 0 takes no part, whatever its logits and label are.
NOINLINE void smoothed_cross_entropy(const SmoothedLoss *l, int thread, int threads) {
  int classes = l->classes;
  double divisor = total(l->totals, l->rows);
  float scale = divisor == 0 ? 0 : (float)(1 / divisor);
  Range range = share(l->rows, 1, thread, threads);
  for (int row = range.begin; row < range.end && !is_stopped(); row++) {
    float *to = l->gradient + (ptrdiff_t)row * classes, weight = l->weights[row];
    int label = l->labels[row], broken = (uint32_t)label >= (uint32_t)classes;
    if (weight == 0 || broken) {
      float nothing = weight == 0 ? 0 : __builtin_nanf("");
      for (int j = 0; j < classes; j++) to[j] = nothing;
      l->row_losses[row] = nothing;
      continue;
    }
    float own = (1 - l->smoothing) * l->totals[row], spread = weight * l->smoothing / (float)classes;
    l->row_losses[row] = smoothed_row(l, l->logits + (ptrdiff_t)row * classes, label, own, spread, scale, to);
  }
}

INLINE void run_smoothed_cross_entropy(Words *w, int thread, int threads) {
  SmoothedLoss l;
  l.rows = number(w), l.classes = number(w), l.smoothing = real(w);
  l.logits = address(w), l.labels = address(w), l.weights = address(w), l.totals = address(w);
  l.class_weights = address(w), l.gradient = address(w), l.row_losses = address(w);
  smoothed_cross_entropy(&l, thread, threads);
}
