import { LINE_END } from '../word-counter';
import { mergeRuns } from './merge';
import { PairWriter, type PairFile, type SpillStore } from './spill';

export interface CountingOptions {
  /** Most words between which a pair counts, in words that have a vector. */
  window: number;
  /** Whether a pair of words d apart counts 1/d, as in GloVe, or 1. */
  weighting: 'harmonic' | 'flat';
}

/** Pairs of the first so many words are counted in a table of their own, 32 MB: they are most of a text. */
const FREQUENT = 2048;
/** Pairs that the table of all others holds, 50 MB; three quarters are used. */
const CAPACITY = 2 ** 22;

/**
 * Counts which words stand near each other, as GloVe does: windows to both sides that no line end crosses, words without
 * a vector left out before. Memory is bounded whatever the text: when a table is full, its pairs are sorted and written
 * to a temporary file; in the end these are merged.
 */
export class CoOccurrenceCounter {
  private readonly frequent: number;
  private readonly dense: Float64Array;
  private readonly first: Int32Array;
  private readonly second: Int32Array;
  private readonly counts: Float32Array;
  private readonly mask: number;
  private used = 0;
  private readonly runs: PairFile[] = [];
  /** The last words of the line, in a ring. */
  private readonly before: Int32Array;
  private seen = 0;

  /**
   * @param vocabulary ids are below it
   * @param capacity of the table, a power of two
   */
  constructor(
    private readonly vocabulary: number,
    private readonly options: CountingOptions,
    private readonly store: SpillStore,
    capacity = CAPACITY,
  ) {
    this.frequent = Math.min(FREQUENT, vocabulary);
    this.dense = new Float64Array(this.frequent ** 2);
    [this.first, this.second] = [new Int32Array(capacity).fill(-1), new Int32Array(capacity)];
    this.counts = new Float32Array(capacity);
    this.mask = capacity - 1;
    this.before = new Int32Array(options.window);
  }

  /** Counts the next ids of the text: places in the vocabulary, UNKNOWN and LINE_END. */
  push(ids: Int32Array): void {
    const { before } = this;
    const { window, weighting } = this.options;
    for (const id of ids) {
      if (id === LINE_END) this.seen = 0;
      if (id < 0) continue;
      const reach = Math.min(window, this.seen);
      for (let d = 1; d <= reach; d++)
        this.count(id, before[(this.seen - d) % window], weighting === 'flat' ? 1 : 1 / d);
      before[this.seen % window] = id;
      this.seen++;
    }
  }

  /** All pairs in the order of their words; yields the share that is merged. The counter is used up. */
  *finish(): Generator<number, PairFile> {
    this.spill();
    const { frequent, dense } = this;
    const out = new PairWriter(this.store());
    for (const share of mergeRuns(this.runs, { frequent, dense }, this.vocabulary, out)) yield share;
    this.close();
    return out.finish();
  }

  /** Gives the temporary files back. */
  close(): void {
    for (const run of this.runs.splice(0)) run.close();
  }

  private count(x: number, y: number, weight: number): void {
    const [first, second] = x < y ? [x, y] : [y, x];
    // A pair of the same word counts from both of its places.
    const amount = first === second ? 2 * weight : weight;
    if (second < this.frequent) {
      this.dense[first * this.frequent + second] += amount;
      return;
    }
    const place = this.placeOf(first, second);
    if (this.first[place] < 0) {
      this.first[place] = first;
      this.second[place] = second;
      this.used++;
    }
    this.counts[place] += amount;
    if (this.used > this.mask * 0.75) this.spill();
  }

  /** Where the pair is, or would be, in the table. */
  private placeOf(first: number, second: number): number {
    const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
    let place = (mixed ^ (mixed >>> 15)) & this.mask;
    while (this.first[place] >= 0 && (this.first[place] !== first || this.second[place] !== second))
      place = (place + 1) & this.mask;
    return place;
  }

  /** Writes the table's pairs in their order, and empties it. */
  private spill(): void {
    if (this.used === 0) return;
    const { first, second, counts, vocabulary } = this;
    const keys = new Float64Array(this.used);
    let at = 0;
    for (let place = 0; place < first.length; place++)
      if (first[place] >= 0) keys[at++] = first[place] * vocabulary + second[place];
    keys.sort();
    const out = new PairWriter(this.store());
    for (const key of keys) {
      const row = Math.floor(key / vocabulary);
      const column = key - row * vocabulary;
      out.add(row, column, counts[this.placeOf(row, column)]);
    }
    this.runs.push(out.finish());
    first.fill(-1);
    counts.fill(0);
    this.used = 0;
  }
}
