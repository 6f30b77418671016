import { UserError } from '../../errors';
import type { PairFile } from '../counts/spill';
import { WordVectors } from '../word-vectors';
import { PpmiMatrix, type PpmiOptions } from './matrix';
import { truncatedSvd } from './truncated-svd';

export interface PpmiSvdOptions extends PpmiOptions {
  /** E, numbers in a vector. */
  dimension: number;
  /** Exponent of the singular values: 0.5 for word similarity, 0 and 1 are other choices of the literature. */
  power: number;
  seed: number;
}

/**
 * Vectors by counting alone (Levy and Goldberg, 2014): U · Σ^power of a truncated singular value decomposition of the
 * shifted positive PMI matrix. Yields the share done. Throws UserError when the vocabulary is smaller than the vectors.
 * @param pairs counts of pairs, in the order of their words for speed
 */
export function* ppmiSvd(
  pairs: PairFile,
  words: readonly string[],
  { dimension, power, seed, ...options }: PpmiSvdOptions,
): Generator<number, WordVectors> {
  if (dimension > words.length) {
    throw new UserError(
      `Vectors of ${dimension} numbers need as many words, and the text has ${words.length}: choose a smaller dimension or a longer text.`,
    );
  }
  const steps = PpmiMatrix.of(pairs, words.length, options);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield 0;
  const { u, values } = yield* truncatedSvd(step.value, dimension, seed);
  const scales = values.map((value) => value ** power);
  return new WordVectors(
    words,
    dimension,
    Float32Array.from(u, (value, k) => value * scales[k % dimension]),
  );
}
