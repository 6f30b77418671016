import type { NamedTensor } from '../../runs/safetensors';
import type { BioRule } from './bio';
import { Lexicon, mostFrequent, sumOf } from './lexicon';
import type { ClassicTagger, TaggedTokens } from './sentence-tagger';
import type { Tensors } from './tables';
import type { TaggedSentence, Tagger } from './tagged';

/**
 * Gives each word the tag that it had most often in training, and a word that training lacked the most frequent tag of the
 * words that were seen once, those with a capital apart from those without. Probabilities are the shares of these counts.
 */
export class MostFrequentTagger implements Tagger, ClassicTagger {
  private readonly ofCapital: Float64Array;
  private readonly ofOthers: Float64Array;

  private constructor(
    private readonly lexicon: Lexicon,
    private readonly rule: BioRule | undefined,
  ) {
    const fallback = (capital: boolean): Float64Array => {
      const sums = new Float64Array(lexicon.size);
      for (const [word, counts] of lexicon.words) {
        if (sumOf(counts) === 1 && hasCapital(word) === capital) sums[mostFrequent(counts)]++;
      }
      return sumOf(sums) > 0 ? sums : lexicon.tags;
    };
    this.ofCapital = fallback(true);
    this.ofOthers = fallback(false);
  }

  /**
   * @param tags number of tags
   * @param rule what the tags of a sentence keep to: I-X that goes on with nothing becomes B-X
   */
  static *trainInSlices(
    sentences: readonly TaggedSentence[],
    tags: number,
    rule?: BioRule,
  ): Generator<number, MostFrequentTagger> {
    const lexicon = new Lexicon(tags);
    yield* lexicon.countInSlices(sentences);
    return new MostFrequentTagger(lexicon, rule);
  }

  /** Throws UserError when the tensors are not those of such a tagger. */
  static fromTensors(tensors: Tensors, tags: number, rule?: BioRule): MostFrequentTagger {
    return new MostFrequentTagger(Lexicon.fromTensors(tensors, tags), rule);
  }

  get parameterCount(): number {
    return this.lexicon.entries;
  }

  isKnown(word: string): boolean {
    return this.lexicon.words.has(word);
  }

  tag(words: readonly string[]): Int32Array {
    const tags = Int32Array.from(words, (word) => mostFrequent(this.countsOf(word)));
    return this.rule?.repaired(tags) ?? tags;
  }

  read(words: readonly string[]): TaggedTokens {
    const probabilities = new Float32Array(words.length * this.lexicon.size);
    words.forEach((word, i) => {
      const counts = this.countsOf(word);
      const all = sumOf(counts);
      probabilities.set(
        counts.map((count) => count / all),
        i * this.lexicon.size,
      );
    });
    return { tags: this.tag(words), probabilities };
  }

  tensors(): NamedTensor[] {
    return this.lexicon.tensors();
  }

  private countsOf(word: string): Float64Array {
    return this.lexicon.words.get(word) ?? (hasCapital(word) ? this.ofCapital : this.ofOthers);
  }
}

function hasCapital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}
