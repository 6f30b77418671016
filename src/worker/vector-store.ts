import type { WordVectors } from '../core/embeddings/word-vectors';
import type { VectorSource } from '../protocol/word-vectors';
import { readSource, versionOf } from './vector-sources';

/** Words that are read of a file, the most frequent: enough to explore, and soon there. */
const MOST_WORDS = 200_000;
/** Bytes of vectors that are kept between questions; the last ones asked are kept whatever their size. */
const MOST_BYTES = 1 << 30;
/** Bytes of a word besides its vector, about. */
const WORD = 120;

interface Kept {
  version: string;
  vectors: Promise<WordVectors>;
  bytes: number;
}

/** Vectors in memory, those that were asked last. */
export class VectorStore {
  /** Most recently used last. */
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly mostBytes = MOST_BYTES) {}

  /** Vectors of a run or a file, read anew only when it has changed. Throws UserError. */
  async get(source: VectorSource): Promise<WordVectors> {
    const key = 'run' in source ? source.run : source.file;
    const version = await versionOf(source);
    const known = this.kept.get(key);
    this.kept.delete(key);
    const entry = known?.version === version ? known : this.open(source, version);
    this.kept.set(key, entry);
    try {
      const vectors = await entry.vectors;
      // The vectors, and the same with length 1.
      entry.bytes = 8 * vectors.values.length + WORD * vectors.words.length;
      this.forgetOld();
      return vectors;
    } catch (error) {
      if (this.kept.get(key) === entry) this.kept.delete(key);
      throw error;
    }
  }

  /** How many are kept. */
  get size(): number {
    return this.kept.size;
  }

  private open(source: VectorSource, version: string): Kept {
    return { version, vectors: readSource(source, MOST_WORDS), bytes: 0 };
  }

  private forgetOld(): void {
    let sum = [...this.kept.values()].reduce((all, { bytes }) => all + bytes, 0);
    for (const [key, { bytes }] of this.kept) {
      if (sum <= this.mostBytes || this.kept.size === 1) return;
      this.kept.delete(key);
      sum -= bytes;
    }
  }
}
