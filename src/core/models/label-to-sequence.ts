import * as tf from '@tensorflow/tfjs-core';
import type { NextTokenModel, ScoreReader } from '../generation/next-token-model';
import { Reader } from '../generation/reader';
import { DenseLayer } from '../layers/dense-layer';
import type { TrainingPass } from '../layers/masks';
import { matrix, normal, type Matrix, type NamedVariable } from '../layers/parameters';
import { RecurrentStack, type ModelState } from '../layers/recurrent-stack';
import { embedding } from '../ops/embedding';
import { scoped } from '../ops/scope';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';

export type LabelToSequenceShape = ModelOf<'recurrent'> & {
  vocabulary: number;
  labels: number;
  /** Id of <bos>. */
  begin: number;
};

/** Deviation of the first label vectors: tanh then leaves them about as they are. */
const SEED_DEVIATION = 0.5;

/**
 * One to many: the initial state of every recurrent layer is tanh of a learned vector of the label, and the network then
 * writes a sequence of tokens from <bos> to <eos>, like a language model.
 */
export class LabelToSequenceModel {
  readonly parameters: NamedVariable[];
  private readonly stack: RecurrentStack;
  private readonly table: Matrix;
  /** [labels, width of all states together] */
  private readonly seeds: Matrix;
  private readonly output: DenseLayer;
  /** Width of each state tensor. */
  private readonly widths: number[];

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: LabelToSequenceShape,
    random: Random,
  ) {
    const { vocabulary, labels } = shape;
    this.table = matrix(normal(vocabulary * shape.embedding, 1, random), vocabulary, shape.embedding);
    this.stack = new RecurrentStack({ ...shape, inputs: shape.embedding }, random);
    const empty = this.stack.zeroState(1);
    this.widths = empty.tensors.map((tensor) => tensor.shape[1]);
    tf.dispose(empty.tensors);
    const width = this.widths.reduce((sum, each) => sum + each, 0);
    this.seeds = matrix(normal(labels * width, SEED_DEVIATION, random), labels, width);
    this.output = new DenseLayer('output', this.stack.outputSize, vocabulary, random);
    this.parameters = [
      { name: 'label.weight', variable: this.seeds },
      { name: 'embedding.weight', variable: this.table },
      ...this.stack.parameters,
      ...this.output.parameters,
    ];
  }

  /** The state before <bos> for labels [B]. */
  stateOf(labels: ArrayLike<number>): ModelState {
    const seeds = tf.tanh(embedding(this.seeds, tf.tensor1d(Int32Array.from(labels), 'int32')));
    let from = 0;
    const tensors = this.widths.map((width) => {
      const part = tf.slice(seeds, [0, from], [labels.length, width]);
      from += width;
      return part;
    });
    return { tensors };
  }

  /**
   * Scores of the token after each. Run it in a tidy; keep what of the state must live on.
   * @param ids [T·B] int32, time-major
   * @returns logits [T·B, V]
   */
  forward(
    ids: tf.Tensor1D,
    state: ModelState,
    { training }: { training?: TrainingPass } = {},
  ): { logits: tf.Tensor2D; state: ModelState } {
    const read = this.stack.forward({ table: this.table, ids }, state, { training });
    const rows: tf.Tensor2D = tf.reshape(read.y, [ids.shape[0], this.stack.outputSize]);
    return { logits: this.output.forward(rows), state: read.state };
  }

  /** The model of the next token of a sequence with this label; <bos> is read already. */
  of(label: number): NextTokenModel {
    const reader = (batch: number): ScoreReader & { first: Float32Array } => {
      const seeded = { zeroState: () => this.seededState(label, batch), forward: this.forward.bind(this) };
      const begun = new Reader(seeded, batch);
      const first = begun.read(new Int32Array(batch).fill(this.shape.begin));
      return { first, read: (ids) => begun.read(ids), dispose: () => begun.dispose() };
    };
    return {
      vocabulary: this.shape.vocabulary,
      initialScores: () => {
        const one = reader(1);
        one.dispose();
        return one.first;
      },
      reader,
    };
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  /** `stateOf` the same label for all; the caller disposes of it. */
  private seededState(label: number, batch: number): ModelState {
    return scoped(() => {
      const state = this.stateOf(new Int32Array(batch).fill(label));
      state.tensors.forEach((tensor) => tf.keep(tensor));
      return state;
    });
  }
}
