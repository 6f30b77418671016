import type { Measures } from '../../src/core/runs/events';
import { formatClock, formatCount, formatDuration, formatValue, lossIn } from './format';
import { judgementOf, type Judgement } from './judged';
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

interface Measured extends Measures {
  step: number;
}

/** The evaluation of the model that is kept: a run's own events know it sooner than its record. */
function bestOf(run: Run): Measured | undefined {
  const known: Measured[] = [run.series.best(), run.record.best].filter((one) => one !== undefined);
  return known.sort((a, b) => a.validationLoss - b.validationLoss)[0];
}

/** What the best model is judged by, as text, or a dash. */
export function bestText(run: Run, unit: Unit): string {
  const best = bestOf(run);
  const { value, text } = judgementOf(run, unit);
  const measured = best && value(best);
  return measured === undefined ? '–' : text(measured);
}

/** The baseline that is hardest to beat in what the run is judged by. */
function hardestBaseline(
  { series, record }: Run,
  { value, gain }: Judgement,
): (Measures & { name: string }) | undefined {
  const told = series.baselines.length > 0 ? series.baselines : (record.baselines ?? []);
  const known = told.length > 0 ? told : record.baseline ? [record.baseline] : [];
  let [hardest] = known;
  for (const one of known) {
    const [mine, standing] = [value(one), value(hardest)];
    if (mine !== undefined && (standing === undefined || gain(mine, standing) > 0)) hardest = one;
  }
  return hardest;
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

/** How the best model stands to the hardest baseline in what the run is judged by; undefined while one is missing. */
export function againstBaseline(run: Run, unit: Unit = 'nats'): Comparison | undefined {
  // Of a unit that does not apply, the loss itself still compares.
  const wanted = judgementOf(run, unit);
  const best = bestOf(run);
  const judgement = best && wanted.value(best) === undefined ? judgementOf(run, 'nats') : wanted;
  const baseline = hardestBaseline(run, judgement);
  const value = best && judgement.value(best);
  const reference = baseline && judgement.value(baseline);
  if (!baseline || value === undefined || reference === undefined) return undefined;
  const gain = judgement.gain(value, reference);
  // "6-gram, Kneser-Ney" is "6-gram" in a sentence.
  const words = { name: baseline.name.split(',')[0], gain: Math.abs(gain) };
  const say = (short: string, rest: string, tone?: 'good' | 'bad') => ({
    sentence: `${short} ${rest}`,
    short,
    rest,
    tone,
  });
  if (gain === 0) return say(t('compare.equal'), t('compare.asBaseline', words));
  if (gain > 0) return say(t(judgement.better, words), t('compare.thanBaseline', words), 'good');
  // While it learns a model has not lost yet; only a run that has ended is coloured as worse.
  const ended = run.record.status !== 'running' && run.record.status !== 'paused';
  return say(t(judgement.worse, words), t('compare.thanBaseline', words), ended ? 'bad' : undefined);
}

/** Share of the budget that is used, 0 to 1. */
export function progressOf(run: Run): number {
  if (run.record.status === 'done') return 1;
  return Math.min(1, Math.max(0, standingOf(run)?.progress ?? 0));
}

/** Whether the run still has a future in this window. */
export function isOpen(run: Run): boolean {
  return run.live && (run.record.status === 'running' || run.record.status === 'paused');
}

/** The numbers of the header, the most telling first. A model that learns in one pass has no steps and no speed. */
export function headerFacts(run: Run, unit: Unit): Fact[] {
  const { task } = run.record.recipe;
  const judged = task === 'embeddings' ? [vectorsFact(run)] : [bestFact(run, unit), baselineFact(run, unit)];
  const facts = [...judged, timeFact(run)];
  return isCounter(run) ? facts : [...facts, stepFact(run), speedFact(run)];
}

/** Whether the model learns in one pass, as far as the run has told. */
export function isCounter({ series }: Run): boolean {
  return series.kind === 'counts';
}

/** The latest word on how far the run is. */
function standingOf({ series }: Run) {
  return series.last ?? series.progress;
}

function bestFact(run: Run, unit: Unit): Fact {
  const best = bestOf(run);
  const details: string[] = [];
  const isClassifier = run.record.recipe.task === 'classification';
  if (isClassifier && best?.f1 !== undefined) details.push(t('header.f1', { f1: formatValue(best.f1) }));
  if (!best) details.push(t('header.noEvaluation'));
  else if (!isCounter(run)) details.push(t('header.atStep', { step: formatCount(best.step) }));
  return { label: judgementOf(run, unit).title, value: bestText(run, unit), detail: details.join(', ') };
}

/** Word vectors are not measured: what counts is how many there are. */
function vectorsFact({ record: { data, recipe } }: Run): Fact {
  const size = 'dimension' in recipe.model ? recipe.model.dimension : 0;
  const value = data ? formatCount(data.vocabulary) : '–';
  return { label: t('header.words'), value, detail: t('header.vectorSize', { size }) };
}

function baselineFact(run: Run, unit: Unit): Fact {
  const label = t('header.againstBaseline');
  const judgement = judgementOf(run, unit);
  const comparison = againstBaseline(run, unit);
  const baseline = hardestBaseline(run, judgement);
  const value = baseline && judgement.value(baseline);
  if (value === undefined) {
    const known = comparison && { value: comparison.short, detail: comparison.rest, tone: comparison.tone };
    return { label, ...(known ?? { value: '–', detail: t('header.baselinePending') }) };
  }
  const measured = judgement.text(value);
  if (!comparison) return { label, value: '–', detail: `${baseline?.name}: ${measured}` };
  return { label, value: comparison.short, detail: `${comparison.rest} (${measured})`, tone: comparison.tone };
}

function timeFact(run: Run): Fact {
  const standing = standingOf(run);
  const took = standing?.time ?? run.record.time;
  if (!isOpen(run))
    return { label: t('header.took'), value: formatDuration(Math.max(took, run.record.time)), detail: '' };
  const left = standing?.secondsLeft;
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
  return {
    label: t('header.speed'),
    value: speeds.length > 0 ? formatCount(Number(mean.toPrecision(3))) : '–',
    detail: t(speedUnit(run)),
  };
}

function speedUnit({ record: { recipe } }: Run) {
  if (recipe.task === 'series') return 'header.rowsPerSecond';
  if (recipe.task === 'embeddings' || recipe.task === 'contextual') return 'header.wordsPerSecond';
  return recipe.tokens.unit === 'character' ? 'header.charactersPerSecond' : 'header.tokensPerSecond';
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
  const { word, value, text } = judgementOf(run, unit);
  const measured = event && value(event);
  if (!event || measured === undefined) return '';
  const words = { name: run.record.name, value: `${word} ${text(measured)}`, step: formatCount(event.step) };
  const sentence = t('live.evaluation', words);
  const comparison = againstBaseline(run, unit);
  return comparison ? `${sentence} ${comparison.sentence}.` : sentence;
}

/** One sentence on how the run ended. */
export function spokenFinish(run: Run, unit: Unit): string {
  const { finished } = run.series;
  if (!finished) return '';
  const status = t(`status.${finished.reason}`);
  const step = formatCount(finished.step);
  if (run.record.recipe.task === 'embeddings') return t('live.status', { name: run.record.name, status });
  const sentence = t('live.finished', { name: run.record.name, status, step, value: bestText(run, unit) });
  const comparison = againstBaseline(run, unit);
  return [sentence, finished.message, comparison && `${comparison.sentence}.`].filter(Boolean).join(' ');
}
