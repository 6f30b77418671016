import { Lexicon, mostFrequent, sumOf } from './lexicon';
import type { TaggedSentence, Tagger } from './tagged';

/**
 * Gives each word the tag that it had most often in training, and a word that training lacked the most frequent tag of the
 * words that were seen once, those with a capital apart from those without.
 */
export class MostFrequentTagger implements Tagger {
  private readonly best: Map<string, number>;
  private readonly ofCapital: number;
  private readonly ofOthers: number;

  private constructor(lexicon: Lexicon) {
    this.best = new Map(Array.from(lexicon.words, ([word, counts]) => [word, mostFrequent(counts)]));
    const fallback = (capital: boolean): number => {
      const sums = new Float64Array(lexicon.size);
      for (const [word, counts] of lexicon.words) {
        if (sumOf(counts) === 1 && hasCapital(word) === capital) sums[mostFrequent(counts)]++;
      }
      return mostFrequent(sumOf(sums) > 0 ? sums : lexicon.tags);
    };
    this.ofCapital = fallback(true);
    this.ofOthers = fallback(false);
  }

  /** @param tags number of tags */
  static *trainInSlices(sentences: readonly TaggedSentence[], tags: number): Generator<number, MostFrequentTagger> {
    const lexicon = new Lexicon(tags);
    yield* lexicon.countInSlices(sentences);
    return new MostFrequentTagger(lexicon);
  }

  isKnown(word: string): boolean {
    return this.best.has(word);
  }

  tag(words: readonly string[]): Int32Array {
    return Int32Array.from(words, (word) => this.best.get(word) ?? (hasCapital(word) ? this.ofCapital : this.ofOthers));
  }
}

function hasCapital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}
