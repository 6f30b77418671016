import { UserError } from '../../errors';
import type { Examples } from '../examples';
import { columnOf } from './columns';
import { readRows, refuseRagged, type Row } from './delimited';
import { lineError, linesOf, needsLabels, quoted, Slices, type ExampleFile, type FormatReader } from './format';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** A decimal comma, where cells are parted by semicolons. */
const COMMA = /^([+-]?\d*),(\d+)$/;

interface Table {
  names: string[];
  rows: Row[];
}

/**
 * Columns of numbers, with or without a line of names, parted by commas, semicolons, tabs or spaces. One series; or, with
 * `source.sequence`, sequences of feature vectors, each with a label and, where labels change inside a sequence, one a
 * frame (the sequence's own label is then its most frequent).
 */
export const readNumbers: FormatReader = function* (file) {
  const { label, source, task } = file;
  const table = yield* readTable(file);
  const frames = source.sequence !== '';
  if (!frames && (source.label !== '' || needsLabels(task))) {
    throw new UserError(
      `${label} holds one series of numbers: set source.sequence to the column whose changes begin a new sequence, and source.label to the one with its label.`,
    );
  }
  const sequence = frames ? columnOf(table.names, source.sequence, 'source.sequence', label) : -1;
  const tag = frames ? labelColumn(table, sequence, source.label, label) : -1;
  const columns = valueColumns(table, source.columns, [sequence, tag], label);
  const names = columns.map((column) => table.names[column]);
  const slices = new Slices();
  const values: Float64Array[] = [];
  for (const row of table.rows) {
    values.push(Float64Array.from(columns, (column) => numberIn(row, column, table.names[column], label)));
    if (slices.due(columns.length * 8)) yield;
  }
  if (!frames) return { kind: 'series', columns: names, values };
  return sequencesOf(table.rows, values, [sequence, tag], { names, label });
};

/** The delimiter of numeric columns: the one of which the first line with two numbers or more has most. */
export function numericDelimiter(line: string): string {
  return ['\t', ';', ','].find((delimiter) => line.includes(delimiter)) ?? ' ';
}

export function isNumber(cell: string): boolean {
  const trimmed = cell.trim();
  return NUMBER.test(trimmed) || COMMA.test(trimmed);
}

function* readTable({ text, label }: ExampleFile): Generator<void, Table> {
  const slices = new Slices();
  const rows: Row[] = [];
  const head = text.slice(0, 10_000).trimStart().split('\n')[0];
  const delimiter = numericDelimiter(head);
  for (const row of delimiter === ' ' ? spacedRows(text) : readRows(text, delimiter, label)) {
    rows.push(row);
    refuseRagged(row, rows[0].cells.length, label);
    if (slices.due(row.cells.length * 8)) yield;
  }
  if (rows.length === 0) throw new UserError(`${label} is empty: at least two rows of numbers are needed.`);
  const isHeader = rows[0].cells.some(
    (cell, column) => !isNumber(cell) && (rows.length === 1 || isNumber(rows[1].cells[column])),
  );
  const names = rows[0].cells.map((cell, column) => (isHeader ? cell.trim() : String(column + 1)));
  if (isHeader) rows.shift();
  if (rows.length < 2)
    throw new UserError(`${label} has fewer than two rows of numbers: add some or choose another file.`);
  return { names, rows };
}

function* spacedRows(text: string): Generator<Row> {
  for (const { line, number } of linesOf(text)) {
    if (line.trim() !== '') yield { cells: line.trim().split(/\s+/u), line: number };
  }
}

/** The recipe's columns; or all that hold numbers in at least half of the rows. */
function valueColumns({ names, rows }: Table, wanted: string[], others: number[], label: string): number[] {
  if (wanted.length > 0) return wanted.map((name) => columnOf(names, name, 'source.columns', label));
  const columns = names
    .map((_, column) => column)
    .filter((column) => !others.includes(column))
    .filter((column) => rows.filter(({ cells }) => isNumber(cells[column])).length * 2 >= rows.length);
  if (columns.length > 0) return columns;
  throw new UserError(`${label} has no column of numbers: choose another file, or set source.format to what it is.`);
}

function numberIn({ cells, line }: Row, column: number, name: string, label: string): number {
  const cell = cells[column].trim();
  const value = NUMBER.test(cell) ? Number(cell) : Number(cell.replace(COMMA, '$1.$2') || NaN);
  if (isNumber(cell) && Number.isFinite(value)) return value;
  const what = cell === '' ? 'is empty' : `is ${quoted(cell)}, which is no finite number`;
  throw lineError(label, line, `column ${quoted(name)} ${what}; write a number or delete the line`);
}

function labelColumn({ names, rows }: Table, sequence: number, wanted: string, label: string): number {
  if (wanted !== '') return columnOf(names, wanted, 'source.label', label);
  const words = names.findIndex((_, column) => column !== sequence && !isNumber(rows[0].cells[column]));
  if (words >= 0) return words;
  throw new UserError(`${label} has no column of words that could be the label: set source.label to a column.`);
}

function sequencesOf(
  rows: Row[],
  values: Float64Array[],
  [sequence, tag]: number[],
  { names, label }: { names: string[]; label: string },
): Examples {
  const sequences: Float64Array[][] = [];
  const frameLabels: string[][] = [];
  rows.forEach(({ cells, line }, at) => {
    const name = cells[tag].trim();
    if (name === '') throw lineError(label, line, 'there is no label; add it or delete the line');
    if (at === 0 || cells[sequence] !== rows[at - 1].cells[sequence]) {
      sequences.push([]);
      frameLabels.push([]);
    }
    sequences[sequences.length - 1].push(values[at]);
    frameLabels[frameLabels.length - 1].push(name);
  });
  const labels = frameLabels.map(mostFrequent);
  const change = frameLabels.some((frames) => frames.some((name) => name !== frames[0]));
  return { kind: 'frames', columns: names, sequences, labels, ...(change ? { frameLabels } : {}) };
}

function mostFrequent(names: string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Array.from(counts).reduce((top, entry) => (entry[1] > top[1] ? entry : top))[0];
}
