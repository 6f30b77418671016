import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, registerKernelGradient, runKernel } from './kernels';

/** Smallest divisor: keeps the loss at 0 when no row has any weight. */
const TINY = 1e-30;

/**
 * Mean negative log-likelihood in nats: Σ w·(−ln softmax(logits)[label]) / Σ w. 0, with gradient 0, when Σ w = 0.
 *
 * @param logits [N, V]
 * @param labels [N] int32, each in [0, V)
 * @param weights [N], not negative; 0 leaves a row out
 * @returns a scalar
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  if (hasKernel('SoftmaxCrossEntropy')) {
    return runKernel<tf.Tensor[]>('SoftmaxCrossEntropy', { logits, labels, weights })[0] as tf.Scalar;
  }
  const classes = tf.range(0, logits.shape[1], 1, 'int32');
  const chosen = tf.cast(tf.equal(tf.expandDims(labels, 1), classes), 'float32'); // [N, V], one-hot
  const losses = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), chosen), 1)); // [N]
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.maximum(tf.sum(weights), TINY));
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
