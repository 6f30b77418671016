import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import type { NamedVariable } from '../layers/parameters';
import { floatTensor, loadWeights, OPTIMIZER_PREFIX } from '../models/checkpoint-model';
import { createOptimiser, type Optimiser, type OptimiserState } from '../ops/optimiser';
import { scoped } from '../ops/scope';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { namedTensor, readRandomState, readStep, readUpdateState, weightTensors, type UpdateState } from './checkpoint';
import type { Checkpoint } from './learner';
import { SpectralPenalty, withWeightNoise } from './regularisers';
import { Schedule } from './schedule';

/** What training changes. */
export interface Trainable {
  readonly parameters: NamedVariable[];
  /** Names of parameters that stay as they are. */
  readonly frozen?: ReadonlySet<string>;
  readonly groups: string[];
  groupOf(parameterName: string): number;
  /** Puts weights back within their limits after a step. */
  constrain?(): void;
}

/** What one change of the weights was; see StepResult. */
export interface Update {
  loss: number;
  gradientNorm: number;
  groupNorms: number[];
  clipRatio: number;
  rate: number;
}

/** Share of the budget after which averaged SGD begins its mean at the latest. */
const MEAN_FROM = 0.5;

/**
 * Moves the weights of any model along the gradient of a loss: the schedule's rate, weight noise, the spectral penalty,
 * clipping, the optimiser's step and the mean of the weights.
 *
 * Averaged SGD begins its mean with the first evaluation that is no better than all before (as NT-ASGD does: Merity et
 * al., 2018), or at half the budget; until then the weights themselves count.
 */
export class WeightUpdate {
  /** Steps done. */
  step = 0;
  private readonly trained: NamedVariable[];
  private readonly variables: tf.Variable[];
  private readonly groupOf: number[];
  private readonly optimiser: Optimiser;
  private readonly schedule: Schedule;
  private readonly penalty: SpectralPenalty;
  /** Whether the mean of the weights has begun. */
  private averaging = false;
  private usesMean = false;

  constructor(
    private readonly model: Trainable,
    private readonly training: Recipe['training'],
  ) {
    this.trained = model.parameters.filter(({ name }) => !model.frozen?.has(name));
    this.variables = this.trained.map(({ variable }) => variable);
    this.groupOf = this.trained.map(({ name }) => model.groupOf(name));
    this.optimiser = createOptimiser(this.variables, training);
    this.schedule = new Schedule(training);
    this.penalty = new SpectralPenalty(this.trained, training.spectralPenalty);
  }

  /** Trainable numbers. */
  get parameterCount(): number {
    return this.trained.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /**
   * One step along the gradient of `loss`, which runs in a tidy. Penalties change the gradient and are not part of the
   * loss that is returned. Throws UserError when loss or gradient is not finite, and Cancelled where the backend's kernels
   * were cut short; weights and `random` are then as before.
   *
   * @param progress share of the budget that is used, 0 to 1
   * @param random draws weight noise, and what `loss` draws from it
   */
  learn(loss: () => tf.Scalar, progress: number, random: Random): Update {
    const words = random.state();
    try {
      return this.take(loss, progress, random);
    } catch (error) {
      random.restore(words);
      throw error;
    }
  }

  private take(loss: () => tf.Scalar, progress: number, random: Random): Update {
    if (progress >= MEAN_FROM) this.beginMean();
    const rate = this.schedule.rate(progress);
    const { weightNoise, clip } = this.training;
    const update = scoped(() => {
      const { value, grads } = withWeightNoise(this.variables, weightNoise, random, () =>
        tf.variableGrads(loss, this.variables),
      );
      const mean = value.dataSync()[0];
      if (!Number.isFinite(mean)) return undefined;
      const gradients = this.penalty.addTo(this.variables.map(({ name }) => grads[name]));
      return { mean, norms: this.optimiser.apply(gradients, rate) };
    });
    if (!update || !Number.isFinite(update.norms.global)) {
      throw new UserError(
        `The loss is no longer a number at step ${this.step + 1}: lower training.rate or training.clip.`,
      );
    }
    this.model.constrain?.();
    this.step++;
    const { global, each } = update.norms;
    return {
      loss: update.mean,
      gradientNorm: global,
      groupNorms: this.groupNorms(each),
      clipRatio: clip > 0 && global > clip ? clip / global : 1,
      rate,
    };
  }

  /** Hears the held-out loss of an evaluation: "plateau" and averaged SGD follow it. */
  evaluated(loss: number): void {
    if (!this.schedule.evaluated(loss)) this.beginMean();
  }

  /** Puts the mean of the weights over the steps in their place, where the optimiser keeps one, and takes it out again. */
  useMean(use: boolean): void {
    const wanted = use && this.averaging;
    if (wanted === this.usesMean) return;
    this.optimiser.average?.swap();
    this.usesMean = wanted;
  }

  /**
   * Copies: "best" holds the weights, their mean where there is one; "last" all that an exact resume needs: the weights,
   * what the optimiser remembers as "optimizer.<slot>.<parameter>" and, in the metadata, steps, schedule and random state.
   */
  checkpoint(kind: 'best' | 'last', random: Random): Checkpoint {
    // "pt" says that names and layouts are PyTorch's.
    const metadata: Record<string, string> = { format: 'pt', kind, step: String(this.step) };
    const before = this.usesMean;
    this.useMean(kind === 'best');
    const weights = weightTensors(this.model.parameters);
    if (kind === 'best') {
      this.useMean(before);
      return { tensors: weights, metadata };
    }
    const { slots, averageFrom = 0 } = this.optimiser.state();
    this.useMean(before);
    metadata.random = JSON.stringify(random.state());
    const state: UpdateState = {
      schedule: this.schedule.state(),
      averaging: this.averaging,
      averageFrom,
      spectral: this.penalty.state(),
    };
    metadata.update = JSON.stringify(state);
    const memory = Object.entries(slots).flatMap(([slot, values]) =>
      this.trained.map(({ name, variable }, k) =>
        namedTensor(`${OPTIMIZER_PREFIX}${slot}.${name}`, variable.shape, values[k]),
      ),
    );
    return { tensors: [...weights, ...memory], metadata };
  }

  /**
   * Goes on from a "last" checkpoint of the same recipe, and puts `random` back to where it was. Throws UserError, and
   * changes nothing, if something is missing.
   */
  restore(
    { tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> },
    random: Random,
  ): void {
    if (metadata.kind !== 'last') {
      throw new UserError('This checkpoint holds the weights only and cannot be resumed: choose the last checkpoint.');
    }
    const step = readStep(metadata);
    const state = readUpdateState(metadata, this.penalty);
    const slots: OptimiserState['slots'] = {};
    for (const slot of Object.keys(this.optimiser.state().slots)) {
      slots[slot] = this.trained.map(({ name, variable }) =>
        floatTensor(tensors, `${OPTIMIZER_PREFIX}${slot}.${name}`, variable.shape),
      );
    }
    const words = readRandomState(metadata);
    new Random(0).restore(words); // throws before anything is changed
    this.useMean(false);
    loadWeights(this.model, tensors);
    random.restore(words);
    this.optimiser.restore({ step, slots, averageFrom: state.averageFrom });
    this.schedule.restore(state.schedule);
    if (step > 0) this.penalty.restore(state.spectral);
    this.averaging = state.averaging;
    this.step = step;
  }

  dispose(): void {
    this.optimiser.dispose();
  }

  private beginMean(): void {
    if (this.averaging || !this.optimiser.average) return;
    this.optimiser.average.restart();
    this.averaging = true;
  }

  /** L2 norm of each group from those of its parameters. */
  private groupNorms(each: number[]): number[] {
    const squares = this.model.groups.map(() => 0);
    each.forEach((norm, k) => (squares[this.groupOf[k]] += norm * norm));
    return squares.map(Math.sqrt);
  }
}
