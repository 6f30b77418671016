import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { sampleTokens } from '../generation/sample';
import { floatTensor, loadWeights, STATE_PREFIX } from '../models/checkpoint-model';
import { languageModelShape, RecurrentLanguageModel, type ModelState } from '../models/language-model';
import { Adam, type GradientNorms } from '../ops/adam';
import { scoped } from '../ops/scope';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { StreamBatches } from '../text/stream-batches';
import type { Tokenizer } from '../text/tokenizer';
import { momentTensors, namedTensor, readMoments, readRandomState, readStep, weightTensors } from './checkpoint';
import { evaluateInSlices, type TokenEvaluation } from './evaluation';
import type { Checkpoint, Learner, StepResult } from './learner';
import { learningRate } from './schedule';

/** Token ids of the two parts of a text, and the number of different tokens. */
export interface TrainingData {
  train: Int32Array;
  /** Fewer than two tokens: nothing is held out. */
  validation: Int32Array;
  vocabulary: number;
  /** Makes text of samples; without it there are none. */
  tokenizer?: Pick<Tokenizer, 'encode' | 'decode' | 'unknownId'>;
}

/**
 * Trains a language model by truncated backpropagation through time over contiguous streams with carried state, one
 * optimisation step at a time. It knows no files, no threads and no clock.
 *
 * All numbers follow from the recipe, the data and the `progress` of each step.
 */
export class Trainer implements Learner {
  readonly kind = 'steps';
  readonly model: RecurrentLanguageModel;
  readonly batches: StreamBatches;
  /** Steps done. */
  step = 0;
  private readonly variables: tf.Variable[];
  private readonly groupOf: number[];
  private readonly adam: Adam;
  /** Draws the seeds of dropout masks. */
  private readonly random: Random;
  /** Each row of a step counts the same. */
  private readonly rowWeights: tf.Tensor1D;
  /** Recurrent state after the last step. */
  private state: ModelState;

  /** Batch and length shrink when the text is short. Throws UserError when it has fewer than two tokens. */
  constructor(
    private readonly recipe: Recipe,
    private readonly data: TrainingData,
  ) {
    const { batch, length } = StreamBatches.fit(data.train.length, recipe.training.batch, recipe.training.length);
    this.batches = new StreamBatches(data.train, batch, length);
    this.random = new Random(recipe.seed);
    this.model = new RecurrentLanguageModel(languageModelShape(recipe, data.vocabulary), this.random);
    this.variables = this.model.parameters.map(({ variable }) => variable);
    this.groupOf = this.model.parameters.map(({ name }) => this.model.groupOf(name));
    this.adam = new Adam(this.variables, recipe.training);
    this.rowWeights = tf.ones([batch * length]);
    this.state = this.model.zeroState(batch);
  }

  get groups(): string[] {
    return this.model.groups;
  }

  get stepsPerEpoch(): number {
    return this.batches.stepsPerEpoch;
  }

  /** Trainable numbers. */
  get parameterCount(): number {
    return this.model.parameterCount;
  }

  /** Whether there is anything to evaluate on. */
  get hasValidation(): boolean {
    return this.data.validation.length >= 2;
  }

  /**
   * One optimisation step.
   *
   * Throws UserError when the loss or the gradient is not finite; parameters, moments and `step` are then as before.
   *
   * @param progress share of the budget that is used, 0 to 1, for the learning rate's schedule
   */
  trainStep(progress: number): StepResult {
    const { batch, tokensPerStep, stepsPerEpoch } = this.batches;
    const { inputs, targets, first } = this.batches.at(this.step);
    const rate = learningRate(this.recipe.training, progress);
    if (first) this.replaceState(this.model.zeroState(batch));
    const { loss, norms } = scoped(() => this.update(inputs, targets, rate));
    this.step++;
    const { clip } = this.recipe.training;
    return {
      loss,
      gradientNorm: norms.global,
      groupNorms: this.groupNorms(norms.each),
      clipRatio: clip > 0 && norms.global > clip ? clip / norms.global : 1,
      rate,
      tokens: tokensPerStep,
      epoch: this.step / stepsPerEpoch,
    };
  }

  /**
   * Loss and accuracy on the whole held-out part; see `evaluateInSlices` for the exact definition. Training is not
   * disturbed. Undefined when `shouldStop`, asked between slices, says so, or when nothing is held out.
   */
  evaluate(shouldStop: () => boolean = () => false): TokenEvaluation | undefined {
    if (!this.hasValidation) return undefined;
    const slices = this.evaluateInSlices();
    for (let slice = slices.next(); ; slice = slices.next()) {
      if (slice.done) return slice.value;
      if (shouldStop()) {
        slices.return(undefined as never); // disposes of its tensors
        return undefined;
      }
    }
  }

  /** The same, a slice of some tens of milliseconds at each `next()`; close it by `return()` to end it early. */
  evaluateInSlices(): Generator<void, TokenEvaluation> {
    return evaluateInSlices(this.model, this.data.validation);
  }

  evaluated(): void {
    // No schedule follows the held-out loss yet.
  }

  /** Writes on from a line end, or from the text's first token; random and recurrent state are its own. */
  *sampleInSlices(): Generator<string, void> {
    const { tokenizer, train } = this.data;
    const { sampleLength, temperature } = this.recipe.evaluation;
    if (!tokenizer || sampleLength === 0) return;
    const newline = tokenizer.encode('\n');
    const prompt = newline.includes(tokenizer.unknownId ?? -1) ? train.slice(0, 1) : newline;
    const forbidden = tokenizer.unknownId === undefined ? [] : [tokenizer.unknownId];
    const random = new Random(this.recipe.seed ^ Math.imul(this.step, 0x9e3779b1));
    const ids: number[] = [];
    let told = 0;
    for (const { id } of sampleTokens(this.model, prompt, { length: sampleLength, temperature, random, forbidden })) {
      ids.push(id);
      const text = tokenizer.decode(ids);
      yield text.slice(told);
      told = text.length;
    }
  }

  /**
   * The contents of a checkpoint, copied. "best" holds the weights; "last" holds all that an exact resume needs:
   * moments of the optimiser, recurrent state and, in the metadata, the number of steps and the random state.
   */
  checkpoint(kind: 'best' | 'last'): Checkpoint {
    const { parameters } = this.model;
    // "pt" says that names and layouts are PyTorch's.
    const metadata: Record<string, string> = { format: 'pt', kind, step: String(this.step) };
    const weights = weightTensors(parameters);
    if (kind === 'best') return { tensors: weights, metadata };
    metadata.random = JSON.stringify(this.random.state());
    const names = this.model.stateNames();
    const states = this.state.tensors.map((tensor, k) =>
      namedTensor(STATE_PREFIX + names[k], tensor.shape, tensor.dataSync()),
    );
    return { tensors: [...weights, ...momentTensors(parameters, this.adam.state()), ...states], metadata };
  }

  /**
   * Goes on exactly where the trainer was that made this "last" checkpoint, given the same recipe and data.
   * Throws UserError, and changes nothing, when the checkpoint is not one of such a trainer.
   */
  restore({ tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void {
    if (metadata.kind !== 'last') {
      throw new UserError('This checkpoint holds the weights only and cannot be resumed: choose the last checkpoint.');
    }
    const step = readStep(metadata);
    const moments = readMoments(this.model.parameters, tensors, step);
    const shape: [number, number] = [this.batches.batch, this.model.shape.hidden];
    const values = this.model.stateNames().map((name) => floatTensor(tensors, STATE_PREFIX + name, shape));
    const random = readRandomState(metadata);
    new Random(0).restore(random); // throws before anything is changed
    loadWeights(this.model, tensors);
    this.random.restore(random);
    this.adam.restore(moments);
    this.replaceState({ tensors: values.map((data) => tf.tensor2d(Float32Array.from(data), shape)) });
    this.step = step;
  }

  dispose(): void {
    this.model.dispose();
    this.adam.dispose();
    tf.dispose([this.rowWeights, this.state.tensors]);
  }

  /** Forward, backward and the optimiser's step; call it in a scope. inputs, targets: [T·B] time-major. */
  private update(inputs: Int32Array, targets: Int32Array, rate: number): { loss: number; norms: GradientNorms } {
    const ids = tf.tensor1d(inputs, 'int32');
    const labels = tf.tensor1d(targets, 'int32');
    const training = { random: this.random };
    let after: ModelState = { tensors: [] };
    const { value, grads } = tf.variableGrads(() => {
      const result = this.model.forward(ids, this.state, { training });
      after = result.state;
      after.tensors.forEach((tensor) => tf.keep(tensor));
      return softmaxCrossEntropy(result.logits, labels, this.rowWeights);
    }, this.variables);
    const loss = value.dataSync()[0];
    const norms = Number.isFinite(loss)
      ? this.adam.apply(
          this.variables.map(({ name }) => grads[name]),
          rate,
        )
      : { global: NaN, each: [] };
    if (!Number.isFinite(norms.global)) {
      tf.dispose(after.tensors);
      throw new UserError(
        `The loss is no longer a number at step ${this.step + 1}: lower training.rate or training.clip.`,
      );
    }
    this.replaceState(after);
    return { loss, norms };
  }

  private replaceState(state: ModelState): void {
    tf.dispose(this.state.tensors);
    this.state = state;
  }

  /** L2 norm of each group from those of its parameters. */
  private groupNorms(each: number[]): number[] {
    const squares = this.model.groups.map(() => 0);
    each.forEach((norm, k) => (squares[this.groupOf[k]] += norm * norm));
    return squares.map(Math.sqrt);
  }
}
