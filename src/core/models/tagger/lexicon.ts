import { checkTags, SENTENCES_PER_SLICE, type TaggedSentence } from './tagged';

/** How often each word of the training text had each tag. */
export class Lexicon {
  /** Counts by tag, of each word. */
  readonly words = new Map<string, Float64Array>();
  /** Counts by tag, of all words. */
  readonly tags: Float64Array;

  /** @param size number of tags */
  constructor(readonly size: number) {
    this.tags = new Float64Array(size);
  }

  /** Counts sentences; yields the share that is done. Throws RangeError when words and tags do not fit. */
  *countInSlices(sentences: readonly TaggedSentence[]): Generator<number, void> {
    for (let s = 0; s < sentences.length; s++) {
      const { words, tags } = sentences[s];
      checkTags(sentences[s], this.size);
      for (let i = 0; i < words.length; i++) {
        let counts = this.words.get(words[i]);
        if (!counts) this.words.set(words[i], (counts = new Float64Array(this.size)));
        counts[tags[i]]++;
        this.tags[tags[i]]++;
      }
      if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield (s + 1) / sentences.length;
    }
  }
}

/** Index of the largest count, the first of equals. */
export function mostFrequent(counts: Float64Array): number {
  return counts.reduce((best, count, tag) => (count > counts[best] ? tag : best), 0);
}

export function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
