import * as tf from '@tensorflow/tfjs-core';
import type { ScoreReader } from '../generation/next-token-model';
import { Reader } from '../generation/reader';
import { DenseLayer } from '../layers/dense-layer';
import { groupName } from '../layers/groups';
import { dropElements, type TrainingPass } from '../layers/masks';
import { matrix, normal, type Matrix, type NamedVariable } from '../layers/parameters';
import type { ModelState } from '../layers/recurrent-stack';
import { embedding } from '../ops/embedding';
import { scoped } from '../ops/scope';
import type { Random } from '../random';
import type { ModelOf } from '../recipe/schema/model';
import type { NeuralLanguageModel } from './neural-language-model';

export type WindowShape = ModelOf<'window'> & { vocabulary: number };

/**
 * Feed-forward language model over a window of the last N tokens (Bengio et al., 2003, without the direct connections):
 * their vectors side by side, a tanh layer, scores of the next token.
 *
 * Its state is the last N tokens, the oldest first. What stands before a text is a token of its own, number V, so the
 * table has V + 1 rows.
 */
export class WindowLanguageModel implements NeuralLanguageModel {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string> = new Set<string>();
  readonly groups = ['embedding', 'hidden', 'output'];
  private readonly table: Matrix;
  private readonly hidden: DenseLayer;
  private readonly output: DenseLayer;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: WindowShape,
    random: Random,
  ) {
    const { vocabulary, window, embedding: size, hidden } = shape;
    this.table = matrix(normal((vocabulary + 1) * size, 1, random), vocabulary + 1, size);
    this.hidden = new DenseLayer('hidden', window * size, hidden, random);
    this.output = new DenseLayer('output', hidden, vocabulary, random);
    this.parameters = [
      { name: 'embedding.weight', variable: this.table },
      ...this.hidden.parameters,
      ...this.output.parameters,
    ];
  }

  get vocabulary(): number {
    return this.shape.vocabulary;
  }

  get parameterCount(): number {
    return this.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  groupOf(parameterName: string): number {
    return this.groups.indexOf(groupName(parameterName));
  }

  /** [B, N]: nothing but what stands before a text. */
  zeroState(batch: number): ModelState {
    return { tensors: [tf.fill([batch, this.shape.window], this.vocabulary)] };
  }

  stateNames(): string[] {
    return ['tokens'];
  }

  forward(
    ids: tf.Tensor1D,
    { tensors: [earlier] }: ModelState,
    { training }: { training?: TrainingPass } = {},
  ): { logits: tf.Tensor2D; state: ModelState } {
    const { window, embedding: size, dropout } = this.shape;
    const [batch] = earlier.shape;
    const count = ids.shape[0]; // T·B
    const before = tf.cast(tf.reshape(tf.transpose(earlier), [window * batch]), 'int32'); // time-major
    const all = tf.concat([before as tf.Tensor1D, ids]); // [(N + T)·B]
    const vectors = embedding(this.table, all); // [(N + T)·B, E]
    // The k-th vector of each window stands k + 1 steps after the window's first one of before.
    const parts = Array.from({ length: window }, (_, k) => tf.slice(vectors, [(k + 1) * batch, 0], [count, size]));
    const hidden = tf.tanh(this.hidden.forward(tf.concat(parts, 1))); // [T·B, H]
    const logits = this.output.forward(dropElements(hidden as tf.Tensor2D, dropout, training));
    const last = tf.reshape(tf.slice(all, [count], [window * batch]), [window, batch]);
    return { logits, state: { tensors: [tf.cast(tf.transpose(last), 'float32') as tf.Tensor2D] } };
  }

  initialScores(): Float32Array {
    return scoped(() => {
      const start = tf.tensor1d([this.vocabulary], 'int32');
      return Float32Array.from(this.forward(start, this.zeroState(1)).logits.dataSync());
    });
  }

  reader(batch: number): ScoreReader {
    return new Reader(this, batch);
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }
}
