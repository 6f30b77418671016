// Softmax cross-entropy over classes, weighted by row.
//   p = softmax(logits[row])    loss = sum_row w[row] * -ln p[label[row]] / sum_row w[row]
#include "threads.h"

INLINE double total(const float *values, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += values[i];
  return sum;
}

// One row: returns -ln p[label] and leaves scale * (p - onehot(label)) in `gradient`.
INLINE float softmax_row(int classes, const float *logits, int label, float scale, float *gradient) {
  int whole = classes / W * W, rest = classes - whole;
  vec best = splat(-__builtin_inff());
  for (int j = 0; j < whole; j += W) best = max(best, load(logits + j));
  float highest = max_lanes(best);
  for (int j = whole; j < classes; j++) highest = logits[j] > highest ? logits[j] : highest;

  vec sum = splat(0), shift = splat(highest);
  for (int j = 0; j < whole; j += W) {
    vec power = exp_(load(logits + j) - shift);
    store(gradient + j, power);
    sum += power;
  }
  float sum_of_powers = sum_lanes(sum);
  if (rest) {
    vec power = exp_(load_first(logits + whole, rest) - shift);
    store_first(gradient + whole, power, rest);
    for (int j = 0; j < rest; j++) sum_of_powers += power[j];
  }

  float loss = log_(sum_of_powers) - (logits[label] - highest);
  float factor = scale / sum_of_powers;
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
  for (int row = range.begin; row < range.end; row++) {
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
