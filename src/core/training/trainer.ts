import * as tf from '@tensorflow/tfjs-core';
import { floatTensor, newLanguageModel, STATE_PREFIX } from '../models/checkpoint-model';
import type { NeuralLanguageModel } from '../models/neural-language-model';
import type { ModelState } from '../layers/recurrent-stack';
import { UserError } from '../errors';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import type { Batches } from '../text/batches';
import { StreamBatches } from '../text/stream-batches';
import type { Tokenizer } from '../text/tokenizer';
import { namedTensor } from './checkpoint';
import { evaluateInSlices, type TokenEvaluation } from './evaluation';
import type { Checkpoint, Learner, StepResult } from './learner';
import { sampleText } from './samples';
import { WeightUpdate } from './weight-update';

/** Token ids of the two parts of a text, and the number of different tokens. */
export interface TrainingData {
  train: Int32Array;
  /** Fewer than two tokens: nothing is held out. */
  validation: Int32Array;
  vocabulary: number;
  /** Makes text of samples; without it there are none. */
  tokenizer?: Pick<Tokenizer, 'encode' | 'decode' | 'unknownId'>;
  /** Steps of a text that is too large for memory; without them those of `train`. */
  batches?: Batches;
  /** Loaded word vectors [V·E] that a recurrent model's embedding starts from; becomes the model's. */
  vectors?: Float32Array;
}

/**
 * Trains a language model by truncated backpropagation through time over contiguous streams with carried state, one
 * optimisation step at a time. It knows no files, no threads and no clock.
 *
 * A step reads k2 = `training.length` tokens of each stream and gradients flow back over all of them. The next one begins
 * k1 = `training.stride` tokens further on, with the state after as many; where k1 < k2 only the k1 newest predictions
 * count in the loss (BPTT(h; h′): Williams and Peng, 1990), but for the first step of a pass, so that each counts once.
 *
 * All numbers follow from the recipe, the data and the `progress` of each step.
 */
export class Trainer implements Learner {
  readonly kind = 'steps';
  readonly model: NeuralLanguageModel;
  readonly batches: Batches;
  private readonly update: WeightUpdate;
  /** Draws the seeds of dropout masks, and weight noise. */
  private readonly random: Random;
  /** What each prediction of a step counts: in a pass's first step, and in the others. */
  private readonly rowWeights: { first: tf.Tensor1D; other: tf.Tensor1D };
  /** State at the start of the next step. */
  private state: ModelState;

  /** Batch and length shrink when the text is short. Throws UserError when it has fewer than two tokens. */
  constructor(
    private readonly recipe: Recipe,
    private readonly data: TrainingData,
  ) {
    this.batches = data.batches ?? batchesOf(data.train, recipe);
    const { batch, length } = this.batches;
    this.random = new Random(recipe.seed);
    this.model = newLanguageModel(recipe, data.vocabulary, this.random, data.vectors);
    this.update = new WeightUpdate(this.model, recipe.training);
    const old = (length - this.batches.stride) * batch;
    this.rowWeights = {
      first: tf.ones([batch * length]),
      other: tf.tensor1d(Float32Array.from({ length: batch * length }, (_, row) => (row < old ? 0 : 1))),
    };
    this.state = this.model.zeroState(batch);
  }

  get groups(): string[] {
    return this.model.groups;
  }

  get parameterCount(): number {
    return this.update.parameterCount;
  }

  get step(): number {
    return this.update.step;
  }

  get stepsPerEpoch(): number {
    return this.batches.stepsPerEpoch;
  }

  get hasValidation(): boolean {
    return this.data.validation.length >= 2;
  }

  trainStep(progress: number): StepResult {
    const { batch, stride, stepsPerEpoch } = this.batches;
    const { inputs, targets, first } = this.batches.at(this.step);
    if (first) this.replaceState(this.model.zeroState(batch));
    let after: ModelState = { tensors: [] };
    try {
      const loss = () => {
        const result = this.loss(inputs, targets, first);
        after = result.after;
        return result.loss;
      };
      const update = this.update.learn(loss, progress, this.random);
      this.replaceState(after);
      return { ...update, tokens: batch * stride, epoch: this.step / stepsPerEpoch };
    } catch (error) {
      tf.dispose(after.tensors);
      throw error;
    }
  }

  evaluated(validationLoss: number): void {
    this.update.evaluated(validationLoss);
  }

  /** Loss and accuracy on the whole held-out part; see `evaluateInSlices` for the exact definition. */
  *evaluateInSlices(): Generator<void, TokenEvaluation> {
    this.update.useMean(true);
    try {
      return yield* evaluateInSlices(this.model, this.data.validation);
    } finally {
      this.update.useMean(false);
    }
  }

  *sampleInSlices(): Generator<string, void> {
    const { tokenizer, train } = this.data;
    if (!tokenizer) return;
    this.update.useMean(true);
    try {
      yield* sampleText(this.model, tokenizer, train, this.recipe, this.step);
    } finally {
      this.update.useMean(false);
    }
  }

  /** See WeightUpdate; "last" also holds the recurrent state. */
  checkpoint(kind: 'best' | 'last'): Checkpoint {
    const { tensors, metadata } = this.update.checkpoint(kind, this.random);
    if (kind === 'best') return { tensors, metadata };
    const names = this.model.stateNames();
    const states = this.state.tensors.map((tensor, k) =>
      namedTensor(STATE_PREFIX + names[k], tensor.shape, tensor.dataSync()),
    );
    const position = this.batches.position?.();
    const where: Record<string, string> = position ? { position: JSON.stringify(position) } : {};
    return { tensors: [...tensors, ...states], metadata: { ...metadata, ...where } };
  }

  restore(checkpoint: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void {
    const names = this.model.stateNames();
    const read = () =>
      this.state.tensors.map(({ shape }, k) => floatTensor(checkpoint.tensors, STATE_PREFIX + names[k], shape));
    if (checkpoint.metadata.kind === 'last') read(); // throws before anything is changed
    if (checkpoint.metadata.position) this.batches.seek?.(readPosition(checkpoint.metadata.position));
    this.update.restore(checkpoint, this.random);
    const values = read();
    this.replaceState({
      tensors: this.state.tensors.map(({ shape }, k) => tf.tensor2d(Float32Array.from(values[k]), shape)),
    });
  }

  dispose(): void {
    this.model.dispose();
    this.update.dispose();
    tf.dispose([this.rowWeights.first, this.rowWeights.other, this.state.tensors]);
  }

  /** Mean loss of a step, and the state at which the next one begins, kept. inputs, targets: [T·B] time-major. */
  private loss(inputs: Int32Array, targets: Int32Array, first: boolean): { loss: tf.Scalar; after: ModelState } {
    const { batch, length, stride } = this.batches;
    const words = this.random.state();
    const forward = (ids: Int32Array, random: Random) =>
      this.model.forward(tf.tensor1d(ids, 'int32'), this.state, { training: { random } });
    const { logits, state } = forward(inputs, this.random);
    let after = state;
    if (stride < length) {
      const replay = new Random(0); // the same dropout masks again
      replay.restore(words);
      after = forward(inputs.slice(0, stride * batch), replay).state;
    }
    after.tensors.forEach((tensor) => tf.keep(tensor));
    const weights = first ? this.rowWeights.first : this.rowWeights.other;
    const smoothing = this.recipe.training.labelSmoothing;
    return { loss: softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), weights, { smoothing }), after };
  }

  private replaceState(state: ModelState): void {
    tf.dispose(this.state.tensors);
    this.state = state;
  }
}

/** Batch and length shrink when the text is short. Throws UserError when it has fewer than two tokens. */
function batchesOf(ids: Int32Array, { training }: Recipe): StreamBatches {
  const { batch, length } = StreamBatches.fit(ids.length, training.batch, training.length);
  return new StreamBatches(ids, batch, length, Math.min(length, training.stride || length));
}

/** Throws UserError when a checkpoint's place in a large text is no list of numbers. */
function readPosition(text: string): number[] {
  try {
    const position: unknown = JSON.parse(text);
    if (Array.isArray(position) && position.every((each) => typeof each === 'number')) return position as number[];
  } catch {
    // The sentence below says it.
  }
  throw new UserError('The saved place in the text is damaged: train again from the start.');
}
