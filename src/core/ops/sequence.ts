import * as tf from '@tensorflow/tfjs-core';
import { dense } from './dense';
import { dropout } from './dropout';
import { embedding } from './embedding';
import type { GradientProbe } from './gradient-probe';

/**
 * What a recurrent layer reads, time-major: vectors x [T, B, I], or tokens with the table of their vectors
 * (table [V, I], ids [T·B] with token (t, b) at t·B + b), or the tokens themselves as one-hot vectors of size I = V.
 */
export type SequenceInput =
  tf.Tensor3D | { table: tf.Tensor2D; ids: tf.Tensor1D } | { oneHot: number; ids: tf.Tensor1D };

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

/** What every recurrent op can do besides; all of it may be left out. */
export interface SequenceOptions {
  /**
   * Steps of each sequence, [B] int32, each in 0..T; all T if left out. What stands past a sequence's length (finite
   * numbers of any size) changes nothing: y is 0 there, so are the gradients, and the state stays as it was at the
   * sequence's last step, or at the initial one where there is no step.
   */
  lengths?: tf.Tensor1D;
  /** Walk from each sequence's own last step to its first. y stays where the input is: y_t has read x_t and all after. */
  reversed?: boolean;
  /**
   * Variational dropout of the hidden state (Gal and Ghahramani, 2016): the recurrent products of all steps read h under
   * one mask, which zeroes each unit with probability `rate` in [0, 1) and multiplies the others by 1 / (1 − rate). The
   * mask depends on `seed` (unsigned, 32 bits) only. State that a cell carries on by itself is not masked.
   */
  hiddenDropout?: { rate: number; seed: number };
  /** Receives the norms of the gradients that reach each step. */
  probe?: GradientProbe;
}

/** Whether any of the options is in use. */
export function hasOptions({ lengths, reversed, hiddenDropout, probe }: SequenceOptions): boolean {
  return Boolean(lengths || reversed || hiddenDropout || probe);
}

/** The mask of variational dropout, [B, H], or undefined without one. */
export function hiddenMask({ hiddenDropout }: SequenceOptions, shape: [number, number]): tf.Tensor2D | undefined {
  if (!hiddenDropout || hiddenDropout.rate === 0) return undefined;
  return dropout<tf.Tensor2D>(tf.ones(shape), hiddenDropout.rate, hiddenDropout.seed);
}

/** The input's share of every gate, W_ih·x + b_ih: of each step, [T, B, G·H], or in a table with a row for each token. */
export type ProjectedInput = { x: tf.Tensor3D } | { table: tf.Tensor2D; ids: tf.Tensor1D };

/**
 * The input's share of every gate for all steps at once.
 *
 * Where there are fewer rows in the table than tokens in the sequence, each row is projected once and its products are
 * looked up later: the same numbers for less work.
 *
 * @param batch B, the number of sequences side by side
 */
export function projectInput(
  input: SequenceInput,
  { weightIh, biasIh }: Pick<RecurrentWeights, 'weightIh' | 'biasIh'>,
  batch: number,
): ProjectedInput {
  const width = weightIh.shape[0]; // G·H
  if (input instanceof tf.Tensor) {
    const [time, , size] = input.shape;
    const rows = dense(tf.reshape(input, [time * batch, size]), weightIh, biasIh); // [T·B, G·H]
    return { x: tf.reshape(rows, [time, batch, width]) };
  }
  const { ids } = input;
  const count = ids.shape[0]; // T·B
  if ('oneHot' in input) {
    // The product with a one-hot vector is a column of the weights.
    return { table: tf.add(tf.transpose(weightIh), biasIh), ids };
  }
  const { table } = input;
  if (table.shape[0] < count) return { table: dense(table, weightIh, biasIh), ids };
  const rows = dense(embedding(table, ids), weightIh, biasIh); // [T·B, I] -> [T·B, G·H]
  return { x: tf.reshape(rows, [stepsOf(count, batch), batch, width]) };
}

const stepsOf = (count: number, batch: number) => (batch === 0 ? 0 : count / batch);

/** The same with a row for every step, [T, B, G·H]. */
export function inputOfSteps(input: ProjectedInput, batch: number): tf.Tensor3D {
  if ('x' in input) return input.x;
  const { table, ids } = input;
  return tf.reshape(embedding(table, ids), [stepsOf(ids.shape[0], batch), batch, table.shape[1]]);
}

/** What a layer reads as vectors: x itself, or the table's row of each token. [T, B, I] */
export function vectorsOf(input: SequenceInput, batch: number): tf.Tensor3D {
  if (input instanceof tf.Tensor) return input;
  const { ids } = input;
  const rows = 'oneHot' in input ? tf.oneHot(ids, input.oneHot, 1, 0, 'float32') : embedding(input.table, ids);
  return tf.reshape(rows, [batch === 0 ? 0 : ids.shape[0] / batch, batch, rows.shape[1] as number]);
}
