import { tensor1d, tensor2d, variable, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { runKernel } from '../ops/kernels';
import { Random } from '../random';
import type { NamedTensor } from '../runs/safetensors';
import { aliasTable, huffmanPaths, keepChances } from './chances';
import { diceOf, evenRows, meanLoss, needKernel, restoreTensors, rowWidth, savedTensors, vectorsOf, type VectorLearner } from './vector-learner'; // prettier-ignore
import type { WordVectors } from './word-vectors';

export const WORD_MODELS = ['skipgram', 'cbow'] as const;

export interface LearningOptions {
  model: (typeof WORD_MODELS)[number];
  /** E, 1 to 1024. */
  dimension: number;
  /** Most words on either side; each window draws its own width from 1 to this. */
  window: number;
  /** Words drawn against each true one, 1 to 63; 0 for hierarchical softmax instead. */
  negative: number;
  /** Share of the text above which words are dropped now and then; 0 keeps all. */
  sample: number;
  /** Learning rate at the start; it falls in a straight line to a ten-thousandth of itself. */
  rate: number;
  seed: number;
}

/** Negatives are drawn with chances as count^¾ (Mikolov et al., 2013). */
const POWER = 0.75;
const LAST_SHARE = 1e-4;

/** The rate when a share `done` of all is learned: a straight line to a ten-thousandth. */
export const fallingRate = (rate: number, done: number): number => rate * Math.max(LAST_SHARE, 1 - done);

/**
 * Skip-gram or CBOW over ids of words. Its tables lie in the current backend's memory, where all kernel threads change
 * them side by side; with one thread the same seed gives the same vectors. Throws UserError without compiled kernels.
 */
export class WordLearner implements VectorLearner {
  private readonly changed: Record<'input' | 'output' | 'dice', Variable>;
  private readonly fixed: Record<'keep' | 'chance' | 'alias' | 'pathStart' | 'path', Tensor>;

  /**
   * @param counts how often each word occurs, falling
   * @param threads of the current backend
   */
  constructor(
    counts: readonly number[],
    private readonly options: LearningOptions,
    threads: number,
  ) {
    needKernel('LearnWords');
    const { dimension, negative, sample, seed } = options;
    const shape: [number, number] = [counts.length, rowWidth(dimension)];
    const random = new Random(seed);
    const { chance, alias } = aliasTable(counts, POWER);
    const paths = negative === 0 ? huffmanPaths(counts) : undefined;
    const dice = diceOf(threads, random);
    this.changed = {
      input: evenRows(counts.length, dimension, 0.5 / dimension, random),
      output: variable(zeros(shape)),
      dice: variable(tensor2d(dice, [threads, 2], 'int32')),
    };
    this.fixed = {
      keep: tensor1d(keepChances(counts, sample), 'int32'),
      chance: tensor1d(chance, 'int32'),
      alias: tensor1d(alias, 'int32'),
      pathStart: tensor1d(paths?.start ?? new Int32Array(counts.length + 1), 'int32'),
      path: tensor1d(paths?.path ?? new Int32Array(1), 'int32'),
    };
  }

  /** One prediction in 16 windows is measured. */
  learn(ids: Int32Array, from: number, to: number): number {
    const { model, window, negative, rate } = this.options;
    const words = tensor1d(ids, 'int32');
    const inputs = { ids: words, ...this.changed, ...this.fixed };
    const attributes = { model, window, negative, rate: fallingRate(rate, from), lastRate: fallingRate(rate, to) };
    const losses = runKernel<Tensor2D>('LearnWords', inputs, attributes);
    words.dispose();
    return meanLoss(losses);
  }

  vectors(words: readonly string[]): WordVectors {
    return vectorsOf(this.changed.input, this.options.dimension, words);
  }

  state(): NamedTensor[] {
    return savedTensors(this.changed);
  }

  restore(state: ReadonlyMap<string, NamedTensor>): void {
    restoreTensors(this.changed, state);
  }

  dispose(): void {
    for (const each of [...Object.values(this.changed), ...Object.values(this.fixed)]) each.dispose();
  }
}
