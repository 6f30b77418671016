import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import type { ScoreReader } from '../generation/next-token-model';
import { Reader } from '../generation/reader';
import { DenseLayer } from '../layers/dense-layer';
import { EmbeddingLayer } from '../layers/embedding-layer';
import { groupName } from '../layers/groups';
import type { TrainingPass } from '../layers/masks';
import { vector, type Matrix, type NamedVariable, type Vector } from '../layers/parameters';
import { RecurrentStack, type ModelState } from '../layers/recurrent-stack';
import { dense } from '../ops/dense';
import type { Random } from '../random';
import { hasModel, type Recipe } from '../recipe/schema';
import type { ModelOf } from '../recipe/schema/model';
import type { NeuralLanguageModel } from './neural-language-model';

export type { ModelState } from '../layers/recurrent-stack';

export type LanguageModelShape = ModelOf<'recurrent'> & { vocabulary: number };

/** The shape of a recipe's recurrent language model. Throws UserError when the recipe is not of one. */
export function languageModelShape(recipe: Recipe, vocabulary: number): LanguageModelShape {
  if (recipe.task === 'language-model' && hasModel(recipe, 'recurrent')) return { ...recipe.model, vocabulary };
  throw new UserError('The recipe is not one of a recurrent language model: choose another recipe or run.');
}

/**
 * Recurrent language model: token -> embedding -> recurrent layers -> scores of the next token.
 *
 * Parameters have the names and layouts of a PyTorch module with `embedding = nn.Embedding`, `rnn = nn.LSTM` (GRU, RNN)
 * and `output = nn.Linear`, so that its `load_state_dict` takes them unchanged. With one-hot input there is no embedding,
 * and `rnn` reads vectors of size V. With tied weights (Press and Wolf, 2017) the output layer's weight is the embedding.
 */
export class RecurrentLanguageModel implements NeuralLanguageModel {
  readonly parameters: NamedVariable[];
  readonly frozen: ReadonlySet<string>;
  readonly groups: string[];
  private readonly embedding?: EmbeddingLayer;
  private readonly stack: RecurrentStack;
  private readonly outputWeight: Matrix;
  private readonly outputBias: Vector;

  /**
   * @param random draws the initial parameters
   * @param vectors first embedding table [V·E]; becomes the model's
   */
  constructor(
    readonly shape: LanguageModelShape,
    random: Random,
    vectors?: Float32Array,
  ) {
    const { vocabulary, embedding, hidden, input, tied } = shape;
    if (input === 'embedding') {
      // A table that also gives the scores must begin as small as an output layer does.
      const frozen = shape.frozen && shape.embeddingFile !== '';
      const bound = tied ? 1 / Math.sqrt(hidden) : undefined;
      this.embedding = new EmbeddingLayer(shape, random, { vectors, frozen, bound });
    }
    this.frozen = this.embedding?.frozen ?? new Set();
    this.stack = new RecurrentStack({ ...shape, inputs: this.embedding ? embedding : vocabulary }, random);
    const output = this.makeOutput(random);
    this.outputWeight = output.weight;
    this.outputBias = output.bias;
    this.parameters = [...(this.embedding?.parameters ?? []), ...this.stack.parameters, ...output.parameters];
    this.groups = [...new Set(this.parameters.map(({ name }) => groupName(name)))];
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

  zeroState(batch: number): ModelState {
    return this.stack.zeroState(batch);
  }

  stateNames(): string[] {
    return this.stack.stateNames();
  }

  forward(
    ids: tf.Tensor1D,
    state: ModelState,
    { training }: { training?: TrainingPass } = {},
  ): { logits: tf.Tensor2D; state: ModelState } {
    const count = ids.shape[0]; // T·B
    const batch = state.tensors[0].shape[0];
    const input = this.embedding?.forward(ids, batch, training) ?? { oneHot: this.vocabulary, ids };
    const { y, state: after } = this.stack.forward(input, state, { training }); // y [T, B, D]
    const rows: tf.Tensor2D = tf.reshape(y, [count, this.stack.outputSize]); // [T·B, D]
    return { logits: dense(rows, this.outputWeight, this.outputBias), state: after }; // [T·B, V]
  }

  /** Scores for the first token of a text, when nothing was read yet: those of a hidden state of zeros. */
  initialScores(): Float32Array {
    return Float32Array.from(this.outputBias.dataSync());
  }

  reader(batch: number): ScoreReader {
    return new Reader(this, batch);
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }

  private makeOutput(random: Random): { weight: Matrix; bias: Vector; parameters: NamedVariable[] } {
    const { tied, vocabulary } = this.shape;
    if (!tied || !this.embedding) return new DenseLayer('output', this.stack.outputSize, vocabulary, random);
    const bias = vector(new Float32Array(vocabulary));
    return { weight: this.embedding.table, bias, parameters: [{ name: 'output.bias', variable: bias }] };
  }
}
