import { hasSquaredError } from '../../src/core/recipe/tasks';
import type { Run } from './state';
import type { Unit } from './settings';

const LOCALE = 'en-US';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(LOCALE, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** 12,345 */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** A metric with three or four telling digits: 1.624, 0.0124, 41.3, 1,240, 2.4e-5. */
export function formatValue(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e7) return compact.format(value);
  if (size >= 1000) return whole.format(value);
  if (size >= 100) return value.toFixed(1);
  if (size >= 10) return value.toFixed(2);
  if (size >= 1) return value.toFixed(3);
  if (size >= 0.001) return Number(value.toPrecision(3)).toString();
  return value.toExponential(1).replace('-', '−');
}

/** Label of an axis: as short as the number allows. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 10_000) return compact.format(value);
  if (size >= 0.001) return Number(value.toPrecision(6)).toLocaleString(LOCALE, { maximumFractionDigits: 6 });
  return value.toExponential(0).replace('-', '−');
}

/** 0:07, 3:05, 1:02:09 */
export function formatClock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** 0.04 s, 7 s, 3 min 5 s, 1 h 2 min */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${seconds.toFixed(2)} s`;
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  if (total < 3600) return total % 60 === 0 ? `${total / 60} min` : `${Math.floor(total / 60)} min ${total % 60} s`;
  const minutes = Math.floor((total % 3600) / 60);
  return minutes === 0 ? `${Math.floor(total / 3600)} h` : `${Math.floor(total / 3600)} h ${minutes} min`;
}

/** "Nov 22, 15:30" from an ISO 8601 time; the text itself when it is none. */
export function formatWhen(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : dates.format(time);
}

/** A value of a recipe as a person would write it. */
export function formatSetting(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Turns a loss in nats per token into the unit of the page; undefined when the unit does not apply to this run. */
export function lossIn(unit: Unit, run: Pick<Run, 'record' | 'series'>): ((nats: number) => number) | undefined {
  if (unit === 'nats') return (nats) => nats;
  if (hasSquaredError(run.record.recipe.task)) return undefined;
  if (unit === 'perplexity') return Math.exp;
  const factor = bitsPerNat(run);
  return factor === undefined ? undefined : (nats) => nats * factor;
}

/** Bits per character that one nat per token is worth: 1/ln 2 where a token is a character. */
function bitsPerNat(run: Pick<Run, 'record' | 'series'>): number | undefined {
  const measured = run.series.evaluations.at(-1) ?? run.record.best;
  if (measured?.bitsPerCharacter && measured.validationLoss > 0)
    return measured.bitsPerCharacter / measured.validationLoss;
  const { task, tokens } = run.record.recipe;
  const writes = task === 'language-model' || task === 'label-to-sequence';
  return writes && tokens.unit === 'character' ? Math.LOG2E : undefined;
}

/** The unit of the page, or nats where it means nothing to any of the runs. */
export function unitFor(unit: Unit, runs: readonly Pick<Run, 'record' | 'series'>[]): Unit {
  return runs.length === 0 || runs.some((run) => lossIn(unit, run)) ? unit : 'nats';
}
