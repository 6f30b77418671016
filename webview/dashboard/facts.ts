import { formatClock, formatCount, formatDuration, formatValue, lossIn, percentBelow } from './format';
import type { Unit } from './settings';
import { shownStatus, type Run } from './state';
import { t } from './strings';

/** One number of the header with its name, and what puts it in place. */
export interface Fact {
  label: string;
  value: string;
  detail: string;
  /** How the value is meant to be taken. */
  tone?: 'good' | 'bad';
}

interface Measured {
  step: number;
  validationLoss: number;
}

/** The best evaluation that is known of a run: its own events know it sooner than its record. */
function bestOf(run: Run): Measured | undefined {
  const known = [run.series.best(), run.record.best].filter((one) => one !== undefined);
  return known.sort((a, b) => a.validationLoss - b.validationLoss)[0];
}

/** The best validation loss in the unit of the page, or a dash. */
export function bestText(run: Run, unit: Unit): string {
  const best = bestOf(run);
  const convert = lossIn(unit, run);
  return best && convert ? formatValue(convert(best.validationLoss)) : '–';
}

export interface Comparison {
  /** "18 % better than the 6-gram baseline" */
  sentence: string;
  /** "18 % better" */
  short: string;
  /** "than the 6-gram baseline" */
  rest: string;
  tone?: 'good' | 'bad';
}

/** How the best validation loss stands to the baseline, in loss (nats or bits alike); undefined while one is missing. */
export function againstBaseline(run: Run): Comparison | undefined {
  const best = bestOf(run);
  const baseline = run.series.baseline ?? run.record.baseline;
  if (!best || !baseline) return undefined;
  const percent = percentBelow(best.validationLoss, baseline.validationLoss);
  // "6-gram, Kneser-Ney" is "6-gram" in a sentence.
  const name = baseline.name.split(',')[0];
  const words = { name, percent: Math.abs(percent) };
  const say = (short: string, rest: string, tone?: 'good' | 'bad') => ({
    sentence: `${short} ${rest}`,
    short,
    rest,
    tone,
  });
  if (percent === 0) return say(t('compare.equal'), t('compare.asBaseline', words));
  if (percent > 0) return say(t('compare.better', words), t('compare.thanBaseline', words), 'good');
  // While it learns a model has not lost yet; only a run that has ended is coloured as worse.
  const ended = run.record.status !== 'running' && run.record.status !== 'paused';
  return say(t('compare.worse', words), t('compare.thanBaseline', words), ended ? 'bad' : undefined);
}

/** Share of the budget that is used, 0 to 1. */
export function progressOf(run: Run): number {
  if (run.record.status === 'done') return 1;
  return Math.min(1, Math.max(0, run.series.last?.progress ?? 0));
}

/** Whether the run still has a future in this window. */
export function isOpen(run: Run): boolean {
  return run.live && (run.record.status === 'running' || run.record.status === 'paused');
}

/** The numbers of the header, the most telling first. */
export function headerFacts(run: Run, unit: Unit): Fact[] {
  return [lossFact(run, unit), baselineFact(run, unit), timeFact(run), stepFact(run), speedFact(run)];
}

function lossFact(run: Run, unit: Unit): Fact {
  const labels = { nats: 'header.loss', perplexity: 'header.perplexity', bits: 'header.bits' } as const;
  const best = bestOf(run);
  const detail = best ? t('header.atStep', { step: formatCount(best.step) }) : t('header.noEvaluation');
  return { label: t(labels[unit]), value: bestText(run, unit), detail };
}

function baselineFact(run: Run, unit: Unit): Fact {
  const label = t('header.againstBaseline');
  const comparison = againstBaseline(run);
  const baseline = run.series.baseline ?? run.record.baseline;
  const convert = lossIn(unit, run);
  const measured = baseline && convert ? formatValue(convert(baseline.validationLoss)) : undefined;
  if (measured === undefined) return { label, value: '–', detail: t('header.baselinePending') };
  if (!comparison) return { label, value: '–', detail: `${baseline?.name}: ${measured}` };
  return { label, value: comparison.short, detail: `${comparison.rest} (${measured})`, tone: comparison.tone };
}

function timeFact(run: Run): Fact {
  const took = run.series.last?.time ?? run.record.time;
  if (!isOpen(run)) return { label: t('header.took'), value: formatDuration(took), detail: '' };
  const left = run.series.last?.secondsLeft;
  const value = left !== undefined && Number.isFinite(left) ? formatClock(left) : '–';
  return { label: t('header.left'), value, detail: `${t('header.took')} ${formatClock(took)}` };
}

function stepFact(run: Run): Fact {
  const last = run.series.last;
  const epoch = last ? t('header.epoch', { epoch: formatValue(last.epoch) }) : '';
  return { label: t('header.step'), value: formatCount(last?.step ?? run.record.step), detail: epoch };
}

/** Mean of the latest steps, so that the number can be read while it changes. */
function speedFact(run: Run): Fact {
  const speeds = run.series.values.tokensPerSecond.values.slice(-20).filter(Number.isFinite);
  const mean = speeds.reduce((sum, one) => sum + one, 0) / speeds.length;
  const perCharacter = run.record.recipe.tokens.unit === 'character';
  return {
    label: t('header.speed'),
    value: speeds.length > 0 ? formatCount(Number(mean.toPrecision(3))) : '–',
    detail: t(perCharacter ? 'header.charactersPerSecond' : 'header.tokensPerSecond'),
  };
}

/** One sentence on how the run stands, for a screen reader. */
export function spokenSummary(run: Run, unit: Unit): string {
  const status = t(`status.${shownStatus(run)}`);
  const { name } = run.record;
  const last = run.series.last;
  if (!last || !isOpen(run)) return t('live.status', { name, status });
  const convert = lossIn(unit, run);
  const loss = formatValue(convert?.(last.loss));
  return t('live.step', { name, status, step: formatCount(last.step), percent: Math.floor(last.progress * 100), loss });
}

/** One sentence on the latest evaluation. */
export function spokenEvaluation(run: Run, unit: Unit): string {
  const event = run.series.evaluations.at(-1);
  const convert = lossIn(unit, run);
  if (!event || !convert) return '';
  const value = `${t(`unit.${unit}`)} ${formatValue(convert(event.validationLoss))}`;
  const sentence = t('live.evaluation', { name: run.record.name, value, step: formatCount(event.step) });
  const comparison = againstBaseline(run);
  return comparison ? `${sentence} ${comparison.sentence}.` : sentence;
}

/** One sentence on how the run ended. */
export function spokenFinish(run: Run, unit: Unit): string {
  const { finished } = run.series;
  if (!finished) return '';
  const status = t(`status.${finished.reason}`);
  const step = formatCount(finished.step);
  const sentence = t('live.finished', { name: run.record.name, status, step, value: bestText(run, unit) });
  const comparison = againstBaseline(run);
  return [sentence, finished.message, comparison && `${comparison.sentence}.`].filter(Boolean).join(' ');
}
