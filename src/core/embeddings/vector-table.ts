import { UserError } from '../errors';
import { WordVectors } from './word-vectors';

/** Most numbers in a vector. */
const MOST_NUMBERS = 4096;
/** Most words that a file may promise; more do not fit into a table. */
const MOST_WORDS = 2 ** 24;

export interface ReadingOptions {
  /** What the file is called, for messages. */
  label: string;
  /** Words to read; files hold the most frequent first. All if left out. */
  limit?: number;
  /**
   * Whether a word's vector is kept; all if left out. Others are read and forgotten, so that a large file needs little
   * memory.
   */
  only?: (word: string) => boolean;
}

/** What both formats of word2vec say in their first line. */
export interface VectorHeader {
  words: number;
  size: number;
}

/** The first line of a word2vec file; undefined when it is none. Throws UserError when its numbers cannot be true. */
export function parseHeader(line: string, label: string): VectorHeader | undefined {
  const match = /^(\d{1,15}) (\d{1,15})[ \t\r]*$/.exec(line);
  if (!match) return undefined;
  const [words, size] = [Number(match[1]), Number(match[2])];
  if (words < 1 || words > MOST_WORDS || size < 1 || size > MOST_NUMBERS) {
    throw new UserError(
      `The first line of ${label} promises ${words.toLocaleString('en-US')} words with ${size.toLocaleString('en-US')} numbers each, and at most 16,777,216 words with 4,096 numbers can be read: choose another file.`,
    );
  }
  return { words, size };
}

/** Collects words and vectors of a file. Memory grows with what was read, never with what a header promises. */
export class VectorTable {
  private readonly words: string[] = [];
  private readonly seen = new Set<string>();
  private values = new Float32Array(0);
  private readonly wanted: number;
  /** Words read, whether kept or not. */
  private read = 0;
  private readonly forgotten: Float32Array;

  /** @param size E, numbers in a vector; @param promised words that the header names */
  constructor(
    readonly size: number,
    private readonly options: ReadingOptions,
    private readonly promised?: number,
  ) {
    if (size < 1 || size > MOST_NUMBERS)
      throw new UserError(
        `The vectors of ${options.label} have ${size} numbers, and 1 to ${MOST_NUMBERS} can be read: choose another file.`,
      );
    this.forgotten = new Float32Array(options.only ? size : 0);
    this.wanted = Math.min(options.limit ?? MOST_WORDS, promised ?? MOST_WORDS);
  }

  /** Whether all wanted words are there. */
  get full(): boolean {
    return this.read >= this.wanted;
  }

  /** Whether the file's own number of words was reached, so that nothing may follow. */
  get complete(): boolean {
    return this.promised !== undefined && this.read >= this.promised;
  }

  /**
   * Adds a word and returns where its numbers go, in order, E of them.
   * @param place "Line 7", for messages
   */
  add(word: string, place: string): Float32Array {
    this.read++;
    if (this.options.only?.(word) === false) return this.forgotten;
    if (this.seen.has(word)) {
      throw new UserError(
        `${place} of ${this.options.label} has the word ${JSON.stringify(word)} a second time: remove one of the two.`,
      );
    }
    this.seen.add(word);
    const from = this.words.push(word) * this.size - this.size;
    if (from + this.size > this.values.length) {
      const larger = new Float32Array(Math.max(1024 * this.size, this.values.length * 2));
      larger.set(this.values);
      this.values = larger;
    }
    return this.values.subarray(from, from + this.size);
  }

  /** Throws UserError when the file ended before all words that it promised, or without any. */
  finish(): WordVectors {
    const { words, size, promised } = this;
    const { label } = this.options;
    if (!this.full && promised !== undefined) {
      throw new UserError(
        `${label} is cut short: its first line promises ${promised.toLocaleString('en-US')} words and ${this.read.toLocaleString('en-US')} are there; copy or download it again.`,
      );
    }
    if (this.read === 0) throw new UserError(`${label} holds no word vectors: choose another file.`);
    return new WordVectors(words, size, this.values.slice(0, words.length * size));
  }
}

/** Reads a file of vectors piece by piece. */
export interface VectorReader {
  /** Takes the next bytes, in pieces of any size. Throws UserError. */
  push(bytes: Uint8Array): void;
  /** Whether enough was read: the rest of the file is not needed. */
  readonly full: boolean;
  /** To be called after the last bytes, or when full. Throws UserError. */
  finish(): WordVectors;
}
