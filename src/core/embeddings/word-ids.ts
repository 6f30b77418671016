/** A text as ids of its words, UNKNOWN and LINE_END, of which pieces can be read. */
export interface WordIds {
  /** Ids in the text. */
  readonly length: number;
  /** `count` ids from a place on, or fewer at the end; a copy. */
  read(from: number, count: number): Int32Array;
}

/** A text whose words are to get vectors. */
export interface WordText {
  /** Words that get a vector, the most frequent first, and how often each occurs. */
  words: string[];
  counts: number[];
  ids: WordIds;
}

/** Most passes over a small text, fewest over a large one, and the words that are wanted to be read in all. */
const PASSES = { most: 100, fewest: 5, words: 10_000_000 };

/** How often a text is read where the recipe does not say: 5 times from two million words on, a smaller one up to 100 times. */
export function passesFor(words: number): number {
  return Math.max(PASSES.fewest, Math.min(PASSES.most, Math.round(PASSES.words / Math.max(1, words))));
}
