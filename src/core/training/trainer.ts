import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { floatTensor, loadWeights, STATE_PREFIX } from '../models/checkpoint-model';
import { RecurrentLanguageModel, type ModelState } from '../models/language-model';
import { Adam, type GradientNorms } from '../ops/adam';
import { scoped } from '../ops/scope';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { StreamBatches } from '../text/stream-batches';
import { momentTensors, namedTensor, readMoments, readRandomState, readStep, weightTensors } from './checkpoint';
import { evaluateInSlices, type Evaluation } from './evaluation';
import { learningRate } from './schedule';

/** What one step of training did. */
export interface StepResult {
  /** Mean over the step's tokens before the step, nats. */
  loss: number;
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: number;
  /** The same for each of the model's groups. */
  groupNorms: number[];
  /** Factor that clipping multiplied the gradient with; 1 when it left it alone. */
  clipRatio: number;
  rate: number;
  tokens: number;
  /** Passes over the training text after the step, a fraction. */
  epoch: number;
}

/** Token ids of the two parts of a text, and the number of different tokens. */
export interface TrainingData {
  train: Int32Array;
  /** Fewer than two tokens: nothing is held out. */
  validation: Int32Array;
  vocabulary: number;
}

/**
 * Trains a language model by truncated backpropagation through time over contiguous streams with carried state, one
 * optimisation step at a time. It knows no files, no threads and no clock.
 *
 * All numbers follow from the recipe, the data and the `progress` of each step.
 */
export class Trainer {
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
    this.model = new RecurrentLanguageModel({ ...recipe.model, vocabulary: data.vocabulary }, this.random);
    this.variables = this.model.parameters.map(({ variable }) => variable);
    this.groupOf = this.model.parameters.map(({ name }) => this.model.groupOf(name));
    this.adam = new Adam(this.variables, recipe.training);
    this.rowWeights = tf.ones([batch * length]);
    this.state = this.model.zeroState(batch);
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
   * Throws UserError when the loss or the gradient is not finite, and Cancelled where the backend's kernels were cut short;
   * everything is then as before.
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
  evaluate(shouldStop: () => boolean = () => false): Evaluation | undefined {
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
  evaluateInSlices(): Generator<void, Evaluation> {
    return evaluateInSlices(this.model, this.data.validation);
  }

  /**
   * The contents of a checkpoint, copied. "best" holds the weights; "last" holds all that an exact resume needs:
   * moments of the optimiser, recurrent state and, in the metadata, the number of steps and the random state.
   */
  checkpoint(kind: 'best' | 'last'): { tensors: NamedTensor[]; metadata: Record<string, string> } {
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
  restore(tensors: Map<string, NamedTensor>, metadata: Record<string, string>): void {
    if (metadata.kind !== 'last') {
      throw new UserError('This checkpoint holds the weights only and cannot be resumed: choose the last checkpoint.');
    }
    const step = readStep(metadata);
    const moments = readMoments(this.model.parameters, tensors, step);
    const shape: [number, number] = [this.batches.batch, this.recipe.model.hidden];
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
    const random = this.random.state();
    let after: ModelState = { tensors: [] };
    try {
      const done = this.compute(ids, labels, rate, (state) => (after = state));
      this.replaceState(after);
      return done;
    } catch (error) {
      tf.dispose(after.tensors);
      this.random.restore(random);
      throw error;
    }
  }

  private compute(
    ids: tf.Tensor1D,
    labels: tf.Tensor1D,
    rate: number,
    keepState: (state: ModelState) => void,
  ): { loss: number; norms: GradientNorms } {
    const dropout = { rate: this.recipe.model.dropout, random: this.random };
    const { value, grads } = tf.variableGrads(() => {
      const result = this.model.forward(ids, this.state, { dropout });
      result.state.tensors.forEach((tensor) => tf.keep(tensor));
      keepState(result.state);
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
      throw new UserError(
        `The loss is no longer a number at step ${this.step + 1}: lower training.rate or training.clip.`,
      );
    }
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
