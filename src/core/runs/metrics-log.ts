import type { ClassFigures } from '../training/learner';
import type { RunEvent } from './events';

export { dropRepeated, LogThinner, thinEvents } from './thinning';

/**
 * `metrics.jsonl`: one event a line, appended as it happens. JSON has no NaN and no Infinity, so a numeric field with
 * such a value holds the text "NaN", "Infinity" or "-Infinity"; reading gives the number back.
 */

type Kind = 'number' | 'text' | 'flag' | 'numbers' | 'texts' | 'metrics' | 'classes' | 'counts';
/** Kind of each field; a name with "?" may be missing. */
type Fields = Record<string, Kind>;

const measures: Fields = {
  validationLoss: 'number',
  'perplexity?': 'number',
  'bitsPerCharacter?': 'number',
  'accuracy?': 'number',
  'f1?': 'number',
  'precision?': 'number',
  'recall?': 'number',
  'rmse?': 'number',
  'classes?': 'classes',
  'confusion?': 'counts',
};
const fields: Record<RunEvent['event'], Fields> = {
  started: {
    resumed: 'flag',
    groups: 'texts',
    clip: 'number',
    parameters: 'number',
    'kind?': 'text',
    'task?': 'text',
    'unit?': 'text',
  },
  progress: { progress: 'number', secondsLeft: 'number' },
  step: {
    epoch: 'number',
    loss: 'number',
    'gradientNorm?': 'number',
    'groupNorms?': 'numbers',
    'clipRatio?': 'number',
    rate: 'number',
    tokensPerSecond: 'number',
    progress: 'number',
    secondsLeft: 'number',
  },
  evaluation: { ...measures, best: 'flag', 'mixWeights?': 'numbers', 'mixScale?': 'number' },
  baseline: { ...measures, name: 'text', seconds: 'number', 'parameters?': 'number' },
  sample: { text: 'text', temperature: 'number' },
  checkpoint: { kind: 'text' },
  paused: {},
  continued: {},
  warning: { message: 'text' },
  finished: { reason: 'text', 'message?': 'text', metrics: 'metrics', 'bestStep?': 'number' },
};
/** Texts that only certain fields may hold, by event and field. */
const choices: Record<string, string[]> = {
  'checkpoint.kind': ['best', 'last'],
  'started.kind': ['steps', 'counts'],
  'started.unit': ['character', 'grapheme', 'word', 'bpe'],
  'finished.reason': ['done', 'stopped', 'early', 'failed'],
};
const NOT_FINITE: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };

/** One line, with its line feed. */
export function encodeEvent(event: RunEvent): string {
  return `${JSON.stringify(event, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}

/**
 * The events of a log. A torn line (the process ended while it wrote), unknown events and events that lack a field are
 * left out; an event that was appended right behind a torn one, on the same line, is found. Never throws.
 */
export function decodeEvents(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  for (const line of text.split('\n')) {
    const event = decodeLine(line);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function decodeLine(line: string): RunEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  const whole = parse(line);
  if (whole !== undefined) return revive(whole);
  const behind = line.lastIndexOf('{"event":');
  return behind > 0 ? revive(parse(line.slice(behind))) : undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The event with its numbers restored, undefined when it is none. */
function revive(value: unknown): RunEvent | undefined {
  if (!isObject(value) || typeof value.event !== 'string' || !Object.hasOwn(fields, value.event)) return undefined;
  const event: Record<string, unknown> = { event: value.event };
  const wanted: Fields = { step: 'number', time: 'number', ...fields[value.event as RunEvent['event']] };
  for (const [field, kind] of Object.entries(wanted)) {
    const name = field.replace('?', '');
    if (!Object.hasOwn(value, name)) {
      if (field === name) return undefined;
      continue;
    }
    const revived = reviveField(value[name], kind);
    const allowed = choices[`${value.event}.${name}`];
    if (revived === undefined || (allowed && !allowed.includes(revived as string))) return undefined;
    event[name] = revived;
  }
  return Number.isSafeInteger(event.step) && Number.isFinite(event.time) ? (event as unknown as RunEvent) : undefined;
}

function reviveField(value: unknown, kind: Kind): unknown {
  switch (kind) {
    case 'number':
      return reviveNumber(value);
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'numbers':
      return reviveList(value, reviveNumber);
    case 'texts':
      return reviveList(value, (item) => (typeof item === 'string' ? item : undefined));
    case 'metrics':
      return reviveMetrics(value);
    case 'classes':
      return reviveList(value, reviveClass);
    case 'counts':
      return reviveList(value, (row) => reviveList(row, reviveNumber));
  }
}

function reviveClass(value: unknown): ClassFigures | undefined {
  if (!isObject(value) || typeof value.label !== 'string') return undefined;
  const [precision, recall, f1, count] = ['precision', 'recall', 'f1', 'count'].map((name) =>
    reviveNumber(value[name]),
  );
  if (precision === undefined || recall === undefined || f1 === undefined || count === undefined) return undefined;
  return { label: value.label, precision, recall, f1, count };
}

function reviveNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && Object.hasOwn(NOT_FINITE, value) ? NOT_FINITE[value] : undefined;
}

function reviveList<T>(value: unknown, item: (value: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(item);
  return items.every((each) => each !== undefined) ? (items as T[]) : undefined;
}

/** Final metrics: the known names that hold numbers. */
function reviveMetrics(value: unknown): Record<string, number> | undefined {
  if (!isObject(value)) return undefined;
  const metrics: Record<string, number> = {};
  for (const name of ['validationLoss', 'perplexity', 'bitsPerCharacter', 'accuracy', 'f1', 'precision', 'recall']) {
    const number = Object.hasOwn(value, name) ? reviveNumber(value[name]) : undefined;
    if (number !== undefined) metrics[name] = number;
  }
  return metrics;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
