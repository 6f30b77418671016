import * as tf from '@tensorflow/tfjs-core';
import { matrix, normal, uniform, vector } from '../src/core/layers/parameters';
import { attention, type AttentionScore } from '../src/core/ops/attention';
import { convolveMaxOverTime } from '../src/core/ops/convolution';
import { dense } from '../src/core/ops/dense';
import { embedding } from '../src/core/ops/embedding';
import { layerNormLstm } from '../src/core/ops/layer-norm-lstm';
import { lstm } from '../src/core/ops/lstm';
import { vectorsOf, type RecurrentWeights, type SequenceInput } from '../src/core/ops/sequence';
import { Random } from '../src/core/random';
import { FILTER_WIDTHS, outputsOf, type Model, type Work } from './works';

/** A small model around one op: what a step of training differentiates and changes. */
export interface BenchModel {
  variables: tf.Variable[];
  /** Scores [rows, outputs] for tokens ids [B·T]. */
  scores(ids: tf.Tensor1D): tf.Tensor2D;
}

/** Draws parameters, and remembers them. */
class Parameters {
  readonly variables: tf.Variable[] = [];
  private readonly random = new Random(1);

  constructor(private readonly bound: number) {}

  table(rows: number, width: number) {
    return this.keep(matrix(normal(rows * width, 1, this.random), rows, width));
  }
  matrix(rows: number, columns: number) {
    return this.keep(matrix(uniform(rows * columns, this.bound, this.random), rows, columns));
  }
  vector(count: number) {
    return this.keep(vector(uniform(count, this.bound, this.random)));
  }
  ones(count: number) {
    return this.keep(vector(new Float32Array(count).fill(1)));
  }
  /** [K, E, F] */
  filters(width: number, inputs: number, count: number) {
    const values = uniform(width * inputs * count, this.bound, this.random);
    return this.keep(tf.tidy(() => tf.variable(tf.tensor3d(values, [width, inputs, count]))));
  }
  recurrent(inputs: number, units: number): RecurrentWeights {
    return {
      weightIh: this.matrix(4 * units, inputs),
      weightHh: this.matrix(4 * units, units),
      biasIh: this.vector(4 * units),
      biasHh: this.vector(4 * units),
    };
  }
  output(inputs: number, outputs: number): (rows: tf.Tensor) => tf.Tensor2D {
    const [weight, bias] = [this.matrix(outputs, inputs), this.vector(outputs)];
    return (rows) => dense(tf.reshape(rows, [-1, inputs]), weight, bias);
  }
  private keep<T extends tf.Variable>(variable: T): T {
    this.variables.push(variable);
    return variable;
  }
}

type Layers = (work: Work, parameters: Parameters, usesTable: boolean) => BenchModel['scores'];

/** Layers that read tokens, time-major; either through the table of projected tokens, or as vectors. */
function recurrent(
  work: Work,
  parameters: Parameters,
  usesTable: boolean,
  width: number,
  run: (input: SequenceInput, zero: tf.Tensor2D) => tf.Tensor,
): BenchModel['scores'] {
  const { batch, embedding: size, hidden, vocabulary } = work;
  const table = parameters.table(vocabulary, size);
  const output = parameters.output(width, outputsOf(work));
  return (ids) => {
    const input = { table, ids };
    return output(run(usesTable ? input : vectorsOf(input, batch), tf.zeros([batch, hidden])));
  };
}

/** Token vectors [B, T, E], batch-major. */
function vectors(work: Work, parameters: Parameters): (ids: tf.Tensor1D) => tf.Tensor3D {
  const { batch, length, embedding: size, vocabulary } = work;
  const table = parameters.table(vocabulary, size);
  return (ids) => tf.reshape(embedding(table, ids), [batch, length, size]);
}

/** Every token attends to all tokens of its sequence. */
function attentive(work: Work, parameters: Parameters, score: AttentionScore): BenchModel['scores'] {
  const read = vectors(work, parameters);
  const output = parameters.output(work.embedding, outputsOf(work));
  return (ids) => {
    const x = read(ids);
    return output(attention(x, x, x, score).context);
  };
}

const LAYERS: Partial<Record<Model, Layers>> = {
  'bidirectional-lstm': (work, parameters, usesTable) => {
    const { embedding: size, hidden } = work;
    const [forward, backward] = [parameters.recurrent(size, hidden), parameters.recurrent(size, hidden)];
    return recurrent(work, parameters, usesTable, 2 * hidden, (input, zero) => {
      const state = { h: zero, c: zero };
      return tf.concat([lstm(input, forward, state).y, lstm(input, backward, state, { reversed: true }).y], 2);
    });
  },
  'layer-norm-lstm': (work, parameters, usesTable) => {
    const { embedding: size, hidden } = work;
    const weights = {
      ...parameters.recurrent(size, hidden),
      gainIh: parameters.ones(4 * hidden),
      gainHh: parameters.ones(4 * hidden),
      gainCell: parameters.ones(hidden),
      biasCell: parameters.vector(hidden),
    };
    return recurrent(work, parameters, usesTable, hidden, (input, zero) => {
      return layerNormLstm(input, weights, { h: zero, c: zero }).y;
    });
  },
  'text-cnn': (work, parameters) => {
    const { embedding: size, hidden } = work;
    const read = vectors(work, parameters);
    const convolutions = FILTER_WIDTHS.map((width) => {
      return { filters: parameters.filters(width, size, hidden), bias: parameters.vector(hidden) };
    });
    const output = parameters.output(FILTER_WIDTHS.length * hidden, outputsOf(work));
    return (ids) => {
      const x = read(ids);
      return output(
        tf.concat(
          convolutions.map(({ filters, bias }) => convolveMaxOverTime(x, filters, bias).y),
          1,
        ),
      );
    };
  },
  'attention-general': (work, parameters) =>
    attentive(work, parameters, { kind: 'general', weight: parameters.matrix(work.hidden, work.hidden) }),
  'attention-additive': (work, parameters) => {
    const { hidden } = work;
    const [queryWeight, keyWeight] = [parameters.matrix(hidden, hidden), parameters.matrix(hidden, hidden)];
    const [bias, v] = [parameters.vector(hidden), parameters.vector(hidden)];
    return attentive(work, parameters, { kind: 'additive', queryWeight, keyWeight, bias, v });
  },
};

/**
 * Builds the model of a work that the product's trainer does not have, out of the product's own ops.
 * @param usesTable project the table of tokens where that is less work, as the product does
 * @returns undefined for the language models, which the trainer has
 */
export function buildModel(work: Work, usesTable: boolean): BenchModel | undefined {
  const parameters = new Parameters(1 / Math.sqrt(work.hidden));
  const scores = LAYERS[work.model]?.(work, parameters, usesTable);
  return scores && { variables: parameters.variables, scores };
}
