import type { SubwordTable } from './subwords';

/** Words with their vectors, the most frequent word first where the file says so. */
export class WordVectors {
  private readonly ids: ReadonlyMap<string, number>;
  private unitRows: Float32Array | undefined;

  /**
   * @param words each of them once
   * @param size E, numbers in a vector
   * @param values [words, E], finite
   * @param subwords vectors of character n-grams, for words that are not among `words`
   */
  constructor(
    readonly words: readonly string[],
    readonly size: number,
    readonly values: Float32Array,
    readonly subwords?: SubwordTable,
  ) {
    this.ids = new Map(words.map((word, id) => [word, id]));
  }

  /** Place of a word in `words`; undefined when it has no vector. */
  idOf(word: string): number | undefined {
    return this.ids.get(word);
  }

  /** The vector of any word, [E]: of one without a vector of its own from its n-grams, where there are any. */
  vectorOf(word: string): Float32Array | undefined {
    const id = this.ids.get(word);
    if (id === undefined) return this.subwords?.vectorOf(word);
    return this.values.subarray(id * this.size, (id + 1) * this.size);
  }

  /** [words, E]: all vectors with length 1, made on first use. A vector of zeros stays as it is. */
  get unit(): Float32Array {
    this.unitRows ??= normalised(this.values, this.size);
    return this.unitRows;
  }
}

function normalised(values: Float32Array, size: number): Float32Array {
  const unit = new Float32Array(values.length);
  for (let from = 0; from < values.length; from += size) {
    let squares = 0;
    for (let k = from; k < from + size; k++) squares += values[k] * values[k];
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let k = from; k < from + size; k++) unit[k] = values[k] * scale;
  }
  return unit;
}
