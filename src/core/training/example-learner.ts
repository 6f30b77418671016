import type * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { BucketBatches } from '../text/bucket-batches';
import { readRandomState, readStep } from './checkpoint';
import type { Checkpoint, Evaluation, Learner, StepResult } from './learner';
import { learningRate } from './schedule';
import { WeightUpdate, type Trainable } from './weight-update';

/** What a task adds to learning from examples, one batch a step. */
export interface ExampleTask {
  readonly model: Trainable & { dispose(): void };
  /** Steps of each training example. */
  readonly lengths: Int32Array;
  readonly hasValidation: boolean;
  /** Mean loss of the training examples at `indices`; runs in a tidy. `random` draws what the step needs. */
  loss(indices: Int32Array, random: Random): tf.Scalar;
  evaluateInSlices(): Generator<void, Evaluation>;
  /** @param step steps done, so that each time something else can be shown */
  sampleInSlices(step: number): Generator<string, void>;
  dispose(): void;
}

/** Trains a model on examples in batches of similar length, in another order each epoch. */
export class ExampleLearner implements Learner {
  readonly kind = 'steps';
  private readonly batches: BucketBatches;
  private readonly update: WeightUpdate;

  /** @param random drew the model's first weights; draws dropout masks from now on */
  constructor(
    private readonly recipe: Recipe,
    private readonly task: ExampleTask,
    private readonly random: Random,
  ) {
    const { training, seed } = recipe;
    this.batches = new BucketBatches(task.lengths, Math.min(training.batch, task.lengths.length), seed);
    this.update = new WeightUpdate(task.model, training);
  }

  get groups(): string[] {
    return this.update.groups;
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
    return this.task.hasValidation;
  }

  trainStep(progress: number): StepResult {
    const { indices } = this.batches.at(this.step);
    const rate = learningRate(this.recipe.training, progress);
    const update = this.update.apply(() => this.task.loss(indices, this.random), rate);
    const tokens = indices.reduce((sum, index) => sum + this.task.lengths[index], 0);
    return { ...update, rate, tokens, epoch: this.step / this.stepsPerEpoch };
  }

  evaluated(): void {
    // The schedules so far follow the budget alone.
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    this.update.useMean(true);
    try {
      return yield* this.task.evaluateInSlices();
    } finally {
      this.update.useMean(false);
    }
  }

  *sampleInSlices(): Generator<string, void> {
    this.update.useMean(true);
    try {
      yield* this.task.sampleInSlices(this.step);
    } finally {
      this.update.useMean(false);
    }
  }

  checkpoint(kind: 'best' | 'last'): Checkpoint {
    const metadata: Record<string, string> = { format: 'pt', kind, step: String(this.step) };
    if (kind === 'best') return { tensors: this.update.weights({ mean: true }), metadata };
    metadata.random = JSON.stringify(this.random.state());
    return { tensors: [...this.update.weights({ mean: false }), ...this.update.memory()], metadata };
  }

  restore({ tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void {
    if (metadata.kind !== 'last') {
      throw new UserError('This checkpoint holds the weights only and cannot be resumed: choose the last checkpoint.');
    }
    const step = readStep(metadata);
    const random = readRandomState(metadata);
    new Random(0).restore(random); // throws before anything is changed
    this.update.restore(tensors, step);
    this.random.restore(random);
  }

  dispose(): void {
    this.update.dispose();
    this.task.dispose();
  }
}
