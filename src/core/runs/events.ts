import type { ClassFigures } from '../training/learner';

/**
 * What a training job tells the world. The worker appends each event to `metrics.jsonl` (one JSON object a line) and
 * sends it on; the editor, the dashboard and the command line read nothing else.
 * Losses are means over tokens or examples in nats, or squared errors of a series; `time` is seconds of training, pauses
 * and earlier sittings' gaps left out.
 */
export interface StartedEvent {
  event: 'started';
  step: number;
  time: number;
  /** True when an earlier run goes on from its last checkpoint. */
  resumed: boolean;
  /** Names of the parameter groups, in the order of `StepEvent.groupNorms`: "embedding", "rnn.0", "output". */
  groups: string[];
  /** The clip threshold, 0 when gradients are not clipped. */
  clip: number;
  /** Trainable numbers in the model. */
  parameters: number;
  /** Whether the model learns in steps or in one pass; missing in old logs, which have steps. */
  kind?: 'steps' | 'counts';
  /** What is learned, as in the recipe. */
  task?: string;
  /** What one token is, where there are tokens. */
  unit?: 'character' | 'grapheme' | 'word' | 'bpe';
}
/** How far a model is that learns in one pass. Sent while it lasts, not logged: when it comes depends on the clock. */
export interface ProgressEvent {
  event: 'progress';
  step: number;
  time: number;
  /** Share that is done, 0 to 1. */
  progress: number;
  secondsLeft: number;
}
export interface StepEvent {
  event: 'step';
  step: number;
  time: number;
  /** Passes over the training text so far, a fraction. */
  epoch: number;
  loss: number;
  /** Global L2 norm of the gradient before clipping; missing where a step makes no gradient of the whole. */
  gradientNorm?: number;
  /** The same for each parameter group. */
  groupNorms?: number[];
  /** Factor that clipping multiplied the gradient with: 1 when it left it alone. */
  clipRatio?: number;
  rate: number;
  tokensPerSecond: number;
  /** Share of the budget that is used, 0 to 1. */
  progress: number;
  /** Seconds until the budget ends, as far as can be told. */
  secondsLeft: number;
}
/** Figures on held-out data. What a task does not have is missing. */
export interface Measures {
  validationLoss: number;
  /** Of the next token, or of the class. */
  perplexity?: number;
  /** Of text, whatever a token is: nats of all held-out tokens / (their characters · ln 2). */
  bitsPerCharacter?: number;
  /** Share of held-out targets whose most probable prediction was right. */
  accuracy?: number;
  /** Mean of the classes' F1, or of all decisions where an example has several labels, or of all entities. */
  f1?: number;
  /** Of entities: share of those found that are right, and share of those there that were found. */
  precision?: number;
  recall?: number;
  /** Root mean squared error in a series' own units. */
  rmse?: number;
}
/** The same class by class. */
export interface ClassMeasures {
  classes?: ClassFigures[];
  /** confusion[actual][predicted], counts, in the order of `classes`; of entities tokens, with one more for none. */
  confusion?: number[][];
}
export interface EvaluationEvent extends Measures, ClassMeasures {
  event: 'evaluation';
  step: number;
  time: number;
  /** True when no earlier evaluation was better. */
  best: boolean;
  /**
   * Where the model reads a biLM: shares of its characters and of each of its layers in the mix, and what that is
   * multiplied with.
   */
  mixWeights?: number[];
  mixScale?: number;
}
export interface BaselineEvent extends Measures, ClassMeasures {
  event: 'baseline';
  step: number;
  time: number;
  /** For people: "6-gram, Kneser-Ney". */
  name: string;
  /** Seconds that counting and measuring took. */
  seconds: number;
  /** Counts or weights that it keeps. */
  parameters?: number;
}
export interface SampleEvent {
  event: 'sample';
  step: number;
  time: number;
  text: string;
  temperature: number;
}
export interface CheckpointEvent {
  event: 'checkpoint';
  step: number;
  time: number;
  kind: 'best' | 'last';
}
export interface PausedEvent {
  event: 'paused' | 'continued';
  step: number;
  time: number;
}
export interface WarningEvent {
  event: 'warning';
  step: number;
  time: number;
  message: string;
}
export type FinishReason = 'done' | 'stopped' | 'early' | 'failed';
export interface FinalMetrics {
  validationLoss?: number;
  perplexity?: number;
  bitsPerCharacter?: number;
  accuracy?: number;
  f1?: number;
  precision?: number;
  recall?: number;
  rmse?: number;
}
export interface FinishedEvent {
  event: 'finished';
  step: number;
  time: number;
  reason: FinishReason;
  /** One sentence for people when the reason is "failed". */
  message?: string;
  /** Metrics of the best checkpoint. */
  metrics: FinalMetrics;
  bestStep?: number;
}
export type RunEvent =
  | StartedEvent
  | ProgressEvent
  | StepEvent
  | EvaluationEvent
  | BaselineEvent
  | SampleEvent
  | CheckpointEvent
  | PausedEvent
  | WarningEvent
  | FinishedEvent;
