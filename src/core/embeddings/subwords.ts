/** How words are cut into character n-grams, as fastText does it. */
export interface SubwordOptions {
  /** Shortest and longest n-gram, in characters, the marks < and > around the word counted; 0 and 0: none. */
  minGram: number;
  maxGram: number;
  /** Numbers that n-grams are hashed to. */
  buckets: number;
}

const encoder = new TextEncoder();
const isInside = (byte: number) => (byte & 0xc0) === 0x80;

/** FNV-1a of bytes as the fastText library computes it: bytes above 127 enter with their sign extended. */
export function subwordHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = 2166136261;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ ((bytes[i] << 24) >> 24), 16777619);
  return hash >>> 0;
}

/**
 * Buckets of the n-grams of a word, in the order of the fastText library; an n-gram that stands twice is there twice.
 * The marks alone are no n-grams.
 */
export function subwordBuckets(word: string, { minGram, maxGram, buckets }: SubwordOptions): number[] {
  const found: number[] = [];
  if (maxGram === 0) return found;
  const bytes = encoder.encode(`<${word}>`);
  for (let from = 0; from < bytes.length; from++) {
    if (isInside(bytes[from])) continue;
    let to = from;
    for (let length = 1; to < bytes.length && length <= maxGram; length++) {
      to++;
      while (to < bytes.length && isInside(bytes[to])) to++;
      const isMark = length === 1 && (from === 0 || to === bytes.length);
      if (length >= minGram && !isMark) found.push(subwordHash(bytes, from, to) % buckets);
    }
  }
  return found;
}

/**
 * Vectors of n-grams by bucket. Only buckets that hold something have a row, so memory grows with the text's n-grams and
 * not with the number of buckets; the others count as zeros.
 */
export class SubwordTable {
  /** For each bucket its row in the table, -1 for none. */
  private readonly places: Int32Array;

  /**
   * @param used buckets that have a row, in the order of the rows
   * @param rows the row of a place among `used`, E numbers; looked at when asked
   */
  constructor(
    readonly options: SubwordOptions,
    readonly size: number,
    readonly used: ArrayLike<number>,
    private readonly rows: (place: number) => Float32Array,
  ) {
    this.places = new Int32Array(options.buckets).fill(-1);
    for (let place = 0; place < used.length; place++) this.places[used[place]] = place;
  }

  /** The vector of a bucket, [E]; undefined where it is all zeros. */
  row(bucket: number): Float32Array | undefined {
    const place = this.places[bucket];
    return place < 0 ? undefined : this.rows(place);
  }

  /**
   * The mean of the vectors of a word's n-grams, and of `own`, the row of the word itself, where there is one: the vector
   * as the fastText library computes it. Undefined when nothing is known of the word.
   */
  vectorOf(word: string, own?: Float32Array): Float32Array | undefined {
    const found = subwordBuckets(word, this.options);
    const sum = own ? Float64Array.from(own) : new Float64Array(this.size);
    let known = own !== undefined;
    for (const bucket of found) {
      const row = this.row(bucket);
      if (!row) continue;
      known = true;
      for (let k = 0; k < sum.length; k++) sum[k] += row[k];
    }
    const count = found.length + (own ? 1 : 0);
    return known ? Float32Array.from(sum, (value) => value / count) : undefined;
  }
}

/** Which rows of one table make up each word of a vocabulary: its own, at its place, then those of its n-grams. */
export interface SubwordRows {
  /** [V + 1] where a word's part of `rows` begins. */
  start: Int32Array;
  rows: Int32Array;
  /** Buckets of the rows behind the V words, in their order. */
  used: number[];
  /** [V] what the mean of a word's rows takes of a change that each of them takes: see kernels/subwords.c. */
  echo: Float32Array;
}

/** Gives each bucket that the vocabulary uses a row behind the words. */
export function subwordRows(words: readonly string[], options: SubwordOptions): SubwordRows {
  const places = new Int32Array(options.buckets).fill(-1);
  const [start, echo] = [new Int32Array(words.length + 1), new Float32Array(words.length)];
  const used: number[] = [];
  let rows = new Int32Array(words.length * 16);
  let end = 0;
  words.forEach((word, id) => {
    const own = [id];
    for (const bucket of subwordBuckets(word, options)) {
      if (places[bucket] < 0) places[bucket] = used.push(bucket) - 1;
      own.push(words.length + places[bucket]);
    }
    if (end + own.length > rows.length) {
      const larger = new Int32Array(2 * rows.length + own.length);
      larger.set(rows);
      rows = larger;
    }
    rows.set(own, end);
    end += own.length;
    start[id + 1] = end;
    const times = new Map<number, number>();
    for (const row of own) times.set(row, (times.get(row) ?? 0) + 1);
    echo[id] = [...times.values()].reduce((sum, n) => sum + n * n, 0) / own.length;
  });
  return { start, rows: rows.slice(0, end), used, echo };
}
