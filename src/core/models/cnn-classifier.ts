import * as tf from '@tensorflow/tfjs-core';
import { DenseLayer } from '../layers/dense-layer';
import { dropElements, dropRows, type TrainingPass } from '../layers/masks';
import { matrix, normal, tensor3, uniform, vector } from '../layers/parameters';
import type { Matrix, NamedVariable, Vector } from '../layers/parameters';
import { convolveMaxOverTime } from '../ops/convolution';
import { embedding } from '../ops/embedding';
import { setValues } from '../ops/variables';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import type { SequenceBatch } from '../text/sequence-batch';
import type { SequenceClassifier } from './sequence-classifier';

export type CnnShape = ModelOf<'cnn'> & {
  vocabulary: number;
  classes: number;
  /** Loaded word vectors [V, E], row by row; needed by every kind of channels but "random". */
  vectors?: Float32Array;
};

interface FilterBank {
  width: number;
  weight: tf.Variable<tf.Rank.R3>;
  bias: Vector;
}

/** Deviation of word vectors that are learned from nothing: about that of published vectors. */
const DEVIATION = 0.25;

/**
 * Convolutional sentence classifier (Kim, 2014): word vectors, filters of several widths with ReLU, the maximum of each
 * filter over time, dropout, and a linear layer whose rows have a norm of at most `maxNorm`. With two channels the same
 * filters see the fixed and the tuned vectors, and their sums enter the ReLU.
 */
export class CnnClassifier implements SequenceClassifier {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string>;
  private readonly tables: Matrix[];
  private readonly banks: FilterBank[];
  private readonly output: DenseLayer;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: CnnShape,
    random: Random,
  ) {
    const { vocabulary, embedding: size, widths, filters, classes, channels, vectors } = shape;
    const table = () => vectors?.slice() ?? normal(vocabulary * size, DEVIATION, random);
    const names = { random: ['weight'], tuned: ['weight'], static: ['static'], 'two-channel': ['weight', 'static'] };
    const tables = names[channels].map((name) => ({
      name: `embedding.${name}`,
      variable: matrix(table(), vocabulary, size),
    }));
    this.tables = tables.map(({ variable }) => variable);
    this.frozen = new Set(['embedding.static']);
    this.banks = widths.map((width) => {
      const bound = 1 / Math.sqrt(width * size);
      const weight = tensor3(uniform(width * size * filters, bound, random), [width, size, filters]);
      return { width, weight, bias: vector(uniform(filters, bound, random)) };
    });
    this.output = new DenseLayer('output', filters * widths.length, classes, random);
    this.parameters = [
      ...tables,
      ...this.banks.flatMap(({ weight, bias }, index) => [
        { name: `filters.${index}.weight`, variable: weight },
        { name: `filters.${index}.bias`, variable: bias },
      ]),
      ...this.output.parameters,
    ];
  }

  logits(batch: SequenceBatch, random?: Random): tf.Tensor2D {
    const training = random && { random };
    const { features } = this.fire(batch, training);
    return this.output.forward(dropElements(features, this.shape.dropout, training));
  }

  /**
   * Where each filter found what it looks for. Run it in a tidy.
   * @returns features [B, widths · filters] and positions of the first word of the n-gram that gave each
   */
  fire(batch: SequenceBatch, training?: TrainingPass): { features: tf.Tensor2D; positions: tf.Tensor2D } {
    const x = this.embed(batch, training);
    const lengths = tf.tensor1d(batch.lengths, 'int32');
    const found = this.banks.map(({ weight, bias }) => convolveMaxOverTime(x, weight, bias, lengths));
    return {
      features: tf.concat(
        found.map(({ y }) => y),
        1,
      ),
      positions: tf.concat(
        found.map(({ positions }) => positions),
        1,
      ),
    };
  }

  /** Shrinks rows of the output layer that are longer than the limit. */
  constrain(): void {
    const { maxNorm, classes } = this.shape;
    if (maxNorm === 0) return;
    const values = this.output.weight.dataSync();
    const width = values.length / classes;
    const limited = Float32Array.from(values);
    let changed = false;
    for (let row = 0; row < classes; row++) {
      const weights = limited.subarray(row * width, (row + 1) * width);
      const norm = Math.hypot(...weights);
      if (norm <= maxNorm) continue;
      weights.forEach((weight, k) => (weights[k] = (weight * maxNorm) / norm));
      changed = true;
    }
    if (changed) setValues(this.output.weight, limited);
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  /** Word vectors, the channels added up: [B, T, E]. */
  private embed({ ids, time, batch }: SequenceBatch, training?: TrainingPass): tf.Tensor3D {
    if (!ids) throw new Error('The CNN classifier reads tokens.');
    const rows = new Int32Array(ids.length); // sequence after sequence
    for (let t = 0; t < time; t++) for (let b = 0; b < batch; b++) rows[b * time + t] = ids[t * batch + b];
    const index = tf.tensor1d(rows, 'int32');
    const { embeddingDropout, inputDropout, embedding: size } = this.shape;
    const channels = this.tables.map((table) => embedding(dropRows(table, embeddingDropout, training), index)); // [B·T, E]
    const x = tf.addN(channels);
    return tf.reshape(dropElements(x, inputDropout, training), [batch, time, size]);
  }
}
