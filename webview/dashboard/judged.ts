import type { Measures } from '../../src/core/runs/events';
import { formatValue, lossIn } from './format';
import type { Unit } from './settings';
import type { Run } from './state';
import { t } from './strings';

type SomeMeasures = Partial<Measures>;

/** What the model of a run is judged by. */
export interface Judgement {
  /** "Best validation", "Accuracy". */
  title: string;
  /** The same inside a sentence: "nats", "accuracy". */
  word: string;
  /** Undefined where it was not measured, or does not exist in the unit of the page. */
  value: (measures: SomeMeasures) => number | undefined;
  text: (value: number) => string;
  /** How much better (below 0: worse) the first is than the second: per cent, or points of shares. */
  gain: (value: number, reference: number) => number;
  better: 'compare.better' | 'compare.pointsBetter';
  worse: 'compare.worse' | 'compare.pointsWorse';
}

const relative = { better: 'compare.better', worse: 'compare.worse' } as const;
const points = { better: 'compare.pointsBetter', worse: 'compare.pointsWorse' } as const;

/** Share by which `loss` is below `reference`, as whole per cent; negative when it is above. */
function percentBelow(loss: number, reference: number): number {
  return Math.round((1 - loss / reference) * 100);
}

/**
 * Classifiers and taggers are judged by what they get right, series by their error, all others by the loss in the unit
 * of the page.
 */
export function judgementOf(run: Run, unit: Unit): Judgement {
  switch (run.record.recipe.task) {
    case 'classification':
      return shareOf('accuracy');
    case 'multi-label':
    case 'tagging':
      return shareOf('f1');
    case 'series':
      return {
        title: t('header.rmse'),
        word: t('worth.rmse'),
        value: ({ rmse }) => rmse,
        text: formatValue,
        gain: percentBelow,
        ...relative,
      };
    default:
      return lossJudgement(run, unit);
  }
}

function shareOf(measure: 'accuracy' | 'f1'): Judgement {
  return {
    title: t(`key.${measure}`),
    word: t(`key.${measure}`),
    value: (measures) => measures[measure],
    text: (value) => `${(value * 100).toFixed(1)} %`,
    gain: (value, reference) => Math.round((value - reference) * 1000) / 10,
    ...points,
  };
}

function lossJudgement(run: Run, unit: Unit): Judgement {
  const titles = { nats: 'header.loss', perplexity: 'header.perplexity', bits: 'header.bits' } as const;
  const convert = lossIn(unit, run);
  return {
    title: t(titles[unit]),
    word: t(`unit.${unit}`),
    value: ({ validationLoss }) => (validationLoss === undefined ? undefined : convert?.(validationLoss)),
    text: formatValue,
    // In loss, whatever the unit: nats and bits alike.
    gain: (value, reference) => percentBelow(inNats(value, unit), inNats(reference, unit)),
    ...relative,
  };
}

function inNats(value: number, unit: Unit): number {
  return unit === 'perplexity' ? Math.log(value) : value;
}
