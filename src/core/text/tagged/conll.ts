import { UserError } from '../../errors';
import { lineError, linesOf, quoted, Slices } from '../formats/format';
import { chunksOf } from '../chunks';
import { refuseBroken, schemeOf, tagsOfChunks, type TagLines } from './schemes';
import type { TaggedText } from './tagged-text';

/** Stands alone between documents in the files of CoNLL-2003. */
const DOCUMENT = '-DOCSTART-';

interface Lines extends TaggedText, TagLines {}

/**
 * A token a line with its columns, the first being the token and the last the tag, apart by a tab or blanks; a blank line
 * between sentences. Chunk tags become BIO whatever their scheme was; other tags stay as they are. Throws UserError with
 * the line where there is no tag, or where a chunk goes on that did not begin.
 *
 * @param text normalised (see TextNormaliser)
 */
export function* readConll(text: string, label: string): Generator<void, TaggedText[]> {
  const slices = new Slices();
  const sentences: Lines[] = [];
  let open: Lines | undefined;
  for (const { line, number } of linesOf(text)) {
    if (slices.due(line.length)) yield;
    const cells = line.split(/[\t ]+/).filter((cell) => cell !== '');
    if (cells.length === 0 || cells[0] === DOCUMENT) {
      open = undefined;
      continue;
    }
    if (cells.length === 1) {
      throw lineError(label, number, `${quoted(cells[0])} has no tag; write the token, a tab and the tag`);
    }
    if (!open) sentences.push((open = { tokens: [], tags: [], lines: [], columns: [] }));
    open.tokens.push(cells[0]);
    open.tags.push(cells[cells.length - 1]);
    open.lines.push(number);
    open.columns.push(line.trimEnd().length - cells[cells.length - 1].length + 1);
  }
  if (sentences.length === 0)
    throw new UserError(`${label} has no tokens: choose a file with a token and a tag a line.`);
  const scheme = schemeOf(sentences);
  if (scheme === undefined) return sentences.map(({ tokens, tags }) => ({ tokens, tags }));
  refuseBroken(label, sentences, scheme);
  return sentences.map(({ tokens, tags }) => ({ tokens, tags: tagsOfChunks(chunksOf(tags), tags.length, 'bio') }));
}

/** A sentence in two columns, with the blank line behind it. */
export function toConll({ tokens, tags }: TaggedText): string {
  return `${tokens.map((token, i) => `${token}\t${tags[i]}\n`).join('')}\n`;
}
