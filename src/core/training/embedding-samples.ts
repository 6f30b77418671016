import { neighbours } from '../embeddings/queries';
import type { WordVectors } from '../embeddings/word-vectors';

/** Words whose neighbours are shown, and how many of each. */
const SHOWN = 8;
const NEIGHBOURS = 6;
/** The most frequent words are looked through for neighbours; rare ones would slow the look. */
export const LOOKED_THROUGH = 30_000;
/** So many of the most frequent words say little: "the", "of". */
const FUNCTION_WORDS = 50;

/** Frequent words that mean something, as far as frequency and length can tell that in any language. */
export function contentWords(words: readonly string[]): string[] {
  const rest = words.slice(Math.min(FUNCTION_WORDS, Math.floor(words.length / 10)));
  const long = rest.filter((word) => /^\p{L}{4,}$/u.test(word)).slice(0, SHOWN);
  return long.length > 0 ? long : rest.slice(0, SHOWN);
}

/** A line for each word: the word, and those that are closest to it. */
export function* neighbourLines(vectors: WordVectors, shown: readonly string[]): Generator<string, void> {
  const width = Math.max(...shown.map((word) => word.length));
  for (const [k, word] of shown.entries()) {
    const close = neighbours(vectors, word, NEIGHBOURS).map((found) => found.word);
    yield `${k > 0 ? '\n' : ''}${word.padEnd(width)}  ${close.join(', ')}`;
  }
}
