import * as tf from '@tensorflow/tfjs-core';
import { composedSequence, composedTrace, type ComposedStep } from './composed-sequence';
import { sequenceKernel } from './fused-sequence';
import { hasKernel } from './kernels';
import { lstmCell, type LstmState } from './lstm';
import {
  projectInput,
  type ProjectedInput,
  type RecurrentWeights,
  type SequenceInput,
  type SequenceOptions,
} from './sequence';
import { traceOf, type SequenceTrace } from './sequence-trace';

/** What the LayerNorm-LSTM has besides an LSTM's parameters. */
export interface LayerNormWeights {
  /** Gain of the input's product, [4H]; its bias is `biasIh`. */
  gainIh: tf.Tensor1D;
  /** Gain of the hidden state's product, [4H]; its bias is `biasHh`. */
  gainHh: tf.Tensor1D;
  /** Gain of the cell, [H]. */
  gainCell: tf.Tensor1D;
  /** Bias of the cell, [H]. */
  biasCell: tf.Tensor1D;
}

/** Added to the variance before the square root; as in engine/kernels/layer-norm-lstm.c. */
const NORM_EPSILON = 1e-5;

/**
 * One LSTM layer with layer normalisation (Ba, Kiros and Hinton, 2016, equations 20 to 22) over a whole sequence, gates
 * in the order i, f, g, o. LN normalises a row to mean 0 and variance 1:
 *
 *     a = LN(W_ih·x) ⊙ gain_ih + b_ih + LN(W_hh·h) ⊙ gain_hh + b_hh        i, f, o = σ(a)    g = tanh(a)
 *     c = f ⊙ c + i ⊙ g                                                    h = o ⊙ tanh(LN(c) ⊙ gain_c + b_c)
 *
 * @param input [T, B, I] or tokens
 * @param weights with G = 4
 * @param state before the first step
 * @returns y [T, B, H], the hidden state of every step, and the state after the last one
 */
export function layerNormLstm(
  input: SequenceInput,
  weights: RecurrentWeights & LayerNormWeights,
  state: LstmState,
  options: SequenceOptions = {},
): { y: tf.Tensor3D; state: LstmState } {
  const x = project(input, weights, state);
  if (!hasKernel('LayerNormLstmSequence')) {
    const { y, state: last } = composedSequence(x, [state.h, state.c], options, layerNormStep(weights));
    return { y, state: { h: last[0], c: last[1] } };
  }
  const [y, h, c] = fused(x, kernelInputs(weights, state), options);
  return { y: y as tf.Tensor3D, state: { h: h as tf.Tensor2D, c: c as tf.Tensor2D } };
}

/** The gates i, f, g, o and the cells (before they are normalised) of the same layer. */
export function layerNormLstmTrace(
  input: SequenceInput,
  weights: RecurrentWeights & LayerNormWeights,
  state: LstmState,
  options: SequenceOptions = {},
): SequenceTrace {
  return traceOf(state.h.shape, options, () => {
    const x = project(input, weights, state);
    const states = [state.h, state.c];
    if (!hasKernel('LayerNormLstmSequence')) return composedTrace(x, states, options, layerNormStep(weights));
    return fused(x, kernelInputs(weights, state), options, { trace: 1 }).slice(4);
  });
}

/** W_ih·x; the bias is added after the norm. */
function project(input: SequenceInput, { weightIh, biasIh }: RecurrentWeights, { h }: LstmState): ProjectedInput {
  return projectInput(input, { weightIh, biasIh: tf.zerosLike(biasIh) }, h.shape[0]);
}

const fused = sequenceKernel({
  name: 'LayerNormLstmSequence',
  inputs: ['weight', 'bias', 'h0', 'c0', 'gainIh', 'gainHh', 'gainCell', 'biasCell'],
  saved: ['weight', 'h0', 'c0', 'gainIh', 'gainHh', 'gainCell'],
  states: 2,
});

function kernelInputs(weights: RecurrentWeights & LayerNormWeights, { h, c }: LstmState): Record<string, tf.Tensor> {
  const { weightHh, biasIh, biasHh, gainIh, gainHh, gainCell, biasCell } = weights;
  return { weight: weightHh, bias: tf.add(biasIh, biasHh), h0: h, c0: c, gainIh, gainHh, gainCell, biasCell };
}

/** One step with TF.js's own ops. */
function layerNormStep(weights: RecurrentWeights & LayerNormWeights): ComposedStep {
  return (x, read, [, c]) => {
    const hidden: tf.Tensor2D = tf.matMul(read, weights.weightHh, false, true);
    const sums = tf.add(
      normalise(x, weights.gainIh, weights.biasIh),
      normalise(hidden, weights.gainHh, weights.biasHh),
    );
    return lstmCell(sums, c, (cell) => normalise(cell, weights.gainCell, weights.biasCell));
  };
}

/** Each row of x [N, W] to mean 0 and variance 1, times gain [W], plus bias [W]. */
function normalise(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(normal, gain), bias);
}
