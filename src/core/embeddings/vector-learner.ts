import { variable, zeros, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { valuesInPlace } from '../ops/in-place';
import { hasKernel } from '../ops/kernels';
import type { Random } from '../random';
import type { NamedTensor } from '../runs/safetensors';
import { WordVectors } from './word-vectors';

/**
 * Learns word vectors block by block. All learners are made from the vocabulary's counts (falling), options and the
 * threads of the current backend; they are to be disposed of.
 *
 * @typeParam Block what it learns from: ids of words with UNKNOWN and LINE_END (Int32Array) for those that walk over the
 * text, pairs of words with their counts for those that learn from co-occurrences
 */
export interface VectorLearner<Block = Int32Array> {
  /**
   * Takes the steps of one block.
   * @param from and @param to how far the learning is before and after it, in [0, 1]
   * @returns mean loss of what was measured in it, NaN when nothing was
   */
  learn(block: Block, from: number, to: number): number;
  /**
   * The vectors of the vocabulary as they are now; a copy, but for those of n-grams, which are the learner's own and
   * change with it. @param words in the order of the counts, the first of them at least
   */
  vectors(words: readonly string[]): WordVectors;
  /**
   * All that learning changes: with it and the same options and threads it goes on as if never stopped. No copy, which
   * large tables would need twice the memory for: to be written or copied before it learns on or is disposed of.
   */
  state(): NamedTensor[];
  /**
   * Goes on from such a state. Random states of another number of threads are left out, since only one thread repeats
   * itself anyway. Throws UserError when the tensors are not those of this vocabulary and these options.
   */
  restore(state: ReadonlyMap<string, NamedTensor>): void;
  dispose(): void;
}

/** Floats of a row of the tables are a multiple of every build's vectors. */
const ROW_UNIT = 16;
/** R, floats in a row that holds `dimension` numbers. */
export const rowWidth = (dimension: number): number => Math.ceil(dimension / ROW_UNIT) * ROW_UNIT;

/** Throws UserError where the current backend has no compiled kernel of this name. */
export function needKernel(name: string): void {
  if (hasKernel(name)) return;
  throw new UserError(
    'Learning word vectors needs the compiled kernels, and none run here: see "sequence-lab doctor".',
  );
}

/** A table [rows, R] drawn evenly in ±bound, zero past the dimension. */
export function evenRows(rows: number, dimension: number, bound: number, random: Random): Variable {
  const row = rowWidth(dimension);
  const table = variable(zeros([rows, row]));
  const values = valuesInPlace(table);
  for (let from = 0; from < values.length; from += row)
    for (let k = from; k < from + dimension; k++) values[k] = (random.next() - 0.5) * 2 * bound;
  return table;
}

/** [threads, 2] int32: a random state for each thread, never of zeros. */
export const diceOf = (threads: number, random: Random): Int32Array =>
  Int32Array.from({ length: threads * 2 }, () => random.integer(2 ** 32) | 1);

/** The rows of a table [rows, R] where they lie, without what pads them. */
export function rowsOf(table: Tensor, dimension: number): (row: number) => Float32Array {
  const width = rowWidth(dimension);
  const values = valuesInPlace(table);
  return (row) => values.subarray(row * width, row * width + dimension);
}

/** The first `words.length` rows of a table [rows, R] as vectors. */
export function vectorsOf(table: Tensor, dimension: number, words: readonly string[]): WordVectors {
  const row = rowsOf(table, dimension);
  const values = new Float32Array(words.length * dimension);
  for (let id = 0; id < words.length; id++) values.set(row(id), id * dimension);
  return new WordVectors(words, dimension, values);
}

/** Mean of losses [threads, 2], sum and number of each thread; NaN when none was measured. Disposes of them. */
export function meanLoss(losses: Tensor): number {
  const values = losses.dataSync();
  losses.dispose();
  let [sum, count] = [0, 0];
  for (let k = 0; k < values.length; k += 2) [sum, count] = [sum + values[k], count + values[k + 1]];
  return sum / count;
}

/** Variables under their names, as they lie; see VectorLearner.state. */
export function savedTensors(variables: Readonly<Record<string, Tensor>>): NamedTensor[] {
  return Object.entries(variables).map(([name, each]) => ({
    name,
    dtype: each.dtype === 'int32' ? 'I32' : 'F32',
    shape: [...each.shape],
    data: valuesInPlace(each),
  }));
}

/** Puts saved values into variables; see VectorLearner.restore. */
export function restoreTensors(
  variables: Readonly<Record<string, Variable>>,
  state: ReadonlyMap<string, NamedTensor>,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const saved = state.get(name);
    const fits = saved?.shape.length === variable.shape.length && saved.shape.every((n, k) => n === variable.shape[k]);
    if (saved && fits) valuesInPlace<Float32Array | Int32Array>(variable).set(saved.data);
    else if (!saved || name !== 'dice')
      throw new UserError(
        'The saved state belongs to other word vectors (another text, vocabulary or dimension): begin a new run.',
      );
  }
}
