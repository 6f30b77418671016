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
