import * as tf from '@tensorflow/tfjs-core';
import { matrix, normal, uniform, vector, type Matrix, type NamedVariable, type Vector } from '../layers/parameters';
import { RecurrentLayer, STATE_NAMES, type Cell } from '../layers/recurrent-layer';
import { UserError } from '../errors';
import { dense } from '../ops/dense';
import { dropout } from '../ops/dropout';
import type { SequenceInput } from '../ops/sequence';
import type { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { ModelOf } from '../recipe/schema/model';

/** h (and c) of each layer, [B, H], layer by layer. */
export interface ModelState {
  tensors: tf.Tensor2D[];
}

export type LanguageModelShape = Omit<ModelOf<'recurrent'>, 'cell'> & { cell: Cell; vocabulary: number };

/** The shape of a recipe's recurrent language model. Throws UserError when the recipe is not of one. */
export function languageModelShape({ task, model }: Recipe, vocabulary: number): LanguageModelShape {
  if (task === 'language-model' && model.kind === 'recurrent') {
    const { cell } = model;
    if (cell !== 'layernorm-lstm') return { ...model, cell, vocabulary };
  }
  throw new UserError('The recipe is not one of a recurrent language model: choose another recipe, or set model.cell.');
}

/** Drops units after each layer; `random` draws the seed of each mask. */
export interface DropoutOptions {
  rate: number;
  random: Random;
}

/** Seeds of dropout masks are drawn below this. */
const SEEDS = 0x1_0000_0000;
/** Deviation of the initial embedding. */
const EMBEDDING_DEVIATION = 1;

/**
 * Recurrent language model: token -> embedding -> recurrent layers -> scores of the next token.
 *
 * Parameters have the names and layouts of a PyTorch module with `embedding = nn.Embedding`, `rnn = nn.LSTM` (GRU, RNN)
 * and `output = nn.Linear`, so that its `load_state_dict` takes them unchanged.
 */
export class RecurrentLanguageModel {
  readonly parameters: NamedVariable[];
  /** Names of the groups that gradient norms are shown for. */
  readonly groups: string[];
  private readonly table: Matrix;
  private readonly layers: RecurrentLayer[];
  private readonly outputWeight: Matrix;
  private readonly outputBias: Vector;

  /** @param random draws the initial parameters */
  constructor(
    readonly shape: LanguageModelShape,
    random: Random,
  ) {
    const { vocabulary, embedding, hidden, layers } = shape;
    this.table = matrix(normal(vocabulary * embedding, EMBEDDING_DEVIATION, random), vocabulary, embedding);
    this.layers = Array.from({ length: layers }, (_, index) => {
      const inputs = index === 0 ? embedding : hidden;
      return new RecurrentLayer({ ...shape, inputs, units: hidden }, index, random);
    });
    const bound = 1 / Math.sqrt(hidden);
    this.outputWeight = matrix(uniform(vocabulary * hidden, bound, random), vocabulary, hidden);
    this.outputBias = vector(uniform(vocabulary, bound, random));
    this.parameters = [
      { name: 'embedding.weight', variable: this.table },
      ...this.layers.flatMap((layer) => layer.parameters),
      { name: 'output.weight', variable: this.outputWeight },
      { name: 'output.bias', variable: this.outputBias },
    ];
    this.groups = ['embedding', ...this.layers.map((_, index) => `rnn.${index}`), 'output'];
  }

  /** Trainable numbers. */
  get parameterCount(): number {
    return this.parameters.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /** Index in `groups` of a parameter, by its name. */
  groupOf(parameterName: string): number {
    const layer = /_l(\d+)$/.exec(parameterName);
    return this.groups.indexOf(layer ? `rnn.${layer[1]}` : parameterName.split('.')[0]);
  }

  /** The state before the first token; the caller disposes of it. */
  zeroState(batch: number): ModelState {
    const { hidden } = this.shape;
    return { tensors: this.stateNames().map(() => tf.zeros([batch, hidden])) };
  }

  /** Names of the tensors of a state, as PyTorch calls them with the layer added: "h_l0", "c_l0". */
  stateNames(): string[] {
    return this.layers.flatMap((_, index) => STATE_NAMES[this.shape.cell].map((name) => `${name}_l${index}`));
  }

  /**
   * Scores for the token after each token. Run it in a tidy; keep what of the state must live on.
   *
   * @param ids [T·B] int32, time-major: token (t, b) at t·B + b; B is the state's
   * @param state before the first step; stays the caller's
   */
  forward(
    ids: tf.Tensor1D,
    state: ModelState,
    options: { dropout?: DropoutOptions } = {},
  ): { logits: tf.Tensor2D; state: ModelState } {
    const count = ids.shape[0]; // T·B
    const after: tf.Tensor2D[] = [];
    const perLayer = STATE_NAMES[this.shape.cell].length;
    let input: SequenceInput = { table: this.table, ids }; // then the layer below's y [T, B, H]
    for (const [index, layer] of this.layers.entries()) {
      const before = state.tensors.slice(index * perLayer, (index + 1) * perLayer); // each [B, H]
      const result = layer.forward(input, before); // y [T, B, H]
      after.push(...result.state);
      input = dropUnits(result.y, options.dropout);
    }
    const rows: tf.Tensor2D = tf.reshape(input as tf.Tensor3D, [count, this.shape.hidden]); // [T·B, H]
    const logits = dense(rows, this.outputWeight, this.outputBias);
    return { logits, state: { tensors: after } }; // [T·B, V]
  }

  /** Scores for the first token of a text, when nothing was read yet: those of a hidden state of zeros. */
  initialLogits(): Float32Array {
    return Float32Array.from(this.outputBias.dataSync());
  }

  dispose(): void {
    tf.dispose(this.parameters.map(({ variable }) => variable));
  }
}

function dropUnits(y: tf.Tensor3D, options: DropoutOptions | undefined): tf.Tensor3D {
  return options && options.rate > 0 ? dropout(y, options.rate, options.random.integer(SEEDS)) : y;
}
