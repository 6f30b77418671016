import { tensor1d, tensor2d, variable, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { hasKernel, runKernel } from '../ops/kernels';
import { Random } from '../random';
import { aliasTable, huffmanPaths, keepChances } from './chances';
import { WordVectors } from './word-vectors';

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
const ROW_UNIT = 16;
const LAST_SHARE = 1e-4;

/**
 * Skip-gram or CBOW over ids of words. Its tables lie in the current backend's memory, where all kernel threads change
 * them side by side; with one thread the same seed gives the same vectors. Throws UserError without compiled kernels.
 */
export class WordLearner {
  private readonly row: number;
  private readonly tensors: Record<
    'input' | 'output' | 'keep' | 'chance' | 'alias' | 'pathStart' | 'path' | 'dice',
    Tensor
  >;

  /**
   * @param counts how often each word occurs, falling
   * @param threads of the current backend
   */
  constructor(
    private readonly counts: readonly number[],
    private readonly options: LearningOptions,
    threads: number,
  ) {
    if (!hasKernel('LearnWords'))
      throw new UserError(
        'Learning word vectors needs the compiled kernels, and none run here: see "sequence-lab doctor".',
      );
    const { dimension, negative, sample, seed } = options;
    this.row = Math.ceil(dimension / ROW_UNIT) * ROW_UNIT;
    const shape: [number, number] = [counts.length, this.row];
    const random = new Random(seed);
    const { chance, alias } = aliasTable(counts, POWER);
    const paths = negative === 0 ? huffmanPaths(counts) : undefined;
    const dice = Int32Array.from({ length: threads * 2 }, () => random.integer(2 ** 32) | 1);
    this.tensors = {
      input: variable(tensor2d(this.firstValues(random), shape)),
      output: variable(zeros(shape)),
      keep: tensor1d(keepChances(counts, sample), 'int32'),
      chance: tensor1d(chance, 'int32'),
      alias: tensor1d(alias, 'int32'),
      pathStart: tensor1d(paths?.start ?? new Int32Array(counts.length + 1), 'int32'),
      path: tensor1d(paths?.path ?? new Int32Array(1), 'int32'),
      dice: variable(tensor2d(dice, [threads, 2], 'int32')),
    };
  }

  /**
   * Learns from a piece of the text.
   * @param ids words by their place in counts, UNKNOWN and LINE_END
   * @param from and @param to how far the learning is before and after it, in [0, 1]
   * @returns mean loss of a prediction (one in 16 windows is measured), NaN when none was made
   */
  learn(ids: Int32Array, from: number, to: number): number {
    const { model, window, negative, rate } = this.options;
    const rateAt = (done: number) => rate * Math.max(LAST_SHARE, 1 - done);
    const words = tensor1d(ids, 'int32');
    const inputs = { ids: words, ...this.tensors };
    const attributes = { model, window, negative, rate: rateAt(from), lastRate: rateAt(to) };
    const losses = runKernel<Tensor2D>('LearnWords', inputs, attributes);
    const values = losses.dataSync();
    words.dispose();
    losses.dispose();
    let [sum, count] = [0, 0];
    for (let k = 0; k < values.length; k += 2) [sum, count] = [sum + values[k], count + values[k + 1]];
    return sum / count;
  }

  /** The words' vectors as they are now; a copy. */
  vectors(words: readonly string[]): WordVectors {
    const { dimension } = this.options;
    const rows = this.tensors.input.dataSync<'float32'>();
    const values = new Float32Array(words.length * dimension);
    for (let id = 0; id < words.length; id++)
      values.set(rows.subarray(id * this.row, id * this.row + dimension), id * dimension);
    return new WordVectors(words, dimension, values);
  }

  dispose(): void {
    for (const tensor of Object.values(this.tensors)) tensor.dispose();
  }

  /** [V, R]: evenly in ±1/2E, zero past the dimension. */
  private firstValues(random: Random): Float32Array {
    const { dimension } = this.options;
    const values = new Float32Array(this.counts.length * this.row);
    for (let from = 0; from < values.length; from += this.row)
      for (let k = from; k < from + dimension; k++) values[k] = (random.next() - 0.5) / dimension;
    return values;
  }
}
