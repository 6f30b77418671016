import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { composedSequence, type ComposedStep } from './composed-sequence';
import { hasOptions, projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';

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
  options: SequenceOptions = {},
): { y: tf.Tensor3D; h: tf.Tensor2D } {
  const x = projectInput(input, weights, h.shape[0]); // [T, B, H]
  if (!hasKernel('RnnSequence') || hasOptions(options)) {
    const step = rnnStep(weights.weightHh, weights.biasHh, activation);
    const { y, state } = composedSequence(x, [h], options, step);
    return { y, h: state[0] };
  }
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

/** One step with TF.js's own ops. weight: [H, H], bias: [H] */
function rnnStep(weight: tf.Tensor2D, bias: tf.Tensor1D, activation: Activation): ComposedStep {
  const apply: <T extends tf.Tensor>(z: T) => T = activation === 'tanh' ? tf.tanh : tf.relu;
  return (x, read) => [apply(tf.add(x, tf.add(tf.matMul(read, weight, false, true), bias)))];
}
