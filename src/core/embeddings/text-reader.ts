import { UserError } from '../errors';
import { Utf8Reader } from '../text/utf8';
import { parseHeader, VectorTable, type ReadingOptions, type VectorReader } from './vector-table';
import type { WordVectors } from './word-vectors';

/** Longest line, in characters: 4,096 numbers and a long word fit. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads vectors as text: word2vec's text format and fastText's .vec (a first line with the number of words and of
 * numbers in a vector), and GloVe's, which has no first line. A line is a word and its numbers, apart by spaces or tabs.
 * Words of GloVe may hold spaces; there the last E parts of a line are the numbers.
 */
export class TextVectorReader implements VectorReader {
  private readonly utf8: Utf8Reader;
  private rest = '';
  private line = 0;
  private hasHeader = false;
  private table: VectorTable | undefined;

  constructor(private readonly options: ReadingOptions) {
    this.utf8 = new Utf8Reader(options.label);
  }

  get full(): boolean {
    // Behind the last promised word the file must end, which is looked at unless a limit ends the reading earlier.
    return this.table !== undefined && this.table.full && !this.table.complete;
  }

  push(bytes: Uint8Array): void {
    this.cut(this.utf8.push(bytes));
  }

  finish(): WordVectors {
    if (!this.full) {
      this.cut(this.utf8.end());
      if (this.rest !== '') this.read(this.rest);
    }
    if (!this.table) throw new UserError(`${this.options.label} holds no word vectors: choose another file.`);
    return this.table.finish();
  }

  private cut(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > LONGEST_LINE) throw this.fault('is too long for a word with its numbers', this.line + 1);
    for (const line of lines) {
      if (this.full) return;
      this.read(line);
    }
  }

  private read(line: string): void {
    this.line++;
    // Only these: a word may be a no-break space.
    const text = (this.line === 1 ? line.replace(/^\uFEFF/, '') : line).replace(/[ \t\r]+$/, '');
    if (this.line === 1) {
      const header = parseHeader(text, this.options.label);
      this.hasHeader = header !== undefined;
      if (header) this.table = new VectorTable(header.size, this.options, header.words);
      if (header) return;
    }
    if (text === '') return;
    const parts = text.split(/[ \t]+/);
    this.table ??= new VectorTable(parts.length - 1, this.options);
    if (this.table.complete) throw this.fault('comes after the last word that the first line promises');
    const { size } = this.table;
    const extra = parts.length - 1 - size;
    if (extra < 0 || (extra > 0 && (this.hasHeader || parts.slice(1, 1 + extra).every(isNumber))))
      throw this.fault(`has ${parts.length - 1} numbers and not ${size}`);
    const row = this.table.add(parts.slice(0, 1 + extra).join(' '), `Line ${this.line}`);
    for (let k = 0; k < size; k++) {
      const value = Math.fround(Number(parts[1 + extra + k]));
      if (!Number.isFinite(value))
        throw this.fault(`has ${JSON.stringify(parts[1 + extra + k])} where a number is needed`);
      row[k] = value;
    }
  }

  private fault(what: string, line = this.line): UserError {
    return new UserError(
      `Line ${line} of ${this.options.label} ${what}: choose a file of word vectors (word2vec, GloVe or fastText .vec), or mend that line.`,
    );
  }
}

const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text));
