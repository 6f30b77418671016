import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program, floatWord } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/** Floats of a row are a multiple of every build's vectors. */
const ROW_UNIT = 16;

interface PairAttrs {
  dimension: number;
  rate: number;
  xMax: number;
  alpha: number;
}
interface PairInputs {
  first: TensorInfo;
  second: TensorInfo;
  counts: TensorInfo;
  words: TensorInfo;
  contexts: TensorInfo;
  wordSquares: TensorInfo;
  contextSquares: TensorInfo;
}

/**
 * LearnPairs: GloVe's steps for pairs of words first, second [N] int32 with their counts [N] above 0, each thread its
 * share, which change words, contexts, wordSquares and contextSquares [V, R] IN PLACE. R is a multiple of 16 above the
 * dimension; the column behind the last feature is the bias. See kernels/pairs.c and core/embeddings/glove-learner.ts.
 * @returns losses [threads, 2]: the sum of the losses, and their number
 */
export function registerPairLearning(backendName: string): void {
  register<PairInputs, PairAttrs>(backendName, 'LearnPairs', (inputs, attrs, backend) => {
    const { first, second, counts, words, contexts, wordSquares, contextSquares } = inputs;
    const { dimension, rate, xMax, alpha } = attrs;
    const [vocabulary, row] = words.shape;
    const [count] = first.shape;
    if (row % ROW_UNIT || row <= dimension)
      throw new Error(`LearnPairs: rows of ${row} do not fit ${dimension} features and a bias.`);
    expectShape('LearnPairs', 'second', second, [count]);
    expectShape('LearnPairs', 'counts', counts, [count]);
    for (const [name, table] of Object.entries({ contexts, wordSquares, contextSquares }))
      expectShape('LearnPairs', name, table, words.shape);
    for (const [name, ids] of Object.entries({ first, second }))
      expectInRange('LearnPairs', backend.values(ids) as Int32Array, vocabulary, name);
    const losses = backend.output([backend.pool.threads, 2]);
    (backend.values(losses) as Float32Array).fill(0);
    const blocks = [first, second, counts, words, contexts, wordSquares, contextSquares, losses];
    backend.run(() =>
      new Program().add(
        'learnPairs',
        [
          ...[count, row, dimension, floatWord(rate), floatWord(xMax), floatWord(alpha)],
          ...blocks.map((tensor) => backend.address(tensor)),
        ],
        count * row * 12,
      ),
    );
    return losses;
  });
}
