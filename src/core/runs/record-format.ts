import { UserError } from '../errors';
import type { Random } from '../random';
import { RUN_SCHEMA_VERSION, runRecordSchema, type RunRecord } from './record';

/** Characters of the random part of a run's id; none that is easily taken for another. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** Reads `run.json`; `where` names it in errors. Throws UserError. */
export function parseRecord(text: string, where: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${where} is damaged (it is not valid JSON): restore it from a copy or delete the run.`);
  }
  const version: unknown =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version === 'number' && version > RUN_SCHEMA_VERSION) {
    throw new UserError(
      `${where} was written by a newer version of Sequence Lab (format ${version}): update to open it.`,
    );
  }
  const result = runRecordSchema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0].path.join('.').slice(0, 80);
  throw new UserError(
    `${where} is damaged (${path === '' ? 'it is not a run' : `${path} is missing or wrong`}): restore it from a copy or delete the run.`,
  );
}

/**
 * The text of `run.json`. JSON has no Infinity and no NaN: an infinite perplexity is written as the largest number, and
 * a metric that is not a number is left out with its group, since it would not be a best.
 */
export function formatRecord(record: RunRecord): string {
  const baselines = record.baselines?.map(finite).filter((each) => each !== undefined);
  const writable: RunRecord = { ...record, best: finite(record.best), baseline: finite(record.baseline), baselines };
  return `${JSON.stringify(writable, null, 2)}\n`;
}

/** A new run's folder name: time in UTC, so that names sort by age everywhere, and four random characters. */
export function newRunId(date: Date, random: Pick<Random, 'integer'>): string {
  const [day, time] = date.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  const tail = Array.from({ length: 4 }, () => ALPHABET[random.integer(ALPHABET.length)]).join('');
  return `${day}-${time}-${tail}`;
}

function finite<T extends object>(group: T | undefined): T | undefined {
  if (group === undefined || Object.values(group).some((value) => Number.isNaN(value))) return undefined;
  const entries = Object.entries(group).map(([name, value]: [string, unknown]) => [name, clamp(value)]);
  return Object.fromEntries(entries) as T;
}

function clamp(value: unknown): unknown {
  if (value === Infinity) return Number.MAX_VALUE;
  return value === -Infinity ? -Number.MAX_VALUE : value;
}
