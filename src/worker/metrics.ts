import type { TaskName } from '../core/recipe/schema';
import { hasSquaredError } from '../core/recipe/tasks';
import type { BaselineEvent, EvaluationEvent, FinalMetrics, Measures, RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { Tokenizer } from '../core/text/tokenizer';
import type { Evaluation } from '../core/training/learner';

/** What a loss is measured in. */
export interface Units {
  task: TaskName;
  /** Undefined where there are no tokens. */
  unit: Tokenizer['unit'] | undefined;
  /** Characters that the held-out tokens stand for; undefined when each token is one. */
  characters?: number;
}

/** Figures of an evaluation, in all the units that its task has. */
export function measuresOf(
  { loss, tokens, accuracy, f1, precision, recall, rmse }: Evaluation,
  units: Units,
): Measures {
  const measures: Measures = { validationLoss: loss };
  if (!hasSquaredError(units.task) && units.task !== 'multi-label') measures.perplexity = Math.exp(loss);
  const bits = bitsPerCharacter(loss, tokens, units);
  if (bits !== undefined) measures.bitsPerCharacter = bits;
  if (accuracy !== undefined) measures.accuracy = accuracy;
  if (f1 !== undefined) measures.f1 = f1;
  if (precision !== undefined) measures.precision = precision;
  if (recall !== undefined) measures.recall = recall;
  if (rmse !== undefined) measures.rmse = rmse;
  return measures;
}

/**
 * Nats of all tokens together, over the characters that they stand for: the unit in which models of characters, words
 * and pieces of words can be compared. Undefined where it has no meaning.
 */
function bitsPerCharacter(loss: number, tokens: number, { task, unit, characters }: Units): number | undefined {
  if (task !== 'language-model' && task !== 'label-to-sequence') return undefined;
  if (characters !== undefined) return characters > 0 ? (loss * tokens) / (characters * Math.LN2) : undefined;
  return unit === 'character' ? loss / Math.LN2 : undefined;
}

export type Best = NonNullable<RunRecord['best']>;
/** A loss that is clearly lower, as a share of the earlier one. */
const CLEARLY = 0.9;

/**
 * Whether figures are better than the best so far: by accuracy where texts get one label each, by their F1 where entities
 * are found, and by the loss elsewhere and among equals. A classifier's loss rises with its certainty long before its
 * answers get worse. A model that has not learned yet finds some entities by chance, and soon afterwards none: then a
 * clearly lower loss is better.
 */
export function isBetter(
  task: TaskName,
  { loss, accuracy, precision, f1 = 0 }: Evaluation,
  best: Best | undefined,
): boolean {
  if (Number.isNaN(loss)) return false;
  if (best && task === 'classification' && accuracy !== best.accuracy) return (accuracy ?? 0) > (best.accuracy ?? 0);
  const standing = best?.f1 ?? 0;
  if (best && f1 === 0 && loss < best.validationLoss * CLEARLY) return true;
  if (best && precision !== undefined && f1 !== standing) return f1 > standing;
  return loss < (best?.validationLoss ?? Infinity);
}

export type BaselineRecord = NonNullable<RunRecord['baseline']>;

export function bestOf(event: EvaluationEvent): Best {
  const { step, mixWeights, mixScale } = event;
  return { step, ...plainMeasures(event), ...(mixWeights && { mixWeights, mixScale }) };
}

export function baselineOf(event: BaselineEvent): BaselineRecord {
  const { name, seconds, parameters } = event;
  return { name, ...plainMeasures(event), seconds, parameters };
}

/** The best of several baselines, by what `isBetter` goes by. */
export function bestBaseline(task: TaskName, baselines: readonly BaselineRecord[]): BaselineRecord | undefined {
  const wrong = ({ accuracy = 0 }: BaselineRecord) => (task === 'classification' ? 1 - accuracy : 0);
  return baselines.toSorted((a, b) => wrong(a) - wrong(b) || a.validationLoss - b.validationLoss)[0];
}

/** Metrics for the end of a run: those of its best checkpoint. */
export function finalMetrics(best: Best | undefined): FinalMetrics {
  if (!best) return {};
  const { validationLoss, perplexity, bitsPerCharacter: bits, accuracy, f1, precision, recall, rmse } = best;
  return { validationLoss, perplexity, bitsPerCharacter: bits, accuracy, f1, precision, recall, rmse };
}

/** What earlier sittings of a run achieved. */
export interface Standing {
  best: Best | undefined;
  baselines: BaselineRecord[];
  /** Evaluations since the best one. */
  withoutBetter: number;
  lastEvaluation: EvaluationEvent | undefined;
  /** When it was last looked at: measured, or only shown to people where there is nothing to measure. */
  lastLook: { step: number; time: number } | undefined;
}

/** Reads the standing out of a log. */
export function standingOf(history: readonly RunEvent[]): Standing {
  const standing: Standing = {
    best: undefined,
    baselines: [],
    withoutBetter: 0,
    lastEvaluation: undefined,
    lastLook: undefined,
  };
  for (const event of history) {
    if (event.event === 'baseline') addBaseline(standing, baselineOf(event));
    if (event.event === 'evaluation' || event.event === 'sample') standing.lastLook = event;
    if (event.event !== 'evaluation') continue;
    standing.lastEvaluation = event;
    standing.withoutBetter++;
    if (!event.best) continue;
    standing.best = bestOf(event);
    standing.withoutBetter = 0;
  }
  return standing;
}

/** Adds a baseline, or replaces the one of the same name. */
export function addBaseline(standing: Standing, baseline: BaselineRecord): void {
  standing.baselines = [...standing.baselines.filter(({ name }) => name !== baseline.name), baseline];
}

function plainMeasures(measures: Measures): Measures {
  const { validationLoss, perplexity, bitsPerCharacter: bits, accuracy, f1, precision, recall, rmse } = measures;
  const all = { validationLoss, perplexity, bitsPerCharacter: bits, accuracy, f1, precision, recall, rmse };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Measures;
}
