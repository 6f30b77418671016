import { UserError } from '../errors';
import { parseHeader, VectorTable, type ReadingOptions, type VectorReader } from './vector-table';
import type { WordVectors } from './word-vectors';

const [SPACE, LINE_END] = [0x20, 0x0a];
/** Longest word and longest first line, in bytes. */
const LONGEST_WORD = 4096;

/**
 * Reads word2vec's binary format: a first line with the number of words V and of numbers E, then V times a word, a
 * space, E float32 (little-endian), and, as word2vec.c writes it, a line end.
 */
export class BinaryVectorReader implements VectorReader {
  private rest = new Uint8Array(0);
  private read = 0;
  private table: VectorTable | undefined;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly options: ReadingOptions) {}

  get full(): boolean {
    return this.table !== undefined && this.table.full && !this.table.complete;
  }

  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    let from = this.table ? 0 : this.readHeader(all);
    while (!this.full) {
      const next = this.readWord(all, from);
      if (next === from) break;
      from = next;
    }
    this.rest = all.slice(from);
  }

  finish(): WordVectors {
    if (!this.table) throw this.fault('has no first line with the numbers of words and of values');
    return this.table.finish();
  }

  /** Returns where the words begin, 0 when the line is not whole yet. */
  private readHeader(bytes: Uint8Array): number {
    const end = bytes.subarray(0, LONGEST_WORD).indexOf(LINE_END);
    if (end < 0 && bytes.length < LONGEST_WORD) return 0;
    const line = String.fromCharCode(...bytes.subarray(0, Math.max(0, end)));
    const header = parseHeader(line, this.options.label);
    if (!header) throw this.fault('has no first line with the numbers of words and of values');
    this.table = new VectorTable(header.size, this.options, header.words);
    return end + 1;
  }

  /** Reads one word with its numbers; returns where the next begins, `from` when it is not whole yet. */
  private readWord(bytes: Uint8Array, from: number): number {
    if (!this.table) return from;
    let start = from;
    while (bytes[start] === LINE_END) start++;
    if (this.table.complete) {
      if (start < bytes.length) throw this.fault('goes on behind the last word that its first line promises');
      return start;
    }
    const space = bytes.subarray(start, start + LONGEST_WORD).indexOf(SPACE);
    if (space < 0 && bytes.length - start < LONGEST_WORD) return from;
    if (space < 1) throw this.fault(`has no word where word ${this.read + 1} should begin`);
    const end = start + space + 1 + this.table.size * 4;
    if (end > bytes.length) return from;
    const row = this.table.add(this.decode(bytes.subarray(start, start + space)), `Entry ${this.read + 1}`);
    const numbers = new DataView(bytes.buffer, bytes.byteOffset + start + space + 1, this.table.size * 4);
    for (let k = 0; k < row.length; k++) {
      row[k] = numbers.getFloat32(k * 4, true);
      if (!Number.isFinite(row[k]))
        throw this.fault(`has a value that is no number in the vector of word ${this.read + 1}`);
    }
    this.read++;
    return end;
  }

  private decode(bytes: Uint8Array): string {
    try {
      return this.decoder.decode(bytes);
    } catch {
      throw this.fault(`has bytes that are no UTF-8 in word ${this.read + 1}`);
    }
  }

  private fault(what: string): UserError {
    return new UserError(`${this.options.label} ${what}: choose a file of word vectors in word2vec's binary format.`);
  }
}
