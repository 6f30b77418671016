import { UserError } from '../../errors';
import { lineError, linesOf, quoted, Slices } from '../formats/format';
import { joinTokens, type TaggedText } from './tagged-text';

/** Columns of CoNLL-U that are read: https://universaldependencies.org/format.html */
const COLUMNS = 10;
const [ID, FORM, UPOS, MISC] = [0, 1, 3, 9];

/**
 * Words and their universal parts of speech. Contracted tokens ("1-2") give the space behind their last word; empty nodes
 * ("1.1") are left out. Throws UserError with line and column where a line is not of that form.
 *
 * @param text normalised (see TextNormaliser)
 */
export function* readConllu(text: string, label: string): Generator<void, TaggedText[]> {
  const slices = new Slices();
  const sentences: Required<TaggedText>[] = [];
  let open: Required<TaggedText> | undefined;
  /** Last word of a contracted token, and whether a blank follows it. */
  let range: { last: number; space: boolean } | undefined;
  for (const { line, number } of linesOf(text)) {
    if (slices.due(line.length)) yield;
    if (line.startsWith('#')) continue;
    if (line.trim() === '') {
      open = undefined;
      continue;
    }
    const cells = cellsOf(line, number, label);
    if (!open) {
      sentences.push((open = { tokens: [], tags: [], spaces: [] }));
      range = undefined;
    }
    const space = !cells[MISC].split('|').includes('SpaceAfter=No');
    if (cells[ID].includes('.')) continue;
    if (cells[ID].includes('-')) {
      range = { last: Number(cells[ID].split('-')[1]), space };
      continue;
    }
    const id = Number(cells[ID]);
    open.tokens.push(cells[FORM]);
    open.tags.push(cells[UPOS]);
    open.spaces.push(range && id <= range.last ? id === range.last && range.space : space);
  }
  if (sentences.length > 0) return sentences;
  throw new UserError(`${label} has no words: choose a file in the format CoNLL-U.`);
}

/** A sentence with its words, tags and blanks; the other columns are empty ("_"). */
export function toConllu(sentence: TaggedText): string {
  const { tokens, tags, spaces } = sentence;
  const lines = tokens.map((token, i) => {
    const misc = spaces?.[i] === false ? 'SpaceAfter=No' : '_';
    return [i + 1, token, '_', tags[i], '_', '_', '_', '_', '_', misc].join('\t');
  });
  return `# text = ${joinTokens(sentence).text}\n${lines.join('\n')}\n\n`;
}

function cellsOf(line: string, number: number, label: string): string[] {
  const cells = line.split('\t');
  if (cells.length !== COLUMNS) {
    throw lineError(
      label,
      number,
      `there are ${cells.length} columns and CoNLL-U has ${COLUMNS}, apart by tabs; mend the line`,
    );
  }
  if (!/^\d+([-.]\d+)?$/.test(cells[ID])) {
    throw lineError(label, number, `column 1 is ${quoted(cells[ID])} and no word's number; mend the line`);
  }
  if (cells[FORM] === '') throw lineError(label, number, 'column 2, the word, is empty; mend the line');
  const isWord = /^\d+$/.test(cells[ID]);
  if (isWord && (cells[UPOS] === '' || cells[UPOS] === '_')) {
    throw lineError(label, number, 'column 4, the part of speech (UPOS), is empty; add it');
  }
  return cells;
}
