import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';

/**
 * Layer normalisation over the last axis (Ba et al., 2016): gain ⊙ (x − mean) / √(variance + ε) + bias.
 *
 * @param x [..., H]
 * @param gain [H]
 * @param bias [H]
 * @param epsilon PyTorch's default if left out
 * @returns the shape of x
 */
export function layerNorm<T extends tf.Tensor>(x: T, gain: tf.Tensor1D, bias: tf.Tensor1D, epsilon = 1e-5): T {
  if (hasKernel('LayerNorm')) return runKernel<tf.Tensor[]>('LayerNorm', { x, gain, bias }, { epsilon })[0] as T;
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(normal, gain), bias);
}

registerKernelGradient(
  'LayerNorm',
  { inputs: ['x', 'gain'], outputs: [false, true] },
  ([dy], [x, gain, moments], { epsilon }) =>
    named(['x', 'gain', 'bias'], runKernel<tf.Tensor[]>('LayerNormGrad', { x, gain, moments, dy }, { epsilon })),
);
