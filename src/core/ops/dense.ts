import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';

/**
 * Affine map y = x·Wᵀ + b.
 *
 * @param x [N, I]
 * @param weight [O, I], PyTorch's layout
 * @param bias [O]
 * @returns [N, O]
 */
export function dense(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  if (hasKernel('Dense')) return runKernel<tf.Tensor2D>('Dense', { x, weight, bias });
  return tf.add(tf.matMul(x, weight, false, true), bias);
}

registerKernelGradient('Dense', { inputs: ['x', 'weight'] }, ([dy], [x, weight]) =>
  named(['x', 'weight', 'bias'], runKernel<tf.Tensor[]>('DenseGrad', { x, weight, dy })),
);
