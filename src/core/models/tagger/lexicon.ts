import type { NamedTensor } from '../../runs/safetensors';
import {
  damaged,
  floatTensor,
  readFloats,
  readTexts,
  readWhole,
  textTensor,
  wholeTensor,
  type Tensors,
} from './tables';
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

  /** Throws UserError when the tensors are not those of a lexicon. */
  static fromTensors(tensors: Tensors, size: number, prefix = 'lexicon'): Lexicon {
    const words = readTexts(tensors, `${prefix}.words`);
    const word = readWhole(tensors, `${prefix}.word`);
    const tag = readWhole(tensors, `${prefix}.tag`, word.length);
    const count = readFloats(tensors, `${prefix}.count`, word.length);
    const lexicon = new Lexicon(size);
    for (const text of words) lexicon.words.set(text, new Float64Array(size));
    for (let n = 0; n < word.length; n++) {
      const isKnown = word[n] >= 0 && word[n] < words.length && tag[n] >= 0 && tag[n] < size;
      if (!isKnown || !(count[n] > 0)) throw damaged(prefix);
      lexicon.add(words[word[n]], tag[n], count[n]);
    }
    return lexicon;
  }

  /** Counts that are kept. */
  get entries(): number {
    let entries = 0;
    for (const counts of this.words.values()) for (const count of counts) entries += Number(count > 0);
    return entries;
  }

  add(word: string, tag: number, count: number): void {
    let counts = this.words.get(word);
    if (!counts) this.words.set(word, (counts = new Float64Array(this.size)));
    counts[tag] += count;
    this.tags[tag] += count;
  }

  /** Words, and for each count that is not 0 the place of its word, its tag and itself. */
  tensors(prefix = 'lexicon'): NamedTensor[] {
    const [word, tag, count]: number[][] = [[], [], []];
    [...this.words.values()].forEach((counts, place) =>
      counts.forEach((value, id) => {
        if (value === 0) return;
        word.push(place);
        tag.push(id);
        count.push(value);
      }),
    );
    return [
      textTensor(`${prefix}.words`, [...this.words.keys()]),
      wholeTensor(`${prefix}.word`, word),
      wholeTensor(`${prefix}.tag`, tag),
      floatTensor(`${prefix}.count`, count),
    ];
  }

  /** Counts sentences; yields the share that is done. Throws RangeError when words and tags do not fit. */
  *countInSlices(sentences: readonly TaggedSentence[]): Generator<number, void> {
    for (let s = 0; s < sentences.length; s++) {
      const { words, tags } = sentences[s];
      checkTags(sentences[s], this.size);
      for (let i = 0; i < words.length; i++) this.add(words[i], tags[i], 1);
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
