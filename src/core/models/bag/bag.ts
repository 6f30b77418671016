import { NgramIndex } from './ngram-index';

/** Examples between two yields: a few milliseconds. */
const SLICE = 256;

/** Bags of many examples: entries starts[i] to starts[i + 1] - 1 are those of example i. */
export interface SparseRows {
  starts: Int32Array;
  /** Numbers of the n-grams, ascending within an example. */
  features: Int32Array;
  values: Float64Array;
}

/** Turns token sequences into counts of the n-grams that they hold, of one token up to `longest`. */
export class NgramBag {
  readonly index = new NgramIndex();

  /** @param binary whether only presence counts: every value is 1 */
  constructor(
    readonly longest: number,
    readonly binary: boolean,
  ) {}

  /** Number of features. */
  get size(): number {
    return this.index.size;
  }

  /** Bags of the training examples, whose n-grams become the features; yields the share that is done. */
  *learnInSlices(examples: readonly Int32Array[]): Generator<number, SparseRows> {
    const most = examples.reduce((sum, { length }) => sum + length * this.longest, 0);
    const starts = new Int32Array(examples.length + 1);
    const features = new Int32Array(most);
    const values = new Float64Array(most);
    for (let i = 0; i < examples.length; i++) {
      let at = starts[i];
      for (const [feature, value] of this.bag(examples[i], true)) {
        features[at] = feature;
        values[at++] = value;
      }
      starts[i + 1] = at;
      if (i % SLICE === SLICE - 1) yield i / examples.length;
    }
    const entries = starts[examples.length];
    return { starts, features: features.slice(0, entries), values: values.slice(0, entries) };
  }

  /** Features of a sequence and how often each is in it, ascending; n-grams that training lacked are passed over. */
  count(ids: Int32Array): [feature: number, value: number][] {
    return this.bag(ids, false);
  }

  private bag(ids: Int32Array, grows: boolean): [number, number][] {
    const counts = new Map<number, number>();
    for (let from = 0; from < ids.length; from++) {
      let row = -1;
      for (let i = from; i < Math.min(ids.length, from + this.longest); i++) {
        row = grows ? this.index.findOrAdd(row, ids[i]) : this.index.find(row, ids[i]);
        if (row < 0) break; // what begins with an unknown n-gram is unknown
        counts.set(row, this.binary ? 1 : (counts.get(row) ?? 0) + 1);
      }
    }
    return [...counts].sort(([a], [b]) => a - b);
  }
}
