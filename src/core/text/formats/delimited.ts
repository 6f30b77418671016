import { lineError } from './format';

export interface Row {
  cells: string[];
  /** Line on which it begins, from 1. */
  line: number;
}

/**
 * Rows of a table in the form of RFC 4180, with any delimiter: a cell in quotes may hold delimiters, line ends and
 * doubled quotes. Blank lines are skipped. Throws UserError for a quote that is not closed or has text behind it.
 *
 * @param label what people call the file
 */
export function* readRows(text: string, delimiter: string, label: string): Generator<Row> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row: Row = { cells: [], line };
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, delimiter, line, label) : plainCell(text, at, delimiter);
      row.cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    at++;
    line++;
    if (row.cells.length > 1 || row.cells[0].trim() !== '') yield row;
  }
}

interface Cell {
  value: string;
  /** Where the delimiter, the line end or the end of the text is. */
  end: number;
  /** Line ends inside. */
  lines: number;
}

function plainCell(text: string, from: number, delimiter: string): Cell {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end++;
  return { value: text.slice(from, end), end, lines: 0 };
}

function quotedCell(text: string, from: number, delimiter: string, line: number, label: string): Cell {
  let end = from + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0)
      throw lineError(label, line, 'a quotation mark is not closed; add the other one, or double it if it is text');
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const after = text[end + 1];
  if (after !== undefined && after !== delimiter && after !== '\n') {
    throw lineError(label, line, 'there is text behind a closing quotation mark; double the marks that are text');
  }
  const inside = text.slice(from + 1, end);
  return { value: inside.replaceAll('""', '"'), end: end + 1, lines: inside.split('\n').length - 1 };
}

/** Throws UserError unless a row has as many cells as the first one. */
export function refuseRagged(row: Row, columns: number, label: string): void {
  const { length } = row.cells;
  if (length === columns) return;
  const found = length === 1 ? 'is 1 cell' : `are ${length} cells`;
  throw lineError(
    label,
    row.line,
    `there ${found} where the first line has ${columns}; mend the line or put its text in quotes`,
  );
}
