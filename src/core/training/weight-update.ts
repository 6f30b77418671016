import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { groupName } from '../layers/groups';
import type { NamedVariable } from '../layers/parameters';
import { floatTensor, loadWeights, OPTIMIZER_PREFIX } from '../models/checkpoint-model';
import { createOptimiser, type Optimiser, type OptimiserState } from '../ops/optimiser';
import { scoped } from '../ops/scope';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { namedTensor, weightTensors } from './checkpoint';

/** What training changes. */
export interface Trainable {
  readonly parameters: NamedVariable[];
  /** Names of parameters that stay as they are. */
  readonly frozen?: ReadonlySet<string>;
  /** Puts weights back within their limits after a step. */
  constrain?(): void;
}

/** What one change of the weights was; see StepResult. */
export interface Update {
  loss: number;
  gradientNorm: number;
  groupNorms: number[];
  clipRatio: number;
}

/** Moves the weights of any model along the gradient of a loss, and remembers what its optimiser must. */
export class WeightUpdate {
  /** Steps done. */
  step = 0;
  private readonly trained: NamedVariable[];
  /** Names of the groups that gradient norms are shown for. */
  readonly groups: string[];
  private readonly groupOf: number[];
  private readonly optimiser: Optimiser;
  private usesMean = false;

  constructor(
    private readonly model: Trainable,
    private readonly training: Recipe['training'],
  ) {
    this.trained = model.parameters.filter(({ name }) => !model.frozen?.has(name));
    const names = this.trained.map(({ name }) => groupName(name));
    this.groups = [...new Set(names)];
    this.groupOf = names.map((name) => this.groups.indexOf(name));
    this.optimiser = createOptimiser(
      this.trained.map(({ variable }) => variable),
      training,
    );
  }

  /** Trainable numbers. */
  get parameterCount(): number {
    return this.trained.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /**
   * One step along the gradient of `loss`, which runs in a tidy. Throws UserError, and changes nothing, when loss or
   * gradient is not finite.
   */
  apply(loss: () => tf.Scalar, rate: number): Update {
    const variables = this.trained.map(({ variable }) => variable);
    const update = scoped(() => {
      const { value, grads } = tf.variableGrads(loss, variables);
      const mean = value.dataSync()[0];
      if (!Number.isFinite(mean)) return undefined;
      const gradients = variables.map(({ name }) => grads[name]);
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
    const { clip } = this.training;
    return {
      loss: update.mean,
      gradientNorm: global,
      groupNorms: this.groupNorms(each),
      clipRatio: clip > 0 && global > clip ? clip / global : 1,
    };
  }

  /** Puts the mean of the weights over the steps in their place, where the optimiser keeps one, and takes it out again. */
  useMean(use: boolean): void {
    if (use === this.usesMean) return;
    this.optimiser.average?.swap();
    this.usesMean = use;
  }

  /** Copies of all parameters, the frozen ones too: their means over the steps where the optimiser keeps them, or not. */
  weights({ mean }: { mean: boolean }): NamedTensor[] {
    return this.with(mean, () => weightTensors(this.model.parameters));
  }

  /** What the optimiser remembers: "optimizer.<slot>.<parameter>". */
  memory(): NamedTensor[] {
    const { slots } = this.with(false, () => this.optimiser.state());
    return Object.entries(slots).flatMap(([slot, values]) =>
      this.trained.map(({ name, variable }, k) =>
        namedTensor(`${OPTIMIZER_PREFIX}${slot}.${name}`, variable.shape, values[k]),
      ),
    );
  }

  /** Takes over weights and memory after `step` steps. Throws UserError and changes nothing if something is missing. */
  restore(tensors: Map<string, NamedTensor>, step: number): void {
    const slots: OptimiserState['slots'] = {};
    for (const slot of Object.keys(this.optimiser.state().slots)) {
      slots[slot] = this.trained.map(({ name, variable }) =>
        floatTensor(tensors, `${OPTIMIZER_PREFIX}${slot}.${name}`, variable.shape),
      );
    }
    loadWeights(this.model, tensors);
    this.optimiser.restore({ step, slots });
    this.step = step;
  }

  dispose(): void {
    this.optimiser.dispose();
  }

  private with<T>(mean: boolean, work: () => T): T {
    const before = this.usesMean;
    this.useMean(mean);
    const answer = work();
    this.useMean(before);
    return answer;
  }

  /** L2 norm of each group from those of its parameters. */
  private groupNorms(each: number[]): number[] {
    const squares = this.groups.map(() => 0);
    each.forEach((norm, k) => (squares[this.groupOf[k]] += norm * norm));
    return squares.map(Math.sqrt);
  }
}
