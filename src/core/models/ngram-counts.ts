import { UserError } from '../errors';
import { NgramTable, resized } from './ngram-table';

/** Tokens that are counted between two yields: a few milliseconds. */
const SLICE = 2048;

export interface NgramOptions {
  /** Tokens seen at once, the predicted one included: 1 to 12. */
  order: number;
  /** Tokens are 0 to vocabulary - 1; at most 65,536. */
  vocabulary: number;
  /** Distinct n-grams, over all orders, that are kept at most; about 25 bytes each. */
  maxNgrams?: number;
}

/** About 800 MB of tables. */
const MAX_NGRAMS = 1 << 25;

/**
 * Counts for Kneser-Ney smoothing. Rows of `inner` are the n-grams below the highest order, which are also the contexts
 * of the next order (row 0 is the empty context); rows of `leaves` are those of the highest order. An n-gram's row is a
 * child of the row of its context, and `suffix` leads from it to the row of the next lower order, so that the table is
 * a tree in which one look-up for the longest known n-gram gives all shorter ones.
 *
 * The highest order counts occurrences. Below it, an n-gram counts how many different tokens precede it; the start of
 * the text is one such token, so that the first tokens of a text count too.
 */
export class NgramCounts {
  readonly inner = new NgramTable();
  readonly leaves = new NgramTable();
  /** Of each context: the sum of its children's counts. */
  total = new Uint32Array(this.inner.capacity);
  /** Of each context: its number of different children. */
  types = new Uint32Array(this.inner.capacity);
  /** Number of n-grams with count one and count two, by order (index 0 is unused). */
  readonly ones: Float64Array;
  readonly twos: Float64Array;
  private readonly maxNgrams: number;
  /** Rows of the last 0, 1, ... order - 1 tokens. */
  private readonly contexts: Int32Array;
  /** Tokens that `contexts` covers. */
  private known = 0;

  constructor(readonly options: NgramOptions) {
    const { order, vocabulary } = options;
    if (!Number.isInteger(order) || order < 1 || order > 12) throw new RangeError(`No n-grams of order ${order}.`);
    if (!Number.isInteger(vocabulary) || vocabulary < 1 || vocabulary > 65_536) {
      throw new RangeError(`No n-grams over ${vocabulary} tokens.`);
    }
    this.maxNgrams = options.maxNgrams ?? MAX_NGRAMS;
    this.ones = new Float64Array(order + 1);
    this.twos = new Float64Array(order + 1);
    this.contexts = new Int32Array(order);
    this.inner.add(-1, 0);
  }

  /** Distinct n-grams of all orders. */
  get size(): number {
    return this.inner.size - 1 + this.leaves.size;
  }

  /** Counts a whole text, once; yields the share that is done. Throws UserError when there are too many n-grams. */
  *countInSlices(ids: Int32Array): Generator<number, void> {
    for (let from = 0; from < ids.length; from += SLICE) {
      const to = Math.min(ids.length, from + SLICE);
      let at = from;
      while (at < to) {
        at = this.countUntilFull(ids, at, to);
        if (at < to) yield* this.grow(at / ids.length);
      }
      this.refuseTooMany();
      yield to / ids.length;
    }
    this.inner.trim();
    this.leaves.trim();
    this.total = resized(this.total, new Uint32Array(this.inner.size));
    this.types = resized(this.types, new Uint32Array(this.inner.size));
  }

  /** Counts tokens from `at` on until `to` or until a table might not hold one more; returns where it came to. */
  private countUntilFull(ids: Int32Array, at: number, to: number): number {
    const { order, vocabulary } = this.options;
    for (let i = at; i < to; i++) {
      if (this.inner.size + order > this.inner.capacity || this.leaves.size === this.leaves.capacity) return i;
      const token = ids[i];
      if (!(token >= 0 && token < vocabulary)) throw new RangeError(`Token ${token} is outside the vocabulary.`);
      this.count(token);
    }
    return to;
  }

  private refuseTooMany(): void {
    if (this.size > this.maxNgrams) {
      throw new UserError(
        `The n-gram baseline has more than ${this.maxNgrams.toLocaleString('en-US')} different n-grams: lower evaluation.baselineOrder or set evaluation.baseline to false.`,
      );
    }
  }

  private *grow(progress: number): Generator<number, void> {
    const table = this.leaves.size === this.leaves.capacity ? this.leaves : this.inner;
    const growth = table.grow();
    while (!growth.next().done) yield progress;
    if (table === this.inner) {
      this.total = resized(this.total, new Uint32Array(table.capacity));
      this.types = resized(this.types, new Uint32Array(table.capacity));
    }
  }

  /** Counts the n-grams of all orders that end with `token`, which follows the tokens of `contexts`. */
  private count(token: number): void {
    const { order } = this.options;
    const { contexts } = this;
    const length = Math.min(this.known, order - 1);
    const longest =
      length === order - 1 ? this.countLeaf(contexts[length], token) : this.countInner(contexts, length, token);
    this.known = Math.min(length + 1, order - 1);
    for (let k = this.known, row = longest; k > 0; k--, row = this.inner.suffix[row]) contexts[k] = row;
  }

  /** Counts one n-gram of the highest order; returns the inner row of its suffix. */
  private countLeaf(context: number, token: number): number {
    const { leaves } = this;
    let row = leaves.find(context, token);
    if (row < 0) {
      row = leaves.add(context, token);
      this.types[context]++;
      const shorter = this.options.order - 2;
      leaves.suffix[row] = shorter < 0 ? 0 : this.countInner(this.contexts, shorter, token);
    }
    this.total[context]++;
    this.tally(++leaves.count[row], this.options.order);
    return leaves.suffix[row];
  }

  /**
   * Counts the n-gram of `token` after the context of `length` tokens, and, as long as an n-gram is new, which makes it
   * one more thing to precede its suffix, the shorter ones. Returns the row of the longest.
   */
  private countInner(contexts: Int32Array, length: number, token: number): number {
    const { inner } = this;
    let longest = -1;
    let longer = -1;
    for (let k = length; k >= 0; k--) {
      const context = contexts[k];
      let row = inner.find(context, token);
      const isNew = row < 0;
      if (isNew) {
        row = inner.add(context, token);
        this.types[context]++;
      }
      if (longer >= 0) inner.suffix[longer] = row;
      else longest = row;
      this.total[context]++;
      this.tally(++inner.count[row], k + 1);
      if (!isNew) break;
      longer = row;
    }
    return longest;
  }

  /** Keeps `ones` and `twos` when a count of the given order has just reached `count`. */
  private tally(count: number, order: number): void {
    if (count > 3) return;
    if (count === 1) this.ones[order]++;
    else if (count === 2) {
      this.ones[order]--;
      this.twos[order]++;
    } else this.twos[order]--;
  }
}
