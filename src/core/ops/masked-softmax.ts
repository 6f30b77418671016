import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, registerKernelGradient, runKernel } from './kernels';

/** What hides a score: finite, so that a row of nothing else does not become NaN on its way to zeros. */
const HIDDEN = -3e38;

/**
 * Softmax over the last axis of scale · scores, of the first `lengths[b]` only: the others get 0, and so does a whole row of
 * length 0.
 *
 * @param scores [B, Q, T]
 * @param lengths [B] int32, each in [0, T]
 * @param scale above 0
 * @returns [B, Q, T]
 */
export function maskedSoftmax(scores: tf.Tensor3D, lengths: tf.Tensor1D, scale = 1): tf.Tensor3D {
  if (hasKernel('MaskedSoftmax')) return runKernel<tf.Tensor3D>('MaskedSoftmax', { scores, lengths }, { scale });
  const seen = tf.tile(maskOf(lengths, scores.shape[2]), [1, scores.shape[1], 1]); // [B, Q, T]
  const weights = tf.softmax(tf.where(seen, tf.mul(scores, scale), tf.fill(scores.shape, HIDDEN)));
  return tf.where(seen, weights, tf.zerosLike(scores)) as tf.Tensor3D;
}

registerKernelGradient(
  'MaskedSoftmax',
  { inputs: ['lengths'], outputs: [true] },
  ([dy], [lengths, weights], { scale }) => ({
    scores: runKernel<tf.Tensor3D>('MaskedSoftmaxGrad', { weights, lengths, dy }, { scale }),
  }),
);

/** True where the position lies inside the sequence: [B, 1, T]. */
function maskOf(lengths: tf.Tensor1D, time: number): tf.Tensor3D {
  return tf.less(tf.range(0, time, 1, 'int32'), tf.reshape(lengths, [lengths.shape[0], 1, 1]));
}
