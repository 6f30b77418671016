/** How an n-gram model keeps probability for what it has not seen. See docs/baselines.md. */
export type Smoothing =
  'add-k' | 'absolute-discounting' | 'witten-bell' | 'kneser-ney' | 'modified-kneser-ney' | 'stupid-backoff';

export interface NgramOptions {
  /** Tokens seen at once, the predicted one included: 1 to 12. */
  order: number;
  /** Tokens are 0 to vocabulary - 1. */
  vocabulary: number;
  /** `kneser-ney` when not given. */
  smoothing?: Smoothing;
  /** add-k: what is added to every count; 1 when not given. */
  k?: number;
  /** Absolute discounting and Kneser-Ney: what is taken from every count, below 1; 0 or none: n1 / (n1 + 2 n2). */
  discount?: number;
  /** Ids of <s> and </s>; needed where the text is sentences. <s> is never predicted. */
  begin?: number;
  end?: number;
  /** Distinct n-grams, over all orders, that are kept at most. */
  maxNgrams?: number;
}

/**
 * What is counted or measured: one running text, without markers; or sentences, each without its <s> and </s>, which
 * the model adds itself.
 */
export type NgramText = Int32Array | readonly Int32Array[];

export const LARGEST_ORDER = 12;
/** More tokens than any tokenizer has; the tables of single tokens take 20 bytes each. */
export const LARGEST_VOCABULARY = 1 << 24;

/** For people. */
export const SMOOTHING_NAMES: Record<Smoothing, string> = {
  'add-k': 'add-k',
  'absolute-discounting': 'absolute discounting',
  'witten-bell': 'Witten-Bell',
  'kneser-ney': 'Kneser-Ney',
  'modified-kneser-ney': 'modified Kneser-Ney',
  'stupid-backoff': 'stupid back-off (scores)',
};

/** Throws RangeError for options that no caller may pass. */
export function checkOptions({ order, vocabulary, begin, end, k = 1, discount = 0 }: NgramOptions): void {
  if (!Number.isInteger(order) || order < 1 || order > LARGEST_ORDER) {
    throw new RangeError(`No n-grams of order ${order}.`);
  }
  if (!Number.isInteger(vocabulary) || vocabulary < 1 || vocabulary > LARGEST_VOCABULARY) {
    throw new RangeError(`No n-grams over ${vocabulary} tokens.`);
  }
  if ((begin === undefined) !== (end === undefined) || (begin !== undefined && begin === end)) {
    throw new RangeError('Sentences need an id for <s> and another one for </s>.');
  }
  for (const id of [begin, end]) {
    if (id !== undefined && !(Number.isInteger(id) && id >= 0 && id < vocabulary)) {
      throw new RangeError(`The marker ${id} is outside the vocabulary.`);
    }
  }
  if (!(k > 0 && k < Infinity)) throw new RangeError(`k is ${k} and not above zero.`);
  if (!(discount >= 0 && discount < 1)) throw new RangeError(`The discount is ${discount} and not in [0, 1).`);
}
