import * as tf from '@tensorflow/tfjs-core';
import { composedSequence, type ComposedStep } from './composed-sequence';
import type { LstmState } from './lstm';
import { projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';

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

/** Added to the variance before the square root. */
export const NORM_EPSILON = 1e-5;

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
  const { weightIh, biasIh } = weights;
  const x = projectInput(input, { weightIh, biasIh: tf.zerosLike(biasIh) }, state.h.shape[0]); // [T, B, 4H]
  const { y, state: last } = composedSequence(x, [state.h, state.c], options, layerNormStep(weights));
  return { y, state: { h: last[0], c: last[1] } };
}

/** One step with TF.js's own ops. */
function layerNormStep(weights: RecurrentWeights & LayerNormWeights): ComposedStep {
  return (x, read, [, c]) => {
    const hidden: tf.Tensor2D = tf.matMul(read, weights.weightHh, false, true);
    const gates = tf.add(
      normalise(x, weights.gainIh, weights.biasIh),
      normalise(hidden, weights.gainHh, weights.biasHh),
    );
    const [i, f, g, o] = tf.split(gates, 4, 1); // each [B, H]
    const cell: tf.Tensor2D = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return [tf.mul(tf.sigmoid(o), tf.tanh(normalise(cell, weights.gainCell, weights.biasCell))), cell];
  };
}

/** Each row of x [N, W] to mean 0 and variance 1, times gain [W], plus bias [W]. */
function normalise(x: tf.Tensor2D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true);
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, NORM_EPSILON)));
  return tf.add(tf.mul(normal, gain), bias);
}
