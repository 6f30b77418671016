import * as tf from '@tensorflow/tfjs-core';
import { composedSequence, composedTrace, type ComposedStep } from './composed-sequence';
import { sequenceKernel } from './fused-sequence';
import { hasKernel } from './kernels';
import { projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';
import { traceOf, type SequenceTrace } from './sequence-trace';

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
  const x = projectInput(input, weights, h.shape[0]);
  if (!hasKernel('RnnSequence')) {
    const { y, state } = composedSequence(x, [h], options, rnnStep(weights, activation));
    return { y, h: state[0] };
  }
  const [y, last] = fused(x, kernelInputs(weights, h), options, { activation });
  return { y: y as tf.Tensor3D, h: last as tf.Tensor2D };
}

/** The hidden states of the same layer, as its one gate. */
export function rnnTrace(
  input: SequenceInput,
  weights: RecurrentWeights,
  h: tf.Tensor2D,
  activation: Activation,
  options: SequenceOptions = {},
): SequenceTrace {
  return traceOf(h.shape, options, () => {
    const x = projectInput(input, weights, h.shape[0]);
    if (!hasKernel('RnnSequence')) return composedTrace(x, [h], options, rnnStep(weights, activation));
    return fused(x, kernelInputs(weights, h), options, { activation, trace: 1 }).slice(3);
  });
}

const fused = sequenceKernel({
  name: 'RnnSequence',
  inputs: ['weight', 'bias', 'h0'],
  saved: ['weight', 'h0'],
  states: 1,
});

const kernelInputs = ({ weightHh, biasHh }: RecurrentWeights, h0: tf.Tensor2D) => ({
  weight: weightHh,
  bias: biasHh,
  h0,
});

/** One step with TF.js's own ops. */
function rnnStep({ weightHh, biasHh }: RecurrentWeights, activation: Activation): ComposedStep {
  const apply: <T extends tf.Tensor>(z: T) => T = activation === 'tanh' ? tf.tanh : tf.relu;
  return (x, read) => {
    const h: tf.Tensor2D = apply(tf.add(x, tf.add(tf.matMul(read, weightHh, false, true), biasHh)));
    return { state: [h], gates: [h] };
  };
}
