import type { TaskName } from '../../core/recipe/schema';
import type { FinishedEvent, Measures, RunEvent } from '../../core/runs/events';
import { isBetter, type SomeMeasures } from './measures';

/** How a live run stands: the few figures that the status bar shows. Losses in nats a token, times in seconds. */
export interface Progress {
  task: TaskName;
  /** Whether the model learns in steps or in one pass. */
  kind: 'steps' | 'counts';
  step: number;
  /** Share of the budget that is used, 0 to 1. */
  share: number;
  secondsLeft: number | undefined;
  /** Training loss, smoothed. */
  loss: number | undefined;
  tokensPerSecond: number;
  /** The last evaluation, and the one that the kept model has. */
  measured: SomeMeasures | undefined;
  best: SomeMeasures | undefined;
  /** The baseline that is hardest to beat. */
  baseline: ({ name: string } & Measures) | undefined;
  paused: boolean;
  warnings: string[];
  finished: FinishedEvent | undefined;
}

/** Weight of the past in the smoothed loss. */
const MEMORY = 0.95;

export function noProgress(): Progress {
  return {
    task: 'language-model',
    kind: 'steps',
    step: 0,
    share: 0,
    secondsLeft: undefined,
    loss: undefined,
    tokensPerSecond: 0,
    measured: undefined,
    best: undefined,
    baseline: undefined,
    paused: false,
    warnings: [],
    finished: undefined,
  };
}

/** The progress after one more event; the given one is not changed. */
export function advance(progress: Progress, event: RunEvent): Progress {
  switch (event.event) {
    case 'started':
      return {
        ...progress,
        step: event.step,
        kind: event.kind ?? 'steps',
        task: taskOf(event.task) ?? progress.task,
      };
    case 'progress':
      return { ...progress, share: event.progress, secondsLeft: event.secondsLeft };
    case 'step': {
      const { step, progress: share, secondsLeft, tokensPerSecond } = event;
      // The first losses fall so fast that a mean over the whole past would lag behind them.
      const memory = Math.min(MEMORY, step / (step + 10));
      const loss = progress.loss === undefined ? event.loss : memory * progress.loss + (1 - memory) * event.loss;
      return { ...progress, step, share, secondsLeft, tokensPerSecond, loss };
    }
    case 'evaluation':
      return { ...progress, measured: event, best: event.best ? event : progress.best };
    case 'baseline':
      return isBetter(progress.task, event, progress.baseline) ? { ...progress, baseline: event } : progress;
    case 'paused':
    case 'continued':
      return { ...progress, paused: event.event === 'paused' };
    case 'warning':
      return { ...progress, warnings: [...progress.warnings, event.message] };
    case 'finished':
      return { ...progress, step: event.step, finished: event };
    default:
      return progress;
  }
}

/** Logs name the task as text. */
function taskOf(name: string | undefined): TaskName | undefined {
  return TASKS.find((task) => task === name);
}

/** As an object, so that a task which is missing is an error. */
const KNOWN: Record<TaskName, true> = {
  'language-model': true,
  classification: true,
  'multi-label': true,
  'label-to-sequence': true,
  series: true,
  tagging: true,
  embeddings: true,
  contextual: true,
  'adding-problem': true,
  'copy-memory': true,
};
const TASKS = Object.keys(KNOWN) as TaskName[];
