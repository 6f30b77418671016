import { UserError } from '../errors';
import type { Recipe } from '../recipe/schema';
import { chooseColumns } from './formats/columns';
import { readRows } from './formats/delimited';
import { labelsOf } from './formats/format';
import { chooseFields, fieldOf, readLabels } from './formats/json-lines';
import { isObject } from './vocabulary';

/** An example among lines of a file: what is classified, and the labels that the file gives it, where it does. */
export interface ExampleLine {
  /** Its last line, from 0. */
  line: number;
  text: string;
  truth?: string[];
}

/** How the lines of a file of examples are read. */
export interface LineReading {
  format: string;
  source: Pick<Recipe['source'], 'labelSeparator'>;
  /** That the model knows. */
  labels: readonly string[];
  /** Columns or fields of the file that the model learned from; without them, tables and JSON are not taken apart. */
  fields?: ExampleFields;
}

/** Which columns of a table, or fields of JSON lines, hold text and label. */
export interface ExampleFields {
  /** Names of all columns, in their order; of fields those two. */
  names: string[];
  text: string;
  /** Empty where there is none. */
  label: string;
}

/** Rows that columns are chosen from, as when a whole file is read. */
const SAMPLE = 1000;
const DELIMITERS: Record<string, string> = { csv: ',', tsv: '\t' };

/** Whether lines of a format need to know its columns or fields. */
export function hasFields(format: string): boolean {
  return Object.hasOwn(DELIMITERS, format) || format === 'jsonl';
}

/**
 * Columns or fields of text and label, as reading the whole file chooses them.
 * @param head the file's beginning, a thousand rows at least where it has them; what was cut at its end is left out
 */
export function fieldsOf(head: string, format: string, source: Recipe['source'], label: string): ExampleFields {
  if (format === 'jsonl') return jsonFields(head, source, label);
  const rows: string[][] = [];
  for (const { cells } of readRows(head, DELIMITERS[format], label)) if (rows.push(cells) > SAMPLE) break;
  const [header = [], ...rest] = rows;
  const names = header.map((name) => name.trim());
  const whole = rest.filter(({ length }) => length === names.length);
  const columns = chooseColumns(names, whole, source, label);
  return { names, text: names[columns.text], label: names[columns.label] ?? '' };
}

function jsonFields(head: string, source: Recipe['source'], label: string): ExampleFields {
  const entries: { value: Record<string, unknown> }[] = [];
  for (const line of head.split('\n')) {
    const value = parsed(line);
    if (value && entries.push({ value }) >= SAMPLE) break;
  }
  const { text, label: tag } = chooseFields(entries, source, true, label);
  return { names: [text, tag], text, label: tag };
}

/**
 * Takes apart lines of a file like the one that a model learned from, so that it reads texts and not the answers beside
 * them. What is no example of that format is text as it stands; blank lines, and a table's line of names, are none.
 *
 * @param header the first line of the file, which names a table's columns
 */
export function exampleLines(lines: readonly string[], header: string | undefined, how: LineReading): ExampleLine[] {
  const { format, fields } = how;
  if (fields && Object.hasOwn(DELIMITERS, format)) return tableLines(lines, header, how, fields);
  const read = fields && format === 'jsonl' ? jsonLine(how, fields) : labelLine(how);
  return lines.flatMap((line, at) => (line.trim() === '' ? [] : [{ line: at, ...read(line) }]));
}

/** Whether two sets of labels are the same. */
export function sameLabels(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((label) => other.includes(label));
}

type Read = (line: string) => Omit<ExampleLine, 'line'>;

/** Labels, a tab and a text; or fastText's form. A label is one that the model knows. */
function labelLine({ format, source, labels }: LineReading): Read {
  return (line) => {
    const fast = /^((?:__label__\S+\s+)+)(.*)$/.exec(line);
    if (fast) {
      const truth = fast[1].trim().split(/\s+/).map((word) => word.slice('__label__'.length)); // prettier-ignore
      return { text: fast[2], truth };
    }
    const tab = line.indexOf('\t');
    if (tab < 0 || format !== 'label-text') return { text: line };
    const truth = labelsOf(line.slice(0, tab), source.labelSeparator);
    return truth.every((name) => labels.includes(name)) ? { text: line.slice(tab + 1), truth } : { text: line };
  };
}

function jsonLine({ source }: LineReading, { text, label }: ExampleFields): Read {
  return (line) => {
    const value = parsed(line);
    const found = fieldOf(value, text);
    if (typeof found !== 'string') return { text: line };
    const truth = readLabels(fieldOf(value, label), source.labelSeparator);
    return truth.length > 0 ? { text: found, truth } : { text: found };
  };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Rows of a table, which may span lines. Where the file's first line names the columns, they count; else a row is one that
 * has as many cells as the model's own table and a label that the model knows.
 */
function tableLines(
  lines: readonly string[],
  header: string | undefined,
  how: LineReading,
  fields: ExampleFields,
): ExampleLine[] {
  const delimiter = DELIMITERS[how.format];
  const named = header === undefined ? undefined : namesIn(header, delimiter);
  const isHeader = named?.includes(fields.text) === true;
  const names = isHeader ? named : fields.names;
  const [text, label] = [names.indexOf(fields.text), fields.label === '' ? -1 : names.indexOf(fields.label)];
  const examples: ExampleLine[] = [];
  for (const { cells, from, to } of rowsOf(lines, delimiter)) {
    const whole = lines.slice(from, to + 1).join('\n');
    if (isHeader && whole === header) continue;
    const truth = label < 0 ? [] : labelsOf(cells[label] ?? '', how.source.labelSeparator);
    const known = truth.length > 0 && truth.every((name) => how.labels.includes(name));
    const isRow = cells.length === names.length && (isHeader || known);
    if (!isRow) examples.push({ line: to, text: whole });
    else if (cells[text].trim() !== '')
      examples.push({ line: to, text: cells[text], ...(truth.length > 0 && { truth }) });
  }
  return examples;
}

function namesIn(header: string, delimiter: string): string[] {
  const [first] = rowsOf([header], delimiter);
  return first?.cells.map((cell) => cell.trim()) ?? [];
}

interface Span {
  cells: string[];
  /** Lines from 0, the last included. */
  from: number;
  to: number;
}

/** Rows with their lines; a line that is none, such as prose with a quotation mark, is a row of one cell. */
function rowsOf(lines: readonly string[], delimiter: string): Span[] {
  const rows: Span[] = [];
  for (let from = 0; from < lines.length; from++) {
    if (lines[from].trim() === '') continue;
    let to = from;
    let cells: string[] | undefined;
    // A row goes on while its quotation marks do not pair up.
    for (let text = lines[from]; cells === undefined && to < lines.length; text += `\n${lines[to]}`) {
      cells = cellsOf(text, delimiter);
      if (cells === undefined && ++to === lines.length) break;
    }
    if (cells === undefined) to = from;
    rows.push({ cells: cells ?? [lines[from]], from, to });
    from = to;
  }
  return rows;
}

function cellsOf(text: string, delimiter: string): string[] | undefined {
  if ((text.split('"').length - 1) % 2 !== 0) return undefined;
  try {
    const [row] = readRows(text, delimiter, '');
    return row?.cells;
  } catch (error) {
    if (error instanceof UserError) return [text];
    throw error;
  }
}
