import { UserError } from '../../errors';
import { chooseColumns } from './columns';
import { readRows, refuseRagged, type Row } from './delimited';
import { LabelledTexts, labelsOf, needsLabels, quoted, Slices, type ExampleFile, type FormatReader } from './format';

/** Rows that are looked at to choose columns. */
const SAMPLE = 1000;

/** A table with named columns: comma-separated (RFC 4180). */
export const readCsv: FormatReader = (file) => readTable(file, ',');
/** The same with tabs. */
export const readTsv: FormatReader = (file) => readTable(file, '\t');

function* readTable(file: ExampleFile, delimiter: string): ReturnType<FormatReader> {
  const { label, source, task } = file;
  const slices = new Slices();
  const rows: Row[] = [];
  let names: string[] | undefined;
  for (const row of readRows(file.text, delimiter, label)) {
    if (names === undefined) names = headerOf(row.cells, label);
    else rows.push(row);
    refuseRagged(row, names.length, label);
    if (slices.due(row.cells.reduce((sum, cell) => sum + cell.length, 0))) yield;
  }
  if (names === undefined || rows.length === 0) {
    throw new UserError(`${label} has no rows below a line of column names: add them or choose another file.`);
  }
  const sample = rows.slice(0, SAMPLE).map(({ cells }) => cells);
  const columns = chooseColumns(names, sample, source, label);
  if (needsLabels(task) && (columns.label < 0 || columns.label === columns.text)) {
    throw new UserError(
      `${label} has no column that could be a label beside ${quoted(names[columns.text])}: set source.text and source.label to two columns.`,
    );
  }
  const where = columns.label < 0 ? '' : `in column ${quoted(names[columns.label])}`;
  const examples = new LabelledTexts(file);
  for (const { cells, line } of rows) {
    examples.add(cells[columns.text], labelsOf(cells[columns.label] ?? '', source.labelSeparator), line, where);
  }
  return examples.examples;
}

function headerOf(cells: string[], label: string): string[] {
  const names = cells.map((cell) => cell.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return names;
  throw new UserError(
    `${label} has two columns ${quoted(twice)}: the first line must hold a name of its own for each.`,
  );
}
