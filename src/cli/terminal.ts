import { UserError } from '../core/errors';

/** Exit codes, the contract for automation. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, interrupted: 130 } as const;

/** The command line itself was wrong: an unknown recipe key, a number out of range, a run that does not exist. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** Runs a check of what was typed; its UserError is then about the command line. */
export async function asWrongUse<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    throw error instanceof UserError ? new WrongUse(error.message) : error;
  }
}

/** Where a command's answer goes: text for people, or one JSON object a line. */
export interface Output {
  readonly json: boolean;
  /** For people; nothing with --json. */
  say(text: string): void;
  /** For programs; nothing without --json. */
  emit(object: object): void;
}

/** Answers on standard output. */
export function openOutput(json: boolean): Output {
  return {
    json,
    say: (text) => void (json || process.stdout.write(`${text}\n`)),
    emit: (object) => void (json && process.stdout.write(`${toLine(object)}\n`)),
  };
}

/** JSON has no NaN and no Infinity; they are written as text, as in the metrics log. */
function toLine(object: object): string {
  return JSON.stringify(object, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** Notes for people that are not the answer. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Emphasis where it can be seen: on a terminal, unless NO_COLOR is set. */
export function bold(text: string): string {
  return hasColour() ? `\u001b[1m${text}\u001b[22m` : text;
}

export function faint(text: string): string {
  return hasColour() ? `\u001b[2m${text}\u001b[22m` : text;
}

function hasColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** Columns that line up; the first row is the heading. Numbers are the caller's to format. */
export function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column] - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
  return [bold(lines[0]), ...lines.slice(1)].join('\n');
}

/** "1m 05s", "2h 03m". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
}

export function figure(value: number | undefined, digits = 4): string {
  return value === undefined ? '–' : value.toFixed(digits);
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A fraction as "12.3 %". */
export function percent(value: number | undefined, digits = 1): string {
  return value === undefined ? '–' : `${(value * 100).toFixed(digits)} %`;
}
