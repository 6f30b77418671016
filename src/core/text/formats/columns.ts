import { UserError } from '../../errors';
import { quoted } from './format';

const TEXT_NAMES =
  'text sentence content review message comment body tweet document sequence phrase question name word title'.split(
    ' ',
  );
const LABEL_NAMES =
  'label labels class category target sentiment language genre intent topic tag tags type rating stars species y'.split(
    ' ',
  );

/** The column of this name. Throws UserError that names those there are. */
export function columnOf(names: string[], wanted: string, key: string, label: string): number {
  const found = names.indexOf(wanted);
  if (found >= 0) return found;
  const some = names.slice(0, 12).map(quoted).join(', ');
  throw new UserError(
    `${label} has no column ${quoted(wanted)}: set ${key} to one of ${some}${names.length > 12 ? ' …' : ''}.`,
  );
}

/** Which columns hold the text and the label. */
export interface Choice {
  text: number;
  label: number;
}

/**
 * Columns for the text and the label where the recipe names none: by their usual names, else the text is the longest
 * column and the label the one with the fewest different values, at least two. Only columns of the sample that are given.
 *
 * @param wanted names in the recipe, or empty
 * @param rows some rows of cells
 */
export function chooseColumns(
  names: string[],
  rows: string[][],
  wanted: { text: string; label: string },
  label: string,
): Choice {
  const text = wanted.text === '' ? undefined : columnOf(names, wanted.text, 'source.text', label);
  const tag = wanted.label === '' ? undefined : columnOf(names, wanted.label, 'source.label', label);
  const chosenText =
    text ?? usual(names, TEXT_NAMES, tag) ?? longest(names, rows, tag ?? usual(names, LABEL_NAMES, -1));
  return { text: chosenText, label: tag ?? usual(names, LABEL_NAMES, chosenText) ?? fewest(names, rows, chosenText) };
}

function usual(names: string[], known: string[], other: number | undefined): number | undefined {
  const lower = names.map((name) => name.trim().toLowerCase());
  for (const name of known) {
    const found = lower.indexOf(name);
    if (found >= 0 && found !== other) return found;
  }
  return undefined;
}

function longest(names: string[], rows: string[][], other: number | undefined): number {
  const lengths = names.map((_, column) => rows.reduce((sum, cells) => sum + (cells[column] ?? '').length, 0));
  return best(lengths.map((length, column) => (column === other ? -1 : length)));
}

/** -1 where no column has two values or more. */
function fewest(names: string[], rows: string[][], other: number): number {
  const counts = names.map((_, column) => new Set(rows.map((cells) => cells[column])).size);
  const column = best(counts.map((count, at) => (at === other || count < 2 ? -Infinity : -count)));
  return column === other || counts[column] < 2 ? -1 : column;
}

function best(scores: number[]): number {
  return scores.reduce((top, score, at) => (score > scores[top] ? at : top), 0);
}
