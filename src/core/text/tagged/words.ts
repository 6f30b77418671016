/** A token of a line and its offset there, in UTF-16 code units. */
export interface Word {
  token: string;
  at: number;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
/** An ending that treebanks and annotators keep apart from the word before it: "Granger's", "it’s". */
const POSSESSIVE = /(?<=.)['’]s$/isu;

/**
 * Tokens of running text for taggers: Unicode's words and signs (Unicode Standard Annex #29) without blanks, a last 's apart,
 * so that a name is the same token with it and without.
 */
export function* wordsOf(line: string): Generator<Word, void> {
  for (const { segment, index } of segmenter.segment(line)) {
    for (const { 0: word, index: offset } of segment.matchAll(/\S+/gu)) {
      const at = index + offset;
      const border = word.search(POSSESSIVE);
      if (border > 0) {
        yield { token: word.slice(0, border), at };
        yield { token: word.slice(border), at: at + border };
      } else yield { token: word, at };
    }
  }
}
