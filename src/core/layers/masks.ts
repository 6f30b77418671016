import * as tf from '@tensorflow/tfjs-core';
import { dropout, embeddingDropout } from '../ops/dropout';
import type { Random } from '../random';

/** A forward pass for training: `random` draws the seed of each dropout mask. */
export interface TrainingPass {
  random: Random;
}

/** Seeds of dropout masks are drawn below this. */
const SEEDS = 0x1_0000_0000;

/** A new mask's seed. */
export function maskSeed({ random }: TrainingPass): number {
  return random.integer(SEEDS);
}

/** x without a share of its elements, the others made larger to match; x itself when nothing is to be dropped. */
export function dropElements<T extends tf.Tensor>(x: T, rate: number, pass: TrainingPass | undefined): T {
  return pass && rate > 0 ? dropout(x, rate, maskSeed(pass)) : x;
}

/**
 * The same for a sequence x [T, B, D]; with `variational`, the same units of a sequence are dropped at each step
 * (Gal and Ghahramani, 2016).
 */
export function dropSteps(
  x: tf.Tensor3D,
  rate: number,
  variational: boolean,
  pass: TrainingPass | undefined,
): tf.Tensor3D {
  if (!pass || rate === 0) return x;
  if (!variational) return dropout(x, rate, maskSeed(pass));
  const mask = dropout(tf.ones([1, x.shape[1], x.shape[2]]), rate, maskSeed(pass));
  return tf.mul(x, mask);
}

/** A table [V, E] without a share of its rows, the others made larger to match (Gal and Ghahramani, 2016). */
export function dropRows(table: tf.Tensor2D, rate: number, pass: TrainingPass | undefined): tf.Tensor2D {
  if (!pass || rate === 0) return table;
  return embeddingDropout(table, rate, maskSeed(pass));
}

/** x [N, D] without a share of its rows, the others as they are: what is blank is blank, and says nothing of the rest. */
export function blankRows(x: tf.Tensor2D, rate: number, pass: TrainingPass | undefined): tf.Tensor2D {
  if (!pass || rate === 0) return x;
  const kept = dropout(tf.ones([x.shape[0], 1]), rate, maskSeed(pass));
  return tf.mul(x, tf.mul(kept, 1 - rate));
}
