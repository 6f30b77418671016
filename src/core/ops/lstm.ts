import * as tf from '@tensorflow/tfjs-core';
import { composedSequence, composedTrace, type ComposedStep } from './composed-sequence';
import { sequenceKernel } from './fused-sequence';
import { hasKernel } from './kernels';
import { projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';
import { traceOf, type SequenceTrace } from './sequence-trace';

export interface LstmState {
  /** Hidden state [B, H]. */
  h: tf.Tensor2D;
  /** Cell state [B, H]. */
  c: tf.Tensor2D;
}

/**
 * One LSTM layer over a whole sequence (Hochreiter and Schmidhuber, 1997; forget gate by Gers et al., 2000), gates in
 * PyTorch's order i, f, g, o:
 *
 *     i, f, o = σ(W_ih·x + b_ih + W_hh·h + b_hh)    g = tanh(the same)
 *     c = f ⊙ c + i ⊙ g                             h = o ⊙ tanh(c)
 *
 * @param input [T, B, I] or tokens
 * @param weights with G = 4
 * @param state before the first step
 * @returns y [T, B, H], the hidden state of every step, and the state after the last one
 */
export function lstm(
  input: SequenceInput,
  weights: RecurrentWeights,
  state: LstmState,
  options: SequenceOptions = {},
): { y: tf.Tensor3D; state: LstmState } {
  const x = projectInput(input, weights, state.h.shape[0]);
  if (!hasKernel('LstmSequence')) {
    const { y, state: last } = composedSequence(x, [state.h, state.c], options, lstmStep(weights));
    return { y, state: { h: last[0], c: last[1] } };
  }
  const [y, h, c] = fused(x, kernelInputs(weights, state), options);
  return { y: y as tf.Tensor3D, state: { h: h as tf.Tensor2D, c: c as tf.Tensor2D } };
}

/** The gates i, f, g, o and the cells of the same layer. */
export function lstmTrace(
  input: SequenceInput,
  weights: RecurrentWeights,
  state: LstmState,
  options: SequenceOptions = {},
): SequenceTrace {
  return traceOf(state.h.shape, options, () => {
    const x = projectInput(input, weights, state.h.shape[0]);
    if (!hasKernel('LstmSequence')) return composedTrace(x, [state.h, state.c], options, lstmStep(weights));
    return fused(x, kernelInputs(weights, state), options, { trace: 1 }).slice(4);
  });
}

const fused = sequenceKernel({
  name: 'LstmSequence',
  inputs: ['weight', 'bias', 'h0', 'c0'],
  saved: ['weight', 'h0', 'c0'],
  states: 2,
});

const kernelInputs = ({ weightHh, biasHh }: RecurrentWeights, { h, c }: LstmState) => ({
  ...{ weight: weightHh, bias: biasHh },
  ...{ h0: h, c0: c },
});

/** One step with TF.js's own ops. */
function lstmStep({ weightHh, biasHh }: RecurrentWeights): ComposedStep {
  return (x, read, [, c]) => {
    const sums = tf.add(x, tf.add(tf.matMul(read, weightHh, false, true), biasHh)); // [B, 4H]
    return lstmCell(sums, c, (cell) => cell);
  };
}

/**
 * From the sums of all gates [B, 4H] and the cell [B, H] to the next state.
 * @param shown what of the new cell is squashed into h
 */
export function lstmCell(
  sums: tf.Tensor,
  c: tf.Tensor2D,
  shown: (cell: tf.Tensor2D) => tf.Tensor2D,
): ReturnType<ComposedStep> {
  const [zi, zf, zg, zo] = tf.split(sums, 4, 1); // each [B, H]
  const [i, f, g, o] = [tf.sigmoid(zi), tf.sigmoid(zf), tf.tanh(zg), tf.sigmoid(zo)];
  const cell: tf.Tensor2D = tf.add(tf.mul(f, c), tf.mul(i, g));
  return { state: [tf.mul(o, tf.tanh(shown(cell))), cell], gates: [i, f, g, o] };
}
