import { ones, tensor1d, variable } from '@tensorflow/tfjs-core';
import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { valuesInPlace } from '../ops/in-place';
import { runKernel } from '../ops/kernels';
import { Random } from '../random';
import type { NamedTensor } from '../runs/safetensors';
import type { CoOccurrences } from './counts/spill';
import { evenRows, meanLoss, needKernel, restoreTensors, rowWidth, savedTensors, type VectorLearner } from './vector-learner'; // prettier-ignore
import { WordVectors } from './word-vectors';

export interface GloveOptions {
  /** E, 1 to 1023. */
  dimension: number;
  /** Count from which on all weigh the same, and the exponent of the weight below it. */
  xMax: number;
  alpha: number;
  /** AdaGrad's learning rate: 0.05 in the paper. */
  rate: number;
  seed: number;
}

/**
 * GloVe (Pennington et al., 2014): the product of a word's and a context word's vector, with a bias for each, comes to the
 * logarithm of how often they stand together. Learns from pairs of words in random order, each in both directions; the
 * vectors are the sums of both tables.
 */
export class GloveLearner implements VectorLearner<CoOccurrences> {
  private readonly changed: Record<'words' | 'contexts' | 'wordSquares' | 'contextSquares', Variable>;

  /** @param counts how often each word occurs; only their number counts here */
  constructor(
    counts: readonly number[],
    private readonly options: GloveOptions,
  ) {
    needKernel('LearnPairs');
    const { dimension, seed } = options;
    const random = new Random(seed);
    const shape: [number, number] = [counts.length, rowWidth(dimension + 1)];
    // A column more than the dimension: the bias.
    const table = () => evenRows(counts.length, dimension + 1, 0.5 / dimension, random);
    const squares = () => variable(ones(shape));
    this.changed = { words: table(), contexts: table(), wordSquares: squares(), contextSquares: squares() };
  }

  /** Everything is measured; the rate does not fall with progress, AdaGrad sees to that. */
  learn({ first, second, counts }: CoOccurrences): number {
    const inputs = { first: tensor1d(first, 'int32'), second: tensor1d(second, 'int32'), counts: tensor1d(counts) };
    const { dimension, rate, xMax, alpha } = this.options;
    const attributes = { dimension, rate, xMax, alpha };
    const losses = runKernel<Tensor2D>('LearnPairs', { ...inputs, ...this.changed }, attributes);
    for (const each of Object.values(inputs)) each.dispose();
    return meanLoss(losses);
  }

  vectors(words: readonly string[]): WordVectors {
    const { dimension } = this.options;
    const row = rowWidth(dimension + 1);
    const [x, y] = [this.changed.words, this.changed.contexts].map((table) => valuesInPlace(table));
    const values = new Float32Array(words.length * dimension);
    for (let id = 0; id < words.length; id++)
      for (let k = 0; k < dimension; k++) values[id * dimension + k] = x[id * row + k] + y[id * row + k];
    return new WordVectors(words, dimension, values);
  }

  state(): NamedTensor[] {
    return savedTensors(this.changed);
  }

  restore(state: ReadonlyMap<string, NamedTensor>): void {
    restoreTensors(this.changed, state);
  }

  dispose(): void {
    for (const each of Object.values(this.changed)) each.dispose();
  }
}
