import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { projectInput, stepsOf, vectorsOf, type RecurrentWeights, type SequenceInput } from './sequence';

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
): { y: tf.Tensor3D; state: LstmState } {
  if (hasKernel('BlockLstm')) return blockLstm(input, weights, state);
  const x = projectInput(input, weights, state.h.shape[0]); // [T, B, 4H]
  if (!hasKernel('LstmSequence')) return composedLstm(x, weights.weightHh, weights.biasHh, state);
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

/** The same step by step, for backends without the kernel. x: [T, B, 4H], already projected. */
function composedLstm(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D, { h, c }: LstmState) {
  const ys: tf.Tensor2D[] = [];
  for (const xt of stepsOf(x)) {
    const gates = tf.add(xt, tf.add(tf.matMul(h, weight, false, true), bias)); // [B, 4H]
    const [i, f, g, o] = tf.split(gates, 4, 1); // each [B, H]
    c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    ys.push(h);
  }
  return { y: tf.stack(ys) as tf.Tensor3D, state: { h, c } };
}
