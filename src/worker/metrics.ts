import type { BaselineEvent, EvaluationEvent, FinalMetrics, RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';

/** Measures of a loss in nats a character. */
export function characterMetrics(loss: number): {
  validationLoss: number;
  perplexity: number;
  bitsPerCharacter: number;
} {
  return { validationLoss: loss, perplexity: Math.exp(loss), bitsPerCharacter: loss / Math.LN2 };
}

export type Best = NonNullable<RunRecord['best']>;

export function bestOf({ step, validationLoss, perplexity, bitsPerCharacter, accuracy }: EvaluationEvent): Best {
  return { step, validationLoss, perplexity, bitsPerCharacter, accuracy };
}

export function baselineOf(event: BaselineEvent): NonNullable<RunRecord['baseline']> {
  const { name, validationLoss, perplexity, bitsPerCharacter } = event;
  return { name, validationLoss, perplexity, bitsPerCharacter };
}

/** Metrics for the end of a run: those of its best checkpoint. */
export function finalMetrics(best: Best | undefined): FinalMetrics {
  if (!best) return {};
  const { validationLoss, perplexity, bitsPerCharacter, accuracy } = best;
  return { validationLoss, perplexity, bitsPerCharacter, accuracy };
}

/** What earlier sittings of a run achieved. */
export interface Standing {
  best: Best | undefined;
  baseline: RunRecord['baseline'];
  /** Evaluations since the best one. */
  withoutBetter: number;
  lastEvaluation: EvaluationEvent | undefined;
}

/** Reads the standing out of a log. */
export function standingOf(history: readonly RunEvent[]): Standing {
  const standing: Standing = { best: undefined, baseline: undefined, withoutBetter: 0, lastEvaluation: undefined };
  for (const event of history) {
    if (event.event === 'baseline') standing.baseline = baselineOf(event);
    if (event.event !== 'evaluation') continue;
    standing.lastEvaluation = event;
    standing.withoutBetter++;
    if (!event.best) continue;
    standing.best = bestOf(event);
    standing.withoutBetter = 0;
  }
  return standing;
}
