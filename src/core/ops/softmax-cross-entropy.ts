import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, registerKernelGradient, runKernel } from './kernels';

export interface CrossEntropyOptions {
  /** Label smoothing ε in [0, 1): the target is (1 − ε)·onehot + ε/V (Szegedy et al., 2016). */
  smoothing?: number;
  /** Weight of each class [V], not negative. */
  classWeights?: tf.Tensor1D;
}

/** Smallest divisor: keeps the loss at 0 when no row has any weight. */
const TINY = 1e-30;

/**
 * Mean negative log-likelihood in nats: Σ w·(−ln softmax(logits)[label]) / Σ w. 0, with gradient 0, when Σ w = 0.
 *
 * With class weights c, label smoothing ε and p = softmax(logits), as PyTorch's `cross_entropy` has it:
 *
 *     Σ_n w_n · [(1 − ε)·c_label·(−ln p_label) + ε/V · Σ_v c_v·(−ln p_v)] / Σ_n w_n·c_label
 *
 * @param logits [N, V]
 * @param labels [N] int32, each in [0, V)
 * @param weights [N], not negative; 0 leaves a row out
 * @returns a scalar
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  weights: tf.Tensor1D,
  { smoothing = 0, classWeights }: CrossEntropyOptions = {},
): tf.Scalar {
  if (hasKernel('SoftmaxCrossEntropy')) {
    const inputs = { logits, labels, weights, ...(classWeights && { classWeights }) };
    return runKernel<tf.Tensor[]>('SoftmaxCrossEntropy', inputs, { smoothing })[0] as tf.Scalar;
  }
  const count = logits.shape[1];
  const classes = tf.range(0, count, 1, 'int32');
  const chosen = tf.cast(tf.equal(tf.expandDims(labels, 1), classes), 'float32'); // [N, V], one-hot
  const surprise = tf.neg(tf.logSoftmax(logits)); // [N, V]
  const amounts = classWeights ? tf.mul(chosen, classWeights) : chosen; // c_label at the label
  const target = tf.add(tf.mul(amounts, 1 - smoothing), tf.mul(classWeights ?? 1, smoothing / count));
  const losses = tf.sum(tf.mul(surprise, smoothing > 0 ? target : amounts), 1); // [N]
  const total = tf.sum(tf.mul(weights, tf.sum(amounts, 1)));
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(total, TINY));
}

// The forward kernel leaves the gradient of the logits in its reserve; backward only scales it.
registerKernelGradient(
  'SoftmaxCrossEntropy',
  { inputs: ['logits'], outputs: [false, true] },
  ([dloss], [logits, reserve]) => {
    const [rows, classes] = logits.shape;
    return { logits: runKernel<tf.Tensor2D>('SoftmaxCrossEntropyGrad', { reserve, dloss }, { rows, classes }) };
  },
);
