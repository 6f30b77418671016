/**
 * What a training job tells the world. The worker appends each event to `metrics.jsonl` (one JSON object a line) and
 * sends it on; the editor, the dashboard and the command line read nothing else.
 * Losses are means over tokens in nats; `time` is seconds of training, pauses and earlier sittings' gaps left out.
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
}
export interface StepEvent {
  event: 'step';
  step: number;
  time: number;
  /** Passes over the training text so far, a fraction. */
  epoch: number;
  loss: number;
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: number;
  /** The same for each parameter group. */
  groupNorms: number[];
  /** Factor that clipping multiplied the gradient with: 1 when it left it alone. */
  clipRatio: number;
  rate: number;
  tokensPerSecond: number;
  /** Share of the budget that is used, 0 to 1. */
  progress: number;
  /** Seconds until the budget ends, as far as can be told. */
  secondsLeft: number;
}
export interface EvaluationEvent {
  event: 'evaluation';
  step: number;
  time: number;
  validationLoss: number;
  perplexity: number;
  /** Only for models of characters. */
  bitsPerCharacter?: number;
  /** Share of held-out tokens whose most probable prediction was right. */
  accuracy?: number;
  /** True when no earlier evaluation was better. */
  best: boolean;
}
export interface BaselineEvent {
  event: 'baseline';
  step: number;
  time: number;
  /** For people: "6-gram, Kneser-Ney". */
  name: string;
  validationLoss: number;
  perplexity: number;
  bitsPerCharacter?: number;
  /** Seconds that counting and measuring took. */
  seconds: number;
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
  | StepEvent
  | EvaluationEvent
  | BaselineEvent
  | SampleEvent
  | CheckpointEvent
  | PausedEvent
  | WarningEvent
  | FinishedEvent;
