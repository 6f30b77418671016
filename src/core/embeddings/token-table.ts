import { UserError } from '../errors';
import type { Random } from '../random';
import type { Tokenizer } from '../text/tokenizer';
import type { WordVectors } from './word-vectors';

/**
 * The rows of a vocabulary that loaded word vectors fill. A word with the space before it and the same without are one
 * word; special tokens and white space are no words and have rows of their own, which nothing fills.
 */
export class TokenTable {
  /** Row of each word, and of each token. */
  private readonly rows = new Map<string, number>();
  private readonly rowOf: Int32Array;
  private readonly count: number;
  private readonly forms = new Set<string>();

  constructor(tokenizer: Tokenizer) {
    const special = new Set<number | undefined>(Object.values(tokenizer.special) as (number | undefined)[]);
    this.rowOf = new Int32Array(tokenizer.size);
    let count = 0;
    for (let id = 0; id < tokenizer.size; id++) {
      const word = special.has(id) ? '' : tokenizer.token(id).trim();
      this.rowOf[id] = this.rows.get(word) ?? count++;
      if (word === '') continue;
      this.rows.set(word, this.rowOf[id]);
      this.forms.add(word).add(word.toLowerCase());
    }
    this.count = count;
  }

  /** Whether a file's vector of this word may be needed. */
  readonly wanted = (word: string): boolean => this.forms.has(word);

  /**
   * The table [V·E]: each word's vector as it is written, else in lower case, else from its n-grams where the vectors have
   * them; all other rows get numbers drawn evenly, with the variance of those that were found. Throws UserError when the
   * vectors are of another size, or have none of the words.
   * @param where what the vectors are called, for messages
   */
  fill(
    vectors: WordVectors,
    embedding: number,
    random: Random,
    where: string,
  ): { values: Float32Array; words: number; found: number; unseen: number } {
    const { size } = vectors;
    if (size !== embedding) {
      throw new UserError(
        `The vectors in ${where} have ${size} numbers each, and model.embedding is ${embedding}: set model.embedding=${size}.`,
      );
    }
    const table = new Float32Array(this.count * size);
    const seen = new Uint8Array(this.count);
    let [found, unseen, squares] = [0, 0, 0];
    for (const [word, row] of this.rows) {
      const lower = word.toLowerCase();
      const known = [word, lower].find((form) => vectors.idOf(form) !== undefined);
      const vector = vectors.vectorOf(known ?? word);
      if (!vector) continue;
      table.set(vector, row * size);
      seen[row] = 1;
      found++;
      if (known === undefined) unseen++;
      squares += vector.reduce((sum, value) => sum + value * value, 0);
    }
    if (found === 0) {
      throw new UserError(
        `${where} has vectors of none of the text's words: choose vectors of its language, or set tokens.lowercase=true.`,
      );
    }
    const bound = Math.sqrt((3 * squares) / (found * size));
    for (let row = 0; row < this.count; row++)
      for (let k = row * size; k < (row + 1) * size && !seen[row]; k++) table[k] = (2 * random.next() - 1) * bound;
    const values = new Float32Array(this.rowOf.length * size);
    this.rowOf.forEach((row, id) => values.set(table.subarray(row * size, (row + 1) * size), id * size));
    return { values, words: this.rows.size, found, unseen };
  }
}
