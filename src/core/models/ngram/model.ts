import type { NextTokenModel, ScoreReader } from '../../generation/next-token-model';
import { countNgrams } from './counts';
import { estimate, type ModelLevel } from './estimate';
import { findToken } from './levels';
import { type NgramOptions, type NgramText, type Smoothing, SMOOTHING_NAMES } from './options';
import { scoresOf } from './scores';
import { type Sparsity, sparsityOf } from './sparsity';

/** Tokens that are measured between two yields: a few milliseconds. */
const SLICE = 4096;

/** Where a reader of text stands. */
export interface Position {
  /** Tokens of the longest known n-gram that can be a context of the next token, and its row. */
  length: number;
  row: number;
  /** Tokens that came before the next one, up to order - 1. */
  read: number;
}

export interface NgramEvaluation {
  /** Mean over the measured tokens, in nats. NaN when there are none. */
  loss: number;
  /** Tokens that were measured: of a running text all but the first; of sentences all, and each </s>. */
  tokens: number;
}

/** What an n-gram model is beside its tables. */
export interface NgramDescription {
  /** `arpa`: probabilities that were read from a file. */
  smoothing: Smoothing | 'arpa';
  begin?: number;
  end?: number;
  /** One sentence for each thing that a person should know. */
  warnings: string[];
  /** By order; empty for a model that was read from an ARPA file. */
  sparsity: Sparsity[];
}

/**
 * N-gram language model in back-off form: the probability of an n-gram that was seen is in its row; any other is that of
 * its suffix times the context's back-off weight. What interpolation adds from shorter contexts is in the rows, so one
 * look-up for the longest known n-gram gives a probability.
 */
export class NgramLanguageModel implements NextTokenModel {
  readonly order: number;
  readonly vocabulary: number;

  /** @param levels by order; they are trusted, see the functions that make them */
  constructor(
    readonly levels: ModelLevel[],
    readonly description: NgramDescription,
  ) {
    this.order = levels.length;
    this.vocabulary = levels[0].token.length;
  }

  /** Counts a text and smooths, a few milliseconds at a time; yields the share that is done. Throws UserError. */
  static *trainInSlices(text: NgramText, options: NgramOptions): Generator<number, NgramLanguageModel> {
    const counting = countNgrams(text, options);
    let step = counting.next();
    for (; !step.done; step = counting.next()) yield step.value * 0.8;
    const warnings: string[] = [];
    const looking = sparsityOf(step.value, options.vocabulary);
    let looked = looking.next();
    for (; !looked.done; looked = looking.next()) yield 0.8;
    const sparsity = looked.value;
    const estimating = estimate(step.value, options, (sentence) => warnings.push(sentence));
    let smoothed = estimating.next();
    for (; !smoothed.done; smoothed = estimating.next()) yield 0.8 + smoothed.value * 0.2;
    const { smoothing = 'kneser-ney', begin, end } = options;
    return new NgramLanguageModel(smoothed.value, { smoothing, begin, end, warnings, sparsity });
  }

  /** For people: "5-gram, modified Kneser-Ney". */
  get name(): string {
    const { smoothing } = this.description;
    return `${this.order}-gram, ${smoothing === 'arpa' ? 'from an ARPA file' : SMOOTHING_NAMES[smoothing]}`;
  }

  /** Different n-grams that were seen, over all orders; of an ARPA file, those that it lists. */
  get ngrams(): number {
    const { sparsity } = this.description;
    return sparsity.length > 0 ? sparsity.reduce((sum, { seen }) => sum + seen, 0) : this.size;
  }

  /** Rows that are kept, over all orders; every token of the vocabulary has one. */
  get size(): number {
    return this.levels.reduce((sum, { token }) => sum + token.length, 0);
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return this.levels
      .flatMap(({ token, suffix, first, probability, backoff }) => [token, suffix, first, probability, backoff])
      .reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Whether `logProbability` is one; stupid back-off gives scores that do not sum to one. */
  get isNormalised(): boolean {
    return this.description.smoothing !== 'stupid-backoff';
  }

  /** Before the first token of a text; of a sentence that is after <s>. */
  start(): Position {
    const { begin } = this.description;
    return begin === undefined || this.order === 1
      ? { length: 0, row: 0, read: 0 }
      : { length: 1, row: begin, read: 1 };
  }

  /** Natural logarithm of p(token | context); of the context, the last order - 1 tokens count. Throws RangeError. */
  logProbability(context: ArrayLike<number>, token: number): number {
    const position: Position = { length: 0, row: 0, read: 0 };
    for (let i = Math.max(0, context.length - this.order + 1); i < context.length; i++)
      this.advance(position, context[i]);
    return Math.log(this.advance(position, token));
  }

  /**
   * Natural logarithms of each token's probability after those before it. A running text's first token comes after
   * nothing; a sentence begins after <s>, and </s> comes last, so that there is one more.
   */
  logProbabilities(ids: Int32Array): Float64Array {
    const { end } = this.description;
    const result = new Float64Array(ids.length + (end === undefined ? 0 : 1));
    const position = this.start();
    for (let i = 0; i < ids.length; i++) result[i] = Math.log(this.advance(position, ids[i]));
    if (end !== undefined) result[ids.length] = Math.log(this.advance(position, end));
    return result;
  }

  /** `evaluateInSlices` in one go. */
  evaluate(text: NgramText): NgramEvaluation {
    const work = this.evaluateInSlices(text);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  }

  /** Mean negative logarithm over a text, a few milliseconds at each `next()`; yields the share that is done. */
  *evaluateInSlices(text: NgramText): Generator<number, NgramEvaluation> {
    const sum = { loss: 0, tokens: 0 };
    if (text instanceof Int32Array) yield* this.measureStream(text, sum);
    else yield* this.measureSentences(text, sum);
    return { loss: sum.tokens > 0 ? sum.loss / sum.tokens : NaN, tokens: sum.tokens };
  }

  private *measureStream(ids: Int32Array, sum: NgramEvaluation): Generator<number, void> {
    const position = this.start();
    if (ids.length > 0) this.advance(position, ids[0]);
    for (let from = 1; from < ids.length; from += SLICE) {
      const to = Math.min(ids.length, from + SLICE);
      for (let i = from; i < to; i++) sum.loss -= Math.log(this.advance(position, ids[i]));
      yield to / ids.length;
    }
    sum.tokens = Math.max(0, ids.length - 1);
  }

  private *measureSentences(sentences: readonly Int32Array[], sum: NgramEvaluation): Generator<number, void> {
    const { end } = this.description;
    if (end === undefined) throw new RangeError('This model knows no sentences.');
    let pause = SLICE;
    for (let s = 0; s < sentences.length; s++) {
      const position = this.start();
      for (const token of sentences[s]) sum.loss -= Math.log(this.advance(position, token));
      sum.loss -= Math.log(this.advance(position, end));
      sum.tokens += sentences[s].length + 1;
      if (sum.tokens < pause) continue;
      pause = sum.tokens + SLICE;
      yield (s + 1) / sentences.length;
    }
  }

  /** Probability of a token at a position, which moves past it. Throws RangeError. */
  advance(position: Position, token: number): number {
    if (!(token >= 0 && token < this.vocabulary)) throw new RangeError(`Token ${token} is outside the vocabulary.`);
    const { levels, order } = this;
    let { length, row } = position;
    let weight = 1;
    let found = token;
    while (length > 0) {
      const { first, backoff } = levels[length - 1];
      found = findToken(levels[length].token, first[row], first[row + 1], token);
      if (found >= 0) break;
      weight *= backoff[row];
      row = --length > 0 ? levels[length].suffix[row] : 0;
      found = token;
    }
    const probability = levels[length].probability[found];
    const p =
      this.description.smoothing === 'add-k' ? this.added(position, token, length, probability) : weight * probability;
    if (length + 1 < order) {
      position.length = length + 1;
      position.row = found;
    } else {
      position.length = length;
      position.row = length > 0 ? levels[length].suffix[found] : 0;
    }
    if (position.read < order - 1) position.read++;
    return p;
  }

  /**
   * Probability with add-k, which does not look at shorter contexts.
   * @param seenAfter tokens of the longest context after which the token was seen, with `probability`
   */
  private added({ length, row, read }: Position, token: number, seenAfter: number, probability: number): number {
    const { begin } = this.description;
    if (token === begin) return 0;
    if (seenAfter === read) return probability;
    const uniform = 1 / (this.vocabulary - (begin === undefined ? 0 : 1));
    if (length < read) return uniform;
    const { first, backoff } = this.levels[length - 1];
    return first[row] === first[row + 1] ? uniform : backoff[row];
  }

  initialScores(): Float32Array {
    return scoresOf(this, this.start(), new Float32Array(this.vocabulary));
  }

  /** After </s> a new sentence begins. */
  reader(batch: number): ScoreReader {
    const positions = Array.from({ length: batch }, () => this.start());
    const { end } = this.description;
    return {
      read: (ids) => {
        const scores = new Float32Array(ids.length * this.vocabulary);
        ids.forEach((id, i) => {
          const position = positions[i % batch];
          this.advance(position, id);
          if (id === end) Object.assign(position, this.start());
          scoresOf(this, position, scores.subarray(i * this.vocabulary, (i + 1) * this.vocabulary));
        });
        return scores;
      },
      dispose: () => undefined,
    };
  }
}
