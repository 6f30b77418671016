import { promises as fs } from 'node:fs';
import { align, usualAlignment } from '../core/embeddings/alignment/align';
import type { CrossLingual } from '../core/embeddings/alignment/cross-lingual';
import { knownForm, requireWord } from '../core/embeddings/queries';
import { WordVectors } from '../core/embeddings/word-vectors';
import type { TranslateOptions, TranslateResult } from '../protocol/word-vectors';
import { finished } from './pacing';
import { seedDictionary } from './seed-dictionary';
import type { VectorStore } from './vector-store';
import { versionOf } from './vector-sources';

/** Words of either side that are turned and measured, the most frequent: work grows with the product of both. */
const MOST_WORDS = 20_000;

interface Aligned {
  key: string;
  spaces: CrossLingual;
  pairs: number;
}

/** Translates words by vectors of two languages; the last pair of them stays in one space between questions. */
export class Translator {
  private aligned: Aligned | undefined;

  /** @param mostWords of either side that take part, the most frequent */
  constructor(
    private readonly store: VectorStore,
    private readonly mostWords = MOST_WORDS,
  ) {}

  /**
   * The best translations of a word, looked up as it is and then in lower case. Needs a TF.js backend. Throws UserError
   * when vectors, words or the dictionary are missing, and Cancelled.
   */
  async translate(options: TranslateOptions, signal: AbortSignal): Promise<TranslateResult> {
    const source = first(await this.store.get(options.source), this.mostWords);
    const word = knownForm(source, options.word);
    const id = requireWord(source, word);
    const { spaces, pairs } = await this.align(source, options, signal);
    const [words] = await finished(spaces.translate([id], options.count, 'csls'), signal);
    return { word, words, pairs };
  }

  private async align(source: WordVectors, options: TranslateOptions, signal: AbortSignal): Promise<Aligned> {
    const key = await versionsOf(options);
    if (this.aligned?.key === key) return this.aligned;
    const target = first(await this.store.get(options.target), this.mostWords);
    const dictionary = await seedDictionary(source, target, options.dictionary);
    this.aligned = { key, ...(await finished(align(source, target, dictionary, usualAlignment), signal)) };
    return this.aligned;
  }
}

/** Changes when the vectors or the dictionary do. */
async function versionsOf({ source, target, dictionary }: TranslateOptions): Promise<string> {
  const stat = dictionary === undefined ? undefined : await fs.stat(dictionary).catch(() => undefined);
  return JSON.stringify([await versionOf(source), await versionOf(target), dictionary, stat?.mtimeMs, stat?.size]);
}

/** The first words alone, without vectors for unseen words. */
function first({ words, size, values }: WordVectors, count: number): WordVectors {
  return new WordVectors(words.slice(0, count), size, values.subarray(0, count * size));
}
