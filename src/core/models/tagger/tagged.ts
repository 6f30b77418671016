/** A sentence whose words have a tag each. */
export interface TaggedSentence {
  words: readonly string[];
  /** Ids of the tags, as many as words. */
  tags: ArrayLike<number>;
}

/** Anything that gives every word of a sentence a tag. */
export interface Tagger {
  /** Ids of the most probable tags, as many as words. */
  tag(words: readonly string[]): Int32Array;
}

/** Share of words whose tag is right, of all and of those that training lacked (NaN where there are none). */
export interface TaggingAccuracy {
  accuracy: number;
  unknownAccuracy: number;
  words: number;
}

/** Sentences between two yields: a few milliseconds. */
export const SENTENCES_PER_SLICE = 32;

/** Measures a tagger, some sentences at each `next()`. */
export function* measureTagger(
  tagger: Tagger & { isKnown(word: string): boolean },
  sentences: readonly TaggedSentence[],
): Generator<void, TaggingAccuracy> {
  const [all, unknown] = [
    { words: 0, right: 0 },
    { words: 0, right: 0 },
  ];
  for (let s = 0; s < sentences.length; s++) {
    const { words, tags } = sentences[s];
    const predicted = tagger.tag(words);
    for (let i = 0; i < words.length; i++) {
      for (const sum of tagger.isKnown(words[i]) ? [all] : [all, unknown]) {
        sum.words++;
        if (predicted[i] === tags[i]) sum.right++;
      }
    }
    if (s % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
  }
  return { accuracy: all.right / all.words, unknownAccuracy: unknown.right / unknown.words, words: all.words };
}

/** Throws RangeError unless every word has a tag of 0 to tags - 1. */
export function checkTags({ words, tags }: TaggedSentence, size: number): void {
  if (words.length !== tags.length) throw new RangeError(`${words.length} words cannot have ${tags.length} tags.`);
  for (let i = 0; i < tags.length; i++) {
    if (!(Number.isInteger(tags[i]) && tags[i] >= 0 && tags[i] < size)) throw new RangeError(`No tag ${tags[i]}.`);
  }
}
