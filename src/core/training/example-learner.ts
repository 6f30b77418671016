import type * as tf from '@tensorflow/tfjs-core';
import { groupsOf } from '../layers/groups';
import type { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import { BucketBatches } from '../text/bucket-batches';
import { EndlessBatches } from '../text/endless-batches';
import type { Checkpoint, Evaluation, Learner, StepResult } from './learner';
import { WeightUpdate, type Trainable } from './weight-update';

/** What a task adds to learning from examples, one batch a step. */
export interface ExampleTask {
  readonly model: Omit<Trainable, 'groups' | 'groupOf'>;
  /** Steps of each training example; one number for all where there is no end of examples. */
  readonly lengths: Int32Array | number;
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
  readonly groups: string[];
  private readonly batches: BucketBatches | EndlessBatches;
  private readonly update: WeightUpdate;

  /** @param random drew the model's first weights; draws dropout masks from now on */
  constructor(
    { training, seed }: Recipe,
    private readonly task: ExampleTask,
    private readonly random: Random,
  ) {
    this.batches = batchesOf(task.lengths, training.batch, seed);
    const { model } = task;
    const { groups, groupOf } = groupsOf(model.parameters.filter(({ name }) => !model.frozen?.has(name)));
    this.groups = groups;
    const { parameters, frozen } = model;
    this.update = new WeightUpdate(
      { parameters, frozen, groups, groupOf, constrain: () => model.constrain?.() },
      training,
    );
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
    const update = this.update.learn(() => this.task.loss(indices, this.random), progress, this.random);
    const { lengths } = this.task;
    const lengthOf = (index: number): number => (typeof lengths === 'number' ? lengths : lengths[index]);
    const tokens = indices.reduce((sum, index) => sum + lengthOf(index), 0);
    return { ...update, tokens, epoch: this.step / this.stepsPerEpoch };
  }

  evaluated(validationLoss: number): void {
    this.update.evaluated(validationLoss);
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
    return this.update.checkpoint(kind, this.random);
  }

  restore(checkpoint: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void {
    this.update.restore(checkpoint, this.random);
  }

  dispose(): void {
    this.update.dispose();
    this.task.dispose();
  }
}

function batchesOf(lengths: Int32Array | number, batch: number, seed: number): BucketBatches | EndlessBatches {
  if (typeof lengths === 'number') return new EndlessBatches(batch);
  return new BucketBatches(lengths, Math.min(batch, lengths.length), seed);
}
