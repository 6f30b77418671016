import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { composedSequence, type ComposedStep } from './composed-sequence';
import { hasOptions, projectInput, vectorsOf, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence'; // prettier-ignore

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
  const size = input instanceof tf.Tensor ? input.size : input.ids.size;
  if (hasKernel('BlockLstm') && size > 0 && !hasOptions(options)) return blockLstm(input, weights, state);
  const x = projectInput(input, weights, state.h.shape[0]); // [T, B, 4H]
  if (!hasKernel('LstmSequence') || hasOptions(options)) {
    const step = lstmStep(weights.weightHh, weights.biasHh);
    const { y, state: last } = composedSequence(x, [state.h, state.c], options, step);
    return { y, state: { h: last[0], c: last[1] } };
  }
  const inputs = { x, weight: weights.weightHh, bias: weights.biasHh, h0: state.h, c0: state.c };
  const [y, h, c] = runKernel<tf.Tensor[]>('LstmSequence', inputs);
  return { y: y as tf.Tensor3D, state: { h: h as tf.Tensor2D, c: c as tf.Tensor2D } };
}

registerKernelGradient(
  'LstmSequence',
  { inputs: ['weight', 'h0', 'c0'], outputs: [true, false, false, true] },
  ([dy, dhN, dcN], [weight, h0, c0, y, reserve]) => {
    const inputs = { weight, h0, c0, y, reserve, dy, dhN, dcN };
    return named(['x', 'weight', 'bias', 'h0', 'c0'], runKernel<tf.Tensor[]>('LstmSequenceGrad', inputs));
  },
);

/** The whole layer in one kernel that multiplies the input itself: TensorFlow's. */
function blockLstm(input: SequenceInput, { weightIh, weightHh, biasIh, biasHh }: RecurrentWeights, state: LstmState) {
  const x = vectorsOf(input, state.h.shape[0]); // [T, B, I]
  const inputs = { x, weightIh, weightHh, bias: tf.add(biasIh, biasHh), h0: state.h, c0: state.c };
  const [y, h, c] = runKernel<tf.Tensor[]>('BlockLstm', inputs);
  return { y: y as tf.Tensor3D, state: { h: h as tf.Tensor2D, c: c as tf.Tensor2D } };
}

/** One step with TF.js's own ops. weight: [4H, H], bias: [4H] */
function lstmStep(weight: tf.Tensor2D, bias: tf.Tensor1D): ComposedStep {
  return (x, read, [, c]) => {
    const gates = tf.add(x, tf.add(tf.matMul(read, weight, false, true), bias)); // [B, 4H]
    const [i, f, g, o] = tf.split(gates, 4, 1); // each [B, H]
    const cell: tf.Tensor2D = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return [tf.mul(tf.sigmoid(o), tf.tanh(cell)), cell];
  };
}
