import * as tf from '@tensorflow/tfjs-core';
import type { ModelState, RecurrentLanguageModel } from '../models/language-model';
import { hasKernel, runKernel } from '../ops/kernels';
import { scoped } from '../ops/scope';
import type { Random } from '../random';
import type { ChoiceOptions } from './choice';

/** Parameters of each layer, as a checkpoint and as the kernel name them. */
const LAYER_PARAMETERS = {
  weight_ih: 'weightIh',
  weight_hh: 'weightHh',
  bias_ih: 'biasIh',
  bias_hh: 'biasHh',
} as const;
/** A call lasts about so many milliseconds, so that hosts can stream what it drew and see a wish to stop. */
const CALL = 10;
/** Multiplications a millisecond that even a slow build does. */
const SLOW = 1e6;
const MOST_STEPS = 4096;

/**
 * Draws tokens by the compiled generation loop: one call for many tokens, with the weights packed once. What it draws does
 * not depend on how the tokens are divided into calls.
 */
export class FusedGenerator {
  /** Tokens that the next call may draw. */
  private steps: number;

  private constructor(
    private readonly model: RecurrentLanguageModel,
    private readonly embedding: tf.Tensor2D,
    private readonly packed: tf.Tensor,
    private readonly forbidden: tf.Tensor1D,
  ) {
    this.steps = Math.max(1, Math.min(MOST_STEPS, Math.floor((SLOW * CALL) / model.parameterCount)));
  }

  /** One for the weights as they are now; undefined where the backend has no such kernel, or not for this model. */
  static of(model: RecurrentLanguageModel, forbidden: number[] = []): FusedGenerator | undefined {
    if (!hasKernel('GenerateSequence') || !isPlain(model)) return undefined;
    const inputs = kernelInputs(model);
    if (!inputs) return undefined;
    const packed = runKernel<tf.Tensor>('PrepareGeneration', inputs, modelAttributes(model));
    return new FusedGenerator(model, inputs.embedding as tf.Tensor2D, packed, tf.tensor1d(forbidden, 'int32'));
  }

  /**
   * Draws some more tokens for each of B sequences, at most `most`; as many as fit in some milliseconds.
   * @param state before `tokens`; the caller's, as the one that is returned
   * @param tokens [B], the last of each sequence
   * @param random of each sequence; they are left as they are: each token takes one number unless the temperature is 0
   * @returns ids and logProbabilities [steps, B], and the state before the last of them. -1 where a score is no number.
   */
  draw(
    state: ModelState,
    tokens: Int32Array,
    random: Random[],
    most: number,
    { temperature, topK = 0, topP = 1 }: ChoiceOptions,
  ): { ids: Int32Array; logProbabilities: Float32Array; state: ModelState } {
    const steps = Math.min(this.steps, most);
    const from = tf.util.now();
    const drawn = scoped(() => {
      const words = Int32Array.from(random.flatMap((each) => each.state()));
      const inputs = {
        packed: this.packed,
        embedding: this.embedding,
        tokens: tf.tensor1d(tokens, 'int32'),
        random: tf.tensor2d(words, [random.length, 4], 'int32'),
        forbidden: this.forbidden,
        ...Object.fromEntries(state.tensors.map((tensor, k) => [`s${k}`, tensor])),
      };
      const attributes = { ...modelAttributes(this.model), vocabulary: this.model.shape.vocabulary, steps };
      const [ids, logs, ...after] = runKernel<tf.Tensor[]>('GenerateSequence', inputs, {
        ...attributes,
        temperature,
        topK,
        topP,
      });
      after.forEach((tensor) => tf.keep(tensor));
      return {
        ids: ids.dataSync<'int32'>(),
        logProbabilities: logs.dataSync<'float32'>(),
        state: { tensors: after as tf.Tensor2D[] },
      };
    });
    const perStep = Math.max(1e-4, tf.util.now() - from) / steps;
    this.steps = Math.max(1, Math.min(MOST_STEPS, 4 * steps, Math.floor(CALL / perStep)));
    return drawn;
  }

  dispose(): void {
    tf.dispose([this.packed, this.forbidden]);
  }
}

/** Whether the layers do what the kernel's do; others can have parameters of the same names. */
function isPlain({ shape }: RecurrentLanguageModel): boolean {
  return !shape.residual && !(shape.cell === 'gru' && shape.resetBefore);
}

/** The model's parameters under the kernel's names; undefined when it has others than the kernel knows. */
function kernelInputs(model: RecurrentLanguageModel): Record<string, tf.Tensor> | undefined {
  const names = new Map([
    ['embedding.weight', 'embedding'],
    ['output.weight', 'outputWeight'],
    ['output.bias', 'outputBias'],
  ]);
  for (let k = 0; k < model.shape.layers; k++)
    for (const [name, input] of Object.entries(LAYER_PARAMETERS)) names.set(`rnn.${name}_l${k}`, `${input}${k}`);
  const { parameters } = model;
  if (parameters.length !== names.size || parameters.some(({ name }) => !names.has(name))) return undefined;
  return Object.fromEntries(parameters.map(({ name, variable }) => [names.get(name), variable]));
}

function modelAttributes({ shape }: RecurrentLanguageModel): { cell: string; layers: number } {
  return { cell: shape.cell === 'rnn' ? shape.activation : shape.cell, layers: shape.layers };
}
