import { UNKNOWN, type EncodedSentence } from '../../../text/tagged/vocabulary';

/** Sentences side by side; what lies past a sentence's length is padding. */
export interface TaggerBatch {
  /** T, tokens of the longest sentence, 1 at least. */
  time: number;
  /** B */
  batch: number;
  /** [B] */
  lengths: Int32Array;
  /** [T·B], time-major: token t of sentence b at t·B + b; padding is the unknown word. */
  words: Int32Array;
  /** [T·B], in the same order: which of `spellings` a token has; padding has the first. */
  spelled: Int32Array;
  /** [T·B], in the same order: what each token looks like. */
  shapes: Int32Array;
  /** Characters of each distinct token; one at least. */
  spellings: Int32Array[];
  /** The sentences as a biLM spells them, where a model reads one. */
  contexts?: EncodedSentence[];
}

/** What the tokens of a batch should get: [B·T], sentence by sentence. */
export interface TagTargets {
  /** Tags; 0 where none counts. */
  ids: Int32Array;
  /** 1 where the tag counts, 0 elsewhere. */
  counted: Float32Array;
}

/** Puts sentences side by side. */
export function taggerBatch(sentences: readonly EncodedSentence[]): TaggerBatch {
  const batch = sentences.length;
  const lengths = Int32Array.from(sentences, ({ words }) => words.length);
  const time = lengths.reduce((longest, length) => Math.max(longest, length), 1);
  const words = new Int32Array(time * batch).fill(UNKNOWN);
  const spelled = new Int32Array(time * batch);
  const shapes = new Int32Array(time * batch);
  const places = new Map<Int32Array, number>();
  sentences.forEach((sentence, b) => {
    sentence.spellings.forEach((spelling, t) => {
      let place = places.get(spelling);
      if (place === undefined) places.set(spelling, (place = places.size));
      words[t * batch + b] = sentence.words[t];
      shapes[t * batch + b] = sentence.shapes[t];
      spelled[t * batch + b] = place;
    });
  });
  const spellings = places.size > 0 ? [...places.keys()] : [new Int32Array(1)];
  const contexts = sentences.flatMap(({ context }) => context ?? []);
  return { time, batch, lengths, words, spelled, shapes, spellings, ...(contexts.length > 0 && { contexts }) };
}

/** @param tags of each sentence, −1 where none counts */
export function tagTargets(tags: readonly Int32Array[], time: number): TagTargets {
  const ids = new Int32Array(tags.length * time);
  const counted = new Float32Array(tags.length * time);
  tags.forEach((own, b) =>
    own.forEach((tag, t) => {
      if (tag < 0) return;
      ids[b * time + t] = tag;
      counted[b * time + t] = 1;
    }),
  );
  return { ids, counted };
}
