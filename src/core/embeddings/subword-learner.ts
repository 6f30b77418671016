import { tensor1d, tensor2d, variable, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { runKernel } from '../ops/kernels';
import { Random } from '../random';
import type { NamedTensor } from '../runs/safetensors';
import { aliasTable, huffmanPaths, keepChances } from './chances';
import { fallingRate, type LearningOptions } from './learner';
import { SubwordTable, subwordRows, type SubwordOptions, type SubwordRows } from './subwords';
import {
  diceOf,
  evenRows,
  meanLoss,
  needKernel,
  restoreTensors,
  rowsOf,
  rowWidth,
  savedTensors,
  type VectorLearner,
} from './vector-learner';
import { WordVectors } from './word-vectors';

/** The fastText library draws negatives with chances as √count. */
const POWER = 0.5;

export interface SubwordLearningOptions extends LearningOptions, SubwordOptions {}

/**
 * fastText (Bojanowski et al., 2017): skip-gram, where a word's vector predicts its neighbours, or CBOW; the vector of a
 * word is the mean of its own row and those of its character n-grams, so that words which never occurred have one too.
 */
export class SubwordLearner implements VectorLearner {
  private readonly changed: Record<'input' | 'output' | 'dice', Variable>;
  private readonly fixed: Record<
    'keep' | 'chance' | 'alias' | 'pathStart' | 'path' | 'rowStart' | 'rows' | 'echo',
    Tensor
  >;
  private readonly subwords: SubwordRows;

  /**
   * @param vocabulary words and how often each occurs, falling
   * @param threads of the current backend
   */
  constructor(
    private readonly vocabulary: { words: readonly string[]; counts: readonly number[] },
    private readonly options: SubwordLearningOptions,
    threads: number,
  ) {
    needKernel('LearnSubwords');
    const { dimension, negative, sample, seed } = options;
    const { words, counts } = vocabulary;
    const row = rowWidth(dimension);
    this.subwords = subwordRows(words, options);
    const rows = words.length + this.subwords.used.length;
    const random = new Random(seed);
    const { chance, alias } = aliasTable(counts, POWER);
    const paths = negative === 0 ? huffmanPaths(counts) : undefined;
    const dice = diceOf(threads, random);
    this.changed = {
      input: evenRows(rows, dimension, 1 / dimension, random),
      output: variable(zeros([words.length, row])),
      dice: variable(tensor2d(dice, [threads, 2], 'int32')),
    };
    this.fixed = {
      keep: tensor1d(keepChances(counts, sample), 'int32'),
      chance: tensor1d(chance, 'int32'),
      alias: tensor1d(alias, 'int32'),
      pathStart: tensor1d(paths?.start ?? new Int32Array(words.length + 1), 'int32'),
      path: tensor1d(paths?.path ?? new Int32Array(1), 'int32'),
      rowStart: tensor1d(this.subwords.start, 'int32'),
      rows: tensor1d(this.subwords.rows, 'int32'),
      echo: tensor1d(this.subwords.echo),
    };
  }

  /** Predictions of one in 16 windows are measured. */
  learn(ids: Int32Array, from: number, to: number): number {
    const { model, window, negative, rate } = this.options;
    const words = tensor1d(ids, 'int32');
    const inputs = { ids: words, ...this.changed, ...this.fixed };
    const attributes = { model, window, negative, rate: fallingRate(rate, from), lastRate: fallingRate(rate, to) };
    const losses = runKernel<Tensor2D>('LearnSubwords', inputs, attributes);
    words.dispose();
    return meanLoss(losses);
  }

  /** The words' vectors, n-grams included; words that are not there get theirs from `vectorOf`. */
  vectors(words: readonly string[]): WordVectors {
    const { dimension } = this.options;
    const { start, rows } = this.subwords;
    const row = rowsOf(this.changed.input, dimension);
    const values = new Float32Array(words.length * dimension);
    for (let id = 0; id < words.length; id++) {
      const sum = new Float64Array(dimension);
      for (let i = start[id]; i < start[id + 1]; i++) {
        const from = row(rows[i]);
        for (let k = 0; k < dimension; k++) sum[k] += from[k];
      }
      const count = start[id + 1] - start[id];
      for (let k = 0; k < dimension; k++) values[id * dimension + k] = sum[k] / count;
    }
    return new WordVectors(words, dimension, values, this.table(row));
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

  private table(row: (place: number) => Float32Array): SubwordTable {
    const first = this.vocabulary.words.length;
    return new SubwordTable(this.options, this.options.dimension, this.subwords.used, (place) => row(first + place));
  }
}
