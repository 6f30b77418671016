import { UserError } from '../errors';
import type { Random } from '../random';

/** Most numbers in a vector. */
const MOST_NUMBERS = 4096;

/**
 * Reads word vectors line by line, in the text format of word2vec: a first line with the number of words and of numbers
 * in each vector, then on each line a word and its numbers, apart by spaces. A file without the first line, as GloVe
 * writes it, is read too. Only vectors of wanted words are kept, so a file of any size needs little memory.
 */
export class WordVectorReader {
  /** Wanted words that were found. */
  found = 0;
  private line = 0;
  private readonly seen: Uint8Array;
  private readonly table: Float32Array;

  /**
   * @param wanted id of each word whose vector is wanted, in [0, vocabulary)
   * @param size E, numbers in a vector, as the recipe has it
   * @param where what the file is called, for messages
   */
  constructor(
    private readonly wanted: ReadonlyMap<string, number>,
    private readonly vocabulary: number,
    private readonly size: number,
    private readonly where: string,
  ) {
    this.seen = new Uint8Array(vocabulary);
    this.table = new Float32Array(vocabulary * size);
  }

  /** Takes the next line, without its end. Throws UserError when it is not a vector of the wanted size. */
  read(text: string): void {
    this.line++;
    const trimmed = text.trimEnd();
    if (trimmed === '') return;
    if (this.line === 1 && /^\d+ \d+$/.test(trimmed)) {
      this.refuseSize(Number(trimmed.slice(trimmed.indexOf(' ') + 1)));
      return;
    }
    const space = trimmed.search(/[ \t]/);
    if (space < 1) throw this.fault('is not a word with numbers after it');
    const id = this.wanted.get(trimmed.slice(0, space));
    // Numbers of words that nobody wants are counted on the first lines only.
    if (id === undefined && this.line > 2) return;
    const numbers = trimmed.slice(space + 1).split(/[ \t]+/, MOST_NUMBERS + 1);
    this.refuseSize(numbers.length);
    if (id === undefined || this.seen[id]) return; // the first of equal words counts
    this.keep(id, numbers);
  }

  /**
   * The table [V·E]; words that were not found get numbers drawn evenly, with the variance of those that were. Throws
   * UserError when no wanted word was found.
   */
  finish(random: Random): Float32Array {
    if (this.found === 0) {
      throw new UserError(
        `${this.where} has vectors of none of the text's words: choose vectors of its language, or set tokens.lowercase=true.`,
      );
    }
    const { table, seen, size, vocabulary } = this;
    const squares = table.reduce((sum, value) => sum + value * value, 0);
    const bound = Math.sqrt((3 * squares) / (this.found * size));
    for (let id = 0; id < vocabulary; id++) {
      if (seen[id]) continue;
      for (let k = 0; k < size; k++) table[id * size + k] = (2 * random.next() - 1) * bound;
    }
    return table;
  }

  private keep(id: number, numbers: string[]): void {
    numbers.forEach((text, k) => {
      const value = Number(text);
      if (text === '' || !Number.isFinite(Math.fround(value))) throw this.fault('has an entry that is not a number');
      this.table[id * this.size + k] = value;
    });
    this.seen[id] = 1;
    this.found++;
  }

  private refuseSize(size: number): void {
    if (size === this.size) return;
    if (size > MOST_NUMBERS) throw this.fault(`has more than ${MOST_NUMBERS} numbers`);
    if (this.line > 2) throw this.fault(`has ${size} numbers and not ${this.size}`);
    throw new UserError(
      `The vectors in ${this.where} have ${size} numbers each, and model.embedding is ${this.size}: set model.embedding=${size}.`,
    );
  }

  private fault(what: string): UserError {
    return new UserError(
      `Line ${this.line} of ${this.where} ${what}: choose a file of word vectors in word2vec's text format.`,
    );
  }
}
