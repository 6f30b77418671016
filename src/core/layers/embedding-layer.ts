import * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../ops/embedding';
import type { SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import { dropElements, dropRows, dropSteps, type TrainingPass } from './masks';
import { matrix, normal, uniform, type Matrix, type NamedVariable } from './parameters';

export interface EmbeddingShape {
  /** V */
  vocabulary: number;
  /** E */
  embedding: number;
  /** Share of the table's rows dropped in a step. */
  embeddingDropout: number;
  /** Share of the elements of embedded tokens dropped. */
  inputDropout: number;
  /** Whether elements are dropped alike at each step of a sequence. */
  variational: boolean;
}

export interface EmbeddingStart {
  /** First table [V·E], such as loaded word vectors; becomes the layer's. */
  vectors?: Float32Array;
  /** Whether training leaves the table as it is. */
  frozen?: boolean;
  /** Bound of a table that begins evenly in ±bound; without it, it begins normal with deviation 1, as PyTorch's does. */
  bound?: number;
}

/** Vectors of tokens: PyTorch's `nn.Embedding` under the name "embedding.weight", [V, E]. */
export class EmbeddingLayer {
  readonly parameters: NamedVariable[];
  /** Names of parameters that training leaves as they are. */
  readonly frozen: ReadonlySet<string>;
  readonly table: Matrix;

  /** @param random draws the table, unless it is given */
  constructor(
    private readonly shape: EmbeddingShape,
    random: Random,
    { vectors, frozen = false, bound }: EmbeddingStart = {},
  ) {
    const { vocabulary, embedding: size } = shape;
    const count = vocabulary * size;
    if (vectors && vectors.length !== count)
      throw new RangeError(`A table has ${count} numbers, not ${vectors.length}.`);
    const values = vectors ?? (bound === undefined ? normal(count, 1, random) : uniform(count, bound, random));
    this.table = matrix(values, vocabulary, size);
    this.parameters = [{ name: 'embedding.weight', variable: this.table }];
    this.frozen = new Set(frozen ? ['embedding.weight'] : []);
  }

  /**
   * What a recurrent layer reads for these tokens; without dropout of elements the table itself, which is quicker.
   * @param ids [T·B] int32, time-major
   * @param batch B
   */
  forward(ids: tf.Tensor1D, batch: number, training?: TrainingPass): SequenceInput {
    const { embeddingDropout, inputDropout, variational, embedding: size } = this.shape;
    const table = dropRows(this.table, embeddingDropout, training);
    if (!training || inputDropout === 0) return { table, ids };
    const rows = embedding(table, ids); // [T·B, E]
    if (!variational) return tf.reshape(dropElements(rows, inputDropout, training), [-1, batch, size]);
    return dropSteps(tf.reshape(rows, [-1, batch, size]), inputDropout, true, training);
  }
}
