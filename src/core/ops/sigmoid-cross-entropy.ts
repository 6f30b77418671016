import * as tf from '@tensorflow/tfjs-core';

/** Smallest divisor: keeps the loss at 0 when no row has any weight. */
const TINY = 1e-30;

/**
 * Binary cross-entropy of independent labels, from logits z, in nats (PyTorch's BCEWithLogitsLoss):
 *
 *     Σ_n w_n · mean_l [max(z, 0) − z·target + ln(1 + e^−|z|)] / Σ_n w_n
 *
 * @param logits [N, L]
 * @param targets [N, L], in [0, 1]
 * @param weights [N], not negative; 0 leaves a row out
 * @returns a scalar; 0, with gradient 0, when no row has any weight
 */
export function sigmoidCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, weights: tf.Tensor1D): tf.Scalar {
  const total = tf.mul(tf.maximum(tf.sum(weights), TINY), logits.shape[1]);
  const shares = tf.expandDims(tf.div(weights, total), 1); // [N, 1]
  // Composed, the gradient would be wrong where z = 0, at the kinks of max and |z|.
  const loss = tf.customGrad((z, save) => {
    (save as tf.GradSaveFunc)([z as tf.Tensor, targets, shares]);
    const input = z as tf.Tensor2D;
    const losses = tf.add(tf.sub(tf.relu(input), tf.mul(input, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(input)))));
    return {
      value: tf.sum(takingPart(tf.mul(losses, shares), shares)),
      gradFunc: (dloss: tf.Tensor, [saved, wanted, parts]: tf.Tensor[]) =>
        takingPart(tf.mul(tf.mul(tf.sub(tf.sigmoid(saved), wanted), parts), dloss), parts),
    };
  });
  return loss(logits) as tf.Scalar;
}

/** Zeros in the rows whose share is 0, whatever they hold. */
function takingPart(values: tf.Tensor, shares: tf.Tensor): tf.Tensor {
  const used = tf.tile(tf.greater(shares, 0), [1, values.shape[1] ?? 1]);
  return tf.where(used, values, tf.zerosLike(values));
}
