import { Lexicon } from './lexicon';
import { SuffixGuesser } from './suffix-guesser';
import type { TaggedSentence, Tagger } from './tagged';
import { countTagGrams, transitionsOf } from './transitions';

export interface HmmOptions {
  /** Number of tags. */
  tags: number;
  /** Tags that one looks at: 2 is a bigram model, 3 a trigram model. */
  order: 2 | 3;
}

/** Tags that a word can have, with ln p(word | tag) up to a constant of the word. */
interface Emission {
  tags: Int32Array;
  logs: Float64Array;
}

/**
 * Hidden Markov model of tags, counted on tagged sentences (Brants, 2000): p(tag | one or two tags before) interpolated
 * with shorter contexts, p(word | tag) from counts. A word that training lacked is taken for the same word in lower case; if
 * that is lacking too, p(tag | ending) / p(tag), which is p(word | tag) up to a constant, takes the place.
 */
export class HmmTagger implements Tagger {
  private readonly emissions = new Map<string, Emission>();

  /** @param transitions ln p(c | a b) at [a, b, c], of tags and the boundary, whose index is `tags` */
  private constructor(
    private readonly tags: number,
    private readonly transitions: Float64Array,
    private readonly lexicon: Lexicon,
    private readonly guesser: SuffixGuesser,
  ) {
    for (const [word, counts] of lexicon.words) this.emissions.set(word, this.counted(counts));
  }

  /** Counts sentences; yields the share that is done. Throws RangeError when words and tags do not fit. */
  static *trainInSlices(
    sentences: readonly TaggedSentence[],
    { tags, order }: HmmOptions,
  ): Generator<number, HmmTagger> {
    const lexicon = new Lexicon(tags);
    yield* lexicon.countInSlices(sentences);
    const transitions = transitionsOf(countTagGrams(sentences, tags), order);
    yield 1;
    return new HmmTagger(tags, transitions, lexicon, new SuffixGuesser(lexicon));
  }

  /** Trainable numbers: transitions, and a count for each word and tag that were seen together. */
  get parameterCount(): number {
    let emissions = 0;
    for (const { tags } of this.emissions.values()) emissions += tags.length;
    return this.transitions.length + emissions;
  }

  isKnown(word: string): boolean {
    return this.lexicon.words.has(word);
  }

  /** The most probable sequence of tags (Viterbi, over pairs of tags). */
  tag(words: readonly string[]): Int32Array {
    if (words.length === 0) return new Int32Array(0);
    const boundary: Emission = { tags: Int32Array.of(this.tags), logs: Float64Array.of(0) };
    const steps = [boundary, boundary, ...words.map((word) => this.emissionOf(word)), boundary];
    // best[a, b] ends in the tags a and b of the last two steps; back[i][a, b] is the step before them.
    let best = Float64Array.of(0);
    const back: Int32Array[] = [];
    for (let i = 2; i < steps.length; i++) {
      const [next, from] = this.advance(steps[i - 2], steps[i - 1], steps[i], best);
      best = next;
      back[i] = from;
    }
    return this.trace(steps, back, best);
  }

  /** One step of Viterbi: the best scores of pairs of tags (b, c), and of each the best a before. */
  private advance(a: Emission, b: Emission, c: Emission, best: Float64Array): [Float64Array<ArrayBuffer>, Int32Array] {
    const size = this.tags + 1;
    const next = new Float64Array(b.tags.length * c.tags.length);
    const from = new Int32Array(next.length);
    for (let j = 0; j < b.tags.length; j++) {
      for (let k = 0; k < c.tags.length; k++) {
        let highest = -Infinity;
        let argument = 0;
        for (let i = 0; i < a.tags.length; i++) {
          const transition = this.transitions[(a.tags[i] * size + b.tags[j]) * size + c.tags[k]];
          const score = best[i * b.tags.length + j] + transition;
          if (score > highest) [highest, argument] = [score, i];
        }
        next[j * c.tags.length + k] = highest + c.logs[k];
        from[j * c.tags.length + k] = argument;
      }
    }
    return [next, from];
  }

  private trace(steps: Emission[], back: Int32Array[], best: Float64Array): Int32Array {
    const result = new Int32Array(steps.length - 3);
    const last = steps.length - 1;
    // The last step is the boundary, so the pair's index is that of the tag before it.
    let [tag, next] = [best.reduce((high, score, i) => (score > best[high] ? i : high), 0), 0];
    for (let i = last; i > 2; i--) {
      result[i - 3] = steps[i - 1].tags[tag];
      [tag, next] = [back[i][tag * steps[i].tags.length + next], tag];
    }
    return result;
  }

  private emissionOf(word: string): Emission {
    const known = this.emissions.get(word) ?? this.emissions.get(word.toLowerCase());
    if (known) return known;
    const shares = this.guesser.guess(word);
    const all = this.lexicon.tags.reduce((sum, count) => sum + count, 0);
    const tags = Int32Array.from(shares.keys()).filter((tag) => shares[tag] > 0);
    return {
      tags,
      logs: Float64Array.from(tags, (tag) => Math.log(shares[tag]) - Math.log(this.lexicon.tags[tag] / all)),
    };
  }

  private counted(counts: Float64Array): Emission {
    const tags = Int32Array.from(counts.keys()).filter((tag) => counts[tag] > 0);
    return { tags, logs: Float64Array.from(tags, (tag) => Math.log(counts[tag] / this.lexicon.tags[tag])) };
  }
}
