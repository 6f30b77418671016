import { UserError } from '../errors';
import { MAGIC, VERSION } from './fasttext-format';
import { SubwordTable, type SubwordOptions } from './subwords';
import type { ReadingOptions, VectorReader } from './vector-table';
import { WordVectors } from './word-vectors';

/** Bytes of magic, version, twelve options and the sampling threshold; of the dictionary's five numbers. */
const [HEAD, COUNTS, MATRIX] = [64, 28, 17];
/** Limits of what a file may promise: words, buckets, numbers in a vector, bytes of a word. */
const [MOST_WORDS, MOST_BUCKETS, MOST_NUMBERS, LONGEST_WORD] = [2 ** 24, 20_000_000, 4096, 65_536];
const OLDEST = 11;
const SUPERVISED = 3;
/** Rows of n-grams that are allocated at once. */
const ROWS = 1024;

/**
 * Reads fastText's binary format as far as the input matrix, which is all that vectors need: words get the mean of their
 * own row and of their n-grams' rows, and the n-grams stay, so that words which are not there have a vector too. Memory
 * grows with what was read; rows of zeros take none.
 */
export class FastTextReader implements VectorReader {
  private readonly stored: string[] = [];
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = new Uint8Array(0);
  private step: (view: DataView, bytes: Uint8Array) => number = (view) => this.readHead(view);
  private subwords: SubwordOptions = { minGram: 0, maxGram: 0, buckets: 0 };
  private size = 0;
  /** Entries of the dictionary, how many of them are words, and entries read so far. */
  private entries = 0;
  private words = 0;
  private read = 0;
  private rows = 0;
  private row = 0;
  private readonly own: Float32Array[] = [];
  private readonly used: number[] = [];
  private readonly blocks: Float32Array[] = [];
  private done = false;

  constructor(private readonly options: ReadingOptions) {}

  get full(): boolean {
    return this.done;
  }

  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    let from = 0;
    while (!this.done) {
      const left = all.subarray(from);
      const taken = this.step(new DataView(left.buffer, left.byteOffset, left.length), left);
      if (taken === 0) break;
      from += taken;
    }
    this.rest = all.slice(from);
  }

  finish(): WordVectors {
    if (!this.done) throw new UserError(`${this.options.label} is cut short: copy or download it again.`);
    const { size, stored } = this;
    const at = (place: number) =>
      this.blocks[Math.floor(place / ROWS)].subarray((place % ROWS) * size, ((place % ROWS) + 1) * size);
    const table = new SubwordTable(this.subwords, size, this.used, at);
    const values = new Float32Array(stored.length * size);
    stored.forEach((word, id) => values.set(table.vectorOf(word, this.own[id])!, id * size));
    return new WordVectors(stored, size, values, table);
  }

  /** Each step returns how many bytes it took, 0 when it needs more than there are. */
  private readHead(view: DataView): number {
    if (view.byteLength < HEAD) return 0;
    const numbers = Array.from({ length: 14 }, (_, k) => view.getInt32(k * 4, true));
    const [magic, version, size, , , , , , , model, buckets, minGram, maxGram] = numbers;
    if (magic !== MAGIC || version < OLDEST || version > VERSION)
      throw this.fault(`is of version ${version} of the format, and 11 and 12 are known`);
    this.refuse(size, 1, MOST_NUMBERS, 'numbers in a vector');
    this.refuse(buckets, 0, MOST_BUCKETS, 'buckets of n-grams');
    this.refuse(minGram, 0, 1000, 'characters in the shortest n-gram');
    this.refuse(maxGram, 0, 1000, 'characters in the longest n-gram');
    // The first version used n-grams in classifiers whatever its options say: they had none.
    const hasGrams = maxGram > 0 && buckets > 0 && !(version === OLDEST && model === SUPERVISED);
    this.size = size;
    this.subwords = { minGram, maxGram: hasGrams ? maxGram : 0, buckets };
    this.step = (next) => this.readCounts(next);
    return HEAD;
  }

  private readCounts(view: DataView): number {
    if (view.byteLength < COUNTS) return 0;
    const [entries, words, labels] = [0, 4, 8].map((at) => view.getInt32(at, true));
    this.refuse(words, 1, MOST_WORDS, 'words');
    if (labels < 0 || entries !== words + labels || entries > MOST_WORDS)
      throw this.fault(`promises ${entries} entries for ${words} words and ${labels} labels`);
    if (view.getBigInt64(20, true) > 0n) throw this.fault('was pruned');
    [this.entries, this.words] = [entries, words];
    this.step = (_, bytes) => this.readEntry(bytes);
    return COUNTS;
  }

  private readEntry(bytes: Uint8Array): number {
    if (this.read === this.entries) {
      this.step = (view) => this.readMatrix(view);
      return this.readMatrix(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    }
    const end = bytes.subarray(0, LONGEST_WORD).indexOf(0);
    if (end < 0 && bytes.length >= LONGEST_WORD) throw this.fault(`has no end of word ${this.read + 1}`);
    if (end < 0 || bytes.length < end + 10) return 0;
    const isWord = bytes[end + 9] === 0;
    if (isWord !== this.read < this.words) throw this.fault(`has a label among its words at entry ${this.read + 1}`);
    if (isWord && this.stored.length < (this.options.limit ?? Infinity)) this.stored.push(this.decode(bytes, end));
    this.read++;
    return end + 10;
  }

  private readMatrix(view: DataView): number {
    if (view.byteLength < MATRIX) return 0;
    if (view.getUint8(0) !== 0) throw this.fault('is quantised');
    const [rows, size] = [Number(view.getBigInt64(1, true)), Number(view.getBigInt64(9, true))];
    if (rows !== this.words + this.subwords.buckets || size !== this.size)
      throw this.fault(`holds a table of ${rows} by ${size} numbers, which is not what its options say`);
    if (new Set(this.stored).size < this.stored.length) throw this.fault('has a word twice');
    this.rows = rows;
    this.step = (next) => this.readRow(next);
    return MATRIX;
  }

  private readRow(view: DataView): number {
    if (view.byteLength < this.size * 4) return 0;
    const { row, words } = this;
    const kept = row < words ? row < this.stored.length : this.subwords.maxGram > 0;
    if (kept) this.keep(view, row - words);
    this.row++;
    this.done = this.row === this.rows;
    return this.size * 4;
  }

  /** @param bucket negative for the row of a word */
  private keep(view: DataView, bucket: number): void {
    const values = new Float32Array(this.size);
    let hasValue = false;
    for (let k = 0; k < values.length; k++) {
      values[k] = view.getFloat32(k * 4, true);
      if (!Number.isFinite(values[k])) throw this.fault(`has a value that is no number in row ${this.row + 1}`);
      hasValue ||= values[k] !== 0;
    }
    if (bucket < 0) this.own.push(values);
    else if (hasValue) {
      const place = this.used.push(bucket) - 1;
      if (place % ROWS === 0) this.blocks.push(new Float32Array(ROWS * this.size));
      this.blocks[this.blocks.length - 1].set(values, (place % ROWS) * this.size);
    }
  }

  private decode(bytes: Uint8Array, end: number): string {
    try {
      return this.decoder.decode(bytes.subarray(0, end));
    } catch {
      throw this.fault(`has bytes that are no UTF-8 in word ${this.read + 1}`);
    }
  }

  private refuse(value: number, least: number, most: number, what: string): void {
    if (value < least || value > most)
      throw this.fault(`promises ${value.toLocaleString('en-US')} ${what}, and ${least} to ${most.toLocaleString('en-US')} can be read`); // prettier-ignore
  }

  private fault(what: string): UserError {
    return new UserError(`${this.options.label} ${what}: choose a .bin file of fastText that is not quantised.`);
  }
}
