import type { FinishedEvent, RunEvent } from '../../core/runs/events';

/** How a live run stands: the few figures that the status bar shows. Losses in nats a token, times in seconds. */
export interface Progress {
  step: number;
  /** Share of the budget that is used, 0 to 1. */
  share: number;
  secondsLeft: number | undefined;
  /** Training loss, smoothed. */
  loss: number | undefined;
  tokensPerSecond: number;
  validationLoss: number | undefined;
  best: number | undefined;
  baseline: { name: string; loss: number } | undefined;
  paused: boolean;
  warnings: string[];
  finished: FinishedEvent | undefined;
}

/** Weight of the past in the smoothed loss. */
const MEMORY = 0.95;

export function noProgress(): Progress {
  return {
    step: 0,
    share: 0,
    secondsLeft: undefined,
    loss: undefined,
    tokensPerSecond: 0,
    validationLoss: undefined,
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
      return { ...progress, step: event.step };
    case 'step': {
      const { step, progress: share, secondsLeft, tokensPerSecond } = event;
      // The first losses fall so fast that a mean over the whole past would lag behind them.
      const memory = Math.min(MEMORY, step / (step + 10));
      const loss = progress.loss === undefined ? event.loss : memory * progress.loss + (1 - memory) * event.loss;
      return { ...progress, step, share, secondsLeft, tokensPerSecond, loss };
    }
    case 'evaluation':
      return {
        ...progress,
        validationLoss: event.validationLoss,
        best: event.best ? event.validationLoss : progress.best,
      };
    case 'baseline':
      return { ...progress, baseline: { name: event.name, loss: event.validationLoss } };
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
