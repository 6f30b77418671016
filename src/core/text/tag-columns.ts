import { UserError } from '../errors';
import { linesOf, quoted } from './formats/format';

/** The last column of a column file, sentence by sentence. */
export interface TagColumn {
  /** What people call the file. */
  label: string;
  sentences: { tags: string[]; words: string[]; lines: number[] }[];
}

/**
 * Reads words (first column) and tags (last column) of a file with a token a line and blank lines between sentences.
 * Columns stand apart by blanks or tabs. Every other line is a token, also one that begins with "#". Throws UserError when
 * there is no token.
 *
 * @param text normalised (see TextNormaliser)
 */
export function readTagColumn(text: string, label: string): TagColumn {
  const sentences: TagColumn['sentences'] = [];
  let open = false;
  for (const { line, number } of linesOf(text)) {
    const cells = line.split(/[ \t]+/).filter((cell) => cell !== '');
    if (cells.length === 0) {
      open = false;
      continue;
    }
    if (!open) sentences.push({ tags: [], words: [], lines: [] });
    open = true;
    const sentence = sentences[sentences.length - 1];
    sentence.words.push(cells[0]);
    sentence.tags.push(cells[cells.length - 1]);
    sentence.lines.push(number);
  }
  if (sentences.length > 0) return { label, sentences };
  throw new UserError(`${label} has no tokens: choose a file with a token and its tag on each line.`);
}

/** Throws UserError, with the lines, unless both files have the same sentences: as many, each with as many tokens. */
export function refuseMisaligned(gold: TagColumn, predicted: TagColumn): void {
  const count = Math.max(gold.sentences.length, predicted.sentences.length);
  for (let s = 0; s < count; s++) {
    const [one, other] = [gold.sentences[s], predicted.sentences[s]];
    if (one?.tags.length === other?.tags.length) continue;
    const advice = 'both files need the same tokens in the same order, with a blank line between sentences';
    if (one === undefined || other === undefined) {
      const [longer, shorter, extra] = one ? [gold, predicted, one] : [predicted, gold, other];
      throw new UserError(
        `${shorter.label} ends before the sentence in line ${extra.lines[0]} of ${longer.label}: ${advice}.`,
      );
    }
    throw new UserError(
      `The sentence in line ${other.lines[0]} of ${predicted.label} has ${tokens(other.tags.length)}, and that in line ${one.lines[0]} of ${gold.label} (${quoted(one.words[0])}) has ${one.tags.length}: ${advice}.`,
    );
  }
}

function tokens(count: number): string {
  return `${count} token${count === 1 ? '' : 's'}`;
}
