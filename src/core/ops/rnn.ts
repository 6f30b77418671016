import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { projectInput, stepsOf, type RecurrentWeights, type SequenceInput } from './sequence';

export type Activation = 'tanh' | 'relu';

/**
 * One plain recurrent layer over a whole sequence (Elman, 1990): h = φ(W_ih·x + b_ih + W_hh·h + b_hh).
 *
 * @param input [T, B, I] or tokens
 * @param weights with G = 1
 * @param h [B, H] before the first step
 * @param activation φ
 * @returns y [T, B, H], the hidden state of every step, and the last one
 */
export function rnn(
  input: SequenceInput,
  weights: RecurrentWeights,
  h: tf.Tensor2D,
  activation: Activation,
): { y: tf.Tensor3D; h: tf.Tensor2D } {
  const x = projectInput(input, weights, h.shape[0]); // [T, B, H]
  if (!hasKernel('RnnSequence')) return composedRnn(x, weights.weightHh, weights.biasHh, h, activation);
  const inputs = { x, weight: weights.weightHh, bias: weights.biasHh, h0: h };
  const [y, last] = runKernel<tf.Tensor[]>('RnnSequence', inputs, { activation });
  return { y: y as tf.Tensor3D, h: last as tf.Tensor2D };
}

registerKernelGradient(
  'RnnSequence',
  { inputs: ['weight', 'h0'], outputs: [true, false] },
  ([dy, dhN], [weight, h0, y], { activation }) => {
    const inputs = { weight, h0, y, dy, dhN };
    return named(['x', 'weight', 'bias', 'h0'], runKernel<tf.Tensor[]>('RnnSequenceGrad', inputs, { activation }));
  },
);

/** The same step by step, for backends without the kernel. x: [T, B, H], already projected. */
function composedRnn(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D, h: tf.Tensor2D, activation: Activation) {
  const apply: <T extends tf.Tensor>(z: T) => T = activation === 'tanh' ? tf.tanh : tf.relu;
  const ys: tf.Tensor2D[] = [];
  for (const xt of stepsOf(x)) {
    h = apply(tf.add(xt, tf.add(tf.matMul(h, weight, false, true), bias)));
    ys.push(h);
  }
  return { y: tf.stack(ys) as tf.Tensor3D, h };
}
