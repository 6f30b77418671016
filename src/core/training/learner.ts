import type { NamedTensor } from '../runs/safetensors';

/** What one step of training did. */
export interface StepResult {
  /** Mean over the step's targets before the step: nats a token or an example, squared error for series. */
  loss: number;
  /** Global L2 norm of the gradient before clipping; missing where a step makes no gradient of the whole. */
  gradientNorm?: number;
  /** The same for each of the model's groups. */
  groupNorms?: number[];
  /** Factor that clipping multiplied the gradient with; 1 when it left it alone. */
  clipRatio?: number;
  rate: number;
  /** Tokens, or values of a series, that were read. */
  tokens: number;
  /** Passes over the training data after the step, a fraction. */
  epoch: number;
}

/** Figures of one class, fractions; 0 where nothing was there to divide by. */
export interface ClassFigures {
  label: string;
  precision: number;
  recall: number;
  f1: number;
  /** Held-out examples of the class. */
  count: number;
}

/** What a model reached on held-out data. */
export interface Evaluation {
  /** Mean over targets: nats, or squared error in units of the series' variance. */
  loss: number;
  /** Targets that were predicted. */
  tokens: number;
  /** Share of targets whose most probable prediction was right. */
  accuracy?: number;
  /** Mean of the classes' F1 (macro), or of all decisions (micro) for several labels at once, or of all entities. */
  f1?: number;
  /** Of entities: share of those found that are right, and share of those there that were found. */
  precision?: number;
  recall?: number;
  classes?: ClassFigures[];
  /** confusion[actual][predicted], counts, in the order of `classes`; of entities tokens, with one more for none. */
  confusion?: number[][];
  /** Root mean squared error in the series' own units. */
  rmse?: number;
  /** How the layers of a biLM are mixed that the model reads: shares of its characters and its layers, and their scale. */
  mix?: { weights: number[]; scale: number };
}

export interface Checkpoint {
  tensors: NamedTensor[];
  metadata: Record<string, string>;
}

/** What every kind of model does once it is made for a recipe and its data. It knows no files, threads or clock. */
interface Measurable {
  /** Whether there is anything to evaluate on. */
  readonly hasValidation: boolean;
  /**
   * Figures on the whole held-out part, a slice of some tens of milliseconds at each `next()`; close it by `return()` to
   * end it early. Training is not disturbed.
   */
  evaluateInSlices(): Generator<void, Evaluation>;
  /** Shows people what was learned in a few lines: a piece of text at each `next()`. Training is not disturbed. */
  sampleInSlices(): Generator<string, void>;
  dispose(): void;
}

/** A model that learns by gradient steps. All its numbers follow from recipe, data and the `progress` of each step. */
export interface Learner extends Measurable {
  readonly kind: 'steps';
  /** Names of the groups that gradient norms are shown for. */
  readonly groups: string[];
  /** Trainable numbers. */
  readonly parameterCount: number;
  /** Steps done. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Whether its newest state is what it is for, since nothing measures it: "best" is then written when a sitting ends. */
  readonly newestIsBest?: boolean;
  /**
   * One optimisation step. Throws UserError when loss or gradient is not finite; parameters, moments and `step` are then
   * as before.
   * @param progress share of the budget that is used, 0 to 1, for the learning rate's schedule
   */
  trainStep(progress: number): StepResult;
  /** Hears the held-out loss of each evaluation, for schedules that follow it. */
  evaluated(validationLoss: number): void;
  /** Copies: "best" holds the weights, "last" all that an exact resume needs. */
  checkpoint(kind: 'best' | 'last'): Checkpoint;
  /** Goes on from a "last" checkpoint of the same recipe and data. Throws UserError and changes nothing if it is not one. */
  restore(checkpoint: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> }): void;
}

/** A model that learns in one pass: counts, or a convex fit. */
export interface Counter extends Measurable {
  readonly kind: 'counts';
  /** For people: "6-gram, Kneser-Ney". */
  readonly name: string;
  /** Counts or weights that are kept; 0 before the fit. */
  readonly parameterCount: number;
  /** One sentence for each thing that a person should know after the fit. */
  readonly warnings?: string[];
  /** Learns, some milliseconds at each `next()`; yields the share that is done, 0 to 1. Throws UserError. */
  fitInSlices(): Generator<number, void>;
  /** The fitted model, all that answering needs. */
  checkpoint(): Checkpoint;
}

/** What a task made of a recipe and its data. */
export interface Prepared {
  model: Learner | Counter;
  /** Cheap classic models for the same data, to compare with; empty where the recipe wants none. */
  baselines: Counter[];
}
