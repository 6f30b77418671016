import * as tf from '@tensorflow/tfjs-core';
import { dense } from './dense';
import { embedding } from './embedding';

/**
 * What a recurrent layer reads, time-major: vectors x [T, B, I], or tokens with the table of their vectors
 * (table [V, I], ids [T·B] with token (t, b) at t·B + b).
 */
export type SequenceInput = tf.Tensor3D | { table: tf.Tensor2D; ids: tf.Tensor1D };

/** Parameters of one layer in PyTorch's layout; G is the cell's number of gates (lstm 4, gru 3, rnn 1). */
export interface RecurrentWeights {
  /** [G·H, I] */
  weightIh: tf.Tensor2D;
  /** [G·H, H] */
  weightHh: tf.Tensor2D;
  /** [G·H] */
  biasIh: tf.Tensor1D;
  /** [G·H] */
  biasHh: tf.Tensor1D;
}

/**
 * The input's share of every gate, W_ih·x + b_ih, for all steps at once.
 *
 * Where there are fewer rows in the table than tokens in the sequence, each row is projected once and the products are
 * looked up: the same numbers for less work.
 *
 * @param batch B, the number of sequences side by side
 * @returns [T, B, G·H]
 */
export function projectInput(input: SequenceInput, weights: RecurrentWeights, batch: number): tf.Tensor3D {
  const { weightIh, biasIh } = weights;
  const width = weightIh.shape[0]; // G·H
  if (input instanceof tf.Tensor) {
    const [time, , size] = input.shape;
    const rows = dense(tf.reshape(input, [time * batch, size]), weightIh, biasIh); // [T·B, G·H]
    return tf.reshape(rows, [time, batch, width]);
  }
  const { table, ids } = input;
  const count = ids.shape[0]; // T·B
  const rows =
    table.shape[0] < count
      ? embedding(dense(table, weightIh, biasIh), ids) // [V, G·H] -> [T·B, G·H]
      : dense(embedding(table, ids), weightIh, biasIh); // [T·B, I] -> [T·B, G·H]
  return tf.reshape(rows, [count / batch, batch, width]);
}

/** What a layer reads as vectors: x itself, or the table's row of each token. [T, B, I] */
export function vectorsOf(input: SequenceInput, batch: number): tf.Tensor3D {
  if (input instanceof tf.Tensor) return input;
  const { table, ids } = input;
  return tf.reshape(embedding(table, ids), [ids.shape[0] / batch, batch, table.shape[1]]);
}

/** The steps of x [T, B, W], each [B, W]. (The gradient of `tf.unstack` fails where there is only one.) */
export function stepsOf(x: tf.Tensor3D): tf.Tensor2D[] {
  const [time, batch, width] = x.shape;
  return time === 1 ? [tf.reshape(x, [batch, width])] : (tf.unstack(x) as tf.Tensor2D[]);
}
