import { Cancelled } from '../errors';
import { NgramCounts, type NgramOptions } from './ngram-counts';

export type { NgramOptions } from './ngram-counts';

/** Tokens that are measured between two yields: a few milliseconds. */
const SLICE = 2048;
/** Discount of an order in which no n-gram has count one, so that the formula would give none. */
const FALLBACK_DISCOUNT = 0.5;

export interface NgramEvaluation {
  /** Mean over the measured tokens, in nats. NaN when there are none. */
  loss: number;
  /** Tokens that were measured: all but the first. */
  tokens: number;
}

/** Where a reader of text stands: the longest known n-gram before the next token, and its length. */
interface Position {
  row: number;
  length: number;
}

/**
 * Interpolated Kneser-Ney language model over integer tokens (Kneser and Ney, "Improved backing-off for m-gram language
 * modeling", 1995; interpolated as in Chen and Goodman, "An empirical study of smoothing techniques for language
 * modeling", 1999), with one discount an order, D = n1 / (n1 + 2 n2):
 *
 *     p(w | context) = (max(c(context w) - D, 0) + D * types(context) * p(w | shorter context)) / c(context)
 *
 * where c counts occurrences in the highest order and different preceding tokens below it. Single tokens are
 * interpolated with the uniform distribution, so every token has a probability above zero.
 */
export class NgramModel {
  readonly order: number;
  readonly vocabulary: number;
  /** Discount of each order (index 0 is unused). */
  readonly discounts: Float64Array;
  /** Room for the rows of one token's contexts and of the n-grams it makes, by the context's length. */
  private readonly contexts: Int32Array;
  private readonly children: Int32Array;

  private constructor(private readonly counts: NgramCounts) {
    this.order = counts.options.order;
    this.vocabulary = counts.options.vocabulary;
    this.contexts = new Int32Array(this.order);
    this.children = new Int32Array(this.order);
    this.discounts = counts.ones.map((ones, order) =>
      ones > 0 ? ones / (ones + 2 * counts.twos[order]) : FALLBACK_DISCOUNT,
    );
  }

  /**
   * Counts `ids`, which are 0 to vocabulary - 1, a few milliseconds at a time: yields the share that is done and returns
   * the model. Throws UserError when the text has more different n-grams than `maxNgrams`.
   */
  static *trainInSlices(ids: Int32Array, options: NgramOptions): Generator<number, NgramModel> {
    const counts = new NgramCounts(options);
    yield* counts.countInSlices(ids);
    return new NgramModel(counts);
  }

  /** `trainInSlices` in one go. `shouldStop` is asked every few milliseconds; then Cancelled is thrown. */
  static train(
    ids: Int32Array,
    options: NgramOptions,
    onProgress?: (share: number) => void,
    shouldStop?: () => boolean,
  ): NgramModel {
    const work = NgramModel.trainInSlices(ids, options);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
      onProgress?.(value);
      if (shouldStop?.()) throw new Cancelled();
    }
  }

  /** For people: "6-gram, Kneser-Ney". */
  get name(): string {
    return `${this.order}-gram, Kneser-Ney`;
  }

  /** Distinct n-grams, over all orders. */
  get ngrams(): number {
    return this.counts.size;
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return this.counts.inner.bytes + this.counts.leaves.bytes + this.counts.total.byteLength * 2;
  }

  /** Natural logarithm of p(token | context); of the context, the last order - 1 tokens count. Throws RangeError. */
  logProbability(context: ArrayLike<number>, token: number): number {
    this.check(token);
    const position: Position = { row: 0, length: 0 };
    for (let i = Math.max(0, context.length - this.order + 1); i < context.length; i++) {
      this.look(position, context[i]);
      this.advance(position);
    }
    this.look(position, token);
    return Math.log(this.probability(position));
  }

  /** Measures every token of `ids` but the first, each after those before it. */
  evaluate(ids: Int32Array): NgramEvaluation {
    const work = this.evaluateInSlices(ids);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  }

  /** `evaluate`, a few milliseconds at a time: yields the share that is done. */
  *evaluateInSlices(ids: Int32Array): Generator<number, NgramEvaluation> {
    const position: Position = { row: 0, length: 0 };
    let sum = 0;
    for (let from = 0; from < ids.length; from += SLICE) {
      const to = Math.min(ids.length, from + SLICE);
      for (let i = from; i < to; i++) {
        this.check(ids[i]);
        this.look(position, ids[i]);
        if (i > 0) sum -= Math.log(this.probability(position));
        this.advance(position);
      }
      yield to / ids.length;
    }
    const tokens = Math.max(0, ids.length - 1);
    return { loss: tokens > 0 ? sum / tokens : NaN, tokens };
  }

  private check(token: number): void {
    if (!(token >= 0 && token < this.vocabulary)) throw new RangeError(`Token ${token} is outside the vocabulary.`);
  }

  /** Fills `contexts` for `position`, and `children` with the rows of `token` after each, -1 where it was not seen. */
  private look({ row, length }: Position, token: number): void {
    const { contexts, children } = this;
    const { inner, leaves } = this.counts;
    for (let k = length, context = row; k >= 0; k--, context = inner.suffix[context]) contexts[k] = context;
    let child = -1;
    for (let k = length; k >= 0; k--) {
      if (child >= 0) child = (k + 2 === this.order ? leaves : inner).suffix[child];
      else child = (k + 1 === this.order ? leaves : inner).find(contexts[k], token);
      children[k] = child;
    }
  }

  /** Probability of the token that `look` was called with, from the shortest context to the longest. */
  private probability({ length }: Position): number {
    const { contexts, children, discounts, order } = this;
    const { inner, leaves, total, types } = this.counts;
    let p = 1 / this.vocabulary;
    for (let k = 0; k <= length; k++) {
      const context = contexts[k];
      // A context at the very end of the training text was never followed by anything.
      if (total[context] === 0) break;
      const child = children[k];
      const discount = discounts[k + 1];
      const seen = child < 0 ? 0 : (k + 1 === order ? leaves : inner).count[child] - discount;
      p = (seen + discount * types[context] * p) / total[context];
    }
    return p;
  }

  /** Moves past the token that `look` was called with. */
  private advance(position: Position): void {
    const { children, order } = this;
    let k = position.length;
    while (k >= 0 && children[k] < 0) k--;
    const isLeaf = k + 1 === order;
    position.row = k < 0 ? 0 : isLeaf ? this.counts.leaves.suffix[children[k]] : children[k];
    position.length = isLeaf ? order - 1 : k + 1;
  }
}
