import type { NgramCounts } from './counts';
import { countsOfCounts, type Discounts, discountsOf } from './discounts';
import type { Level } from './levels';
import type { NgramOptions, Smoothing } from './options';

export interface ModelLevel extends Level {
  /** p(last token | context), smoothed: what shorter contexts add is in it. */
  probability: Float32Array;
  /**
   * What the probability given the shorter context is multiplied with for a token that was not seen after this n-gram;
   * with add-k, the probability itself of each such token. 1 for an n-gram that is no context. Empty in the highest order.
   */
  backoff: Float32Array;
}

/** Stupid back-off's factor (Brants et al., 2007). */
const STUPID = 0.4;
/** Rows between two yields: a few milliseconds. */
const SLICE = 65_536;

/**
 * Turns counts into probabilities, from the shortest n-grams to the longest; yields the share that is done. The levels of
 * `counts` are taken over, without their counts. For a context with children of counts c, C their sum, T their number,
 * N1, N2, N3 the numbers of counts 1, 2 and more, and q the probability given the shorter context:
 *
 *     add-k                         (c + k) / (C + k V)
 *     discounting and Kneser-Ney    (c - D(c) + (D1 N1 + D2 N2 + D3 N3) q) / C
 *     Witten-Bell                   (c + T q) / (C + T)
 *     stupid back-off               c / C
 *
 * Kneser-Ney's counts below the highest order are numbers of different tokens that precede; n-grams that begin with <s>,
 * which nothing precedes, keep their counts, and the start of a running text is one more thing that precedes. Under single
 * tokens lies the uniform distribution, of everything but <s>.
 */
export function* estimate(
  counts: NgramCounts,
  options: NgramOptions,
  warn: (sentence: string) => void,
): Generator<number, ModelLevel[]> {
  const { order, smoothing = 'kneser-ney', discount = 0, k = 1, begin } = options;
  const continues = smoothing === 'kneser-ney' || smoothing === 'modified-kneser-ney';
  const tokens = options.vocabulary - (begin === undefined ? 0 : 1);
  const result: ModelLevel[] = [];
  for (let n = 1; n <= order; n++) {
    const { token, suffix, first, count } = counts.levels[n - 1];
    const used = continues && n < order ? yield* continuations(counts, n, begin, (n - 1) / order) : count;
    const counting = countsOfCounts(used);
    let counted = counting.next();
    for (; !counted.done; counted = counting.next()) yield (n - 1) / order;
    const discounts = discountsOf(smoothing, discount, counted.value, n, warn);
    const rule: Rule = { smoothing, discounts, k, tokens };
    const level = {
      token,
      suffix,
      first,
      probability: new Float32Array(token.length),
      backoff: new Float32Array(n < order ? token.length : 0).fill(1),
    };
    if (n === 1) fillSingles(level, used, rule, begin);
    else yield* fillLonger(level, result[n - 2], used, rule, n, order);
    result.push(level);
    yield n / order;
  }
  return result;
}

/** Kneser-Ney's counts of order n, below the highest. */
function* continuations(
  { levels, starts }: NgramCounts,
  n: number,
  begin: number | undefined,
  progress: number,
): Generator<number, Uint32Array> {
  const result = new Uint32Array(levels[n - 1].count.length);
  const { suffix } = levels[n];
  for (let from = 0; from < suffix.length; from += SLICE) {
    const to = Math.min(suffix.length, from + SLICE);
    for (let row = from; row < to; row++) result[suffix[row]]++;
    yield progress;
  }
  if (n - 1 < starts.length) result[starts[n - 1]]++;
  if (begin === undefined) return result;
  // The n-grams that begin with <s> are one stretch of each order.
  let [from, to] = [begin, begin + 1];
  for (let k = 1; k < n; k++) [from, to] = [levels[k - 1].first[from], levels[k - 1].first[to]];
  result.set(levels[n - 1].count.subarray(from, to), from);
  return result;
}

interface Rule {
  smoothing: Smoothing;
  discounts: Discounts;
  k: number;
  /** Tokens that can be predicted. */
  tokens: number;
}

/** What the rule makes of the children of one context: p = (c + added - discount) / denominator + lower * q. */
interface Weights {
  added: number;
  denominator: number;
  lower: number;
  backoff: number;
}

function weigh(rule: Rule, count: Uint32Array, from: number, to: number, weights: Weights): void {
  const { discounts } = rule;
  let sum = 0;
  let taken = 0;
  let types = 0;
  for (let row = from; row < to; row++) {
    const c = count[row];
    if (c === 0) continue;
    sum += c;
    taken += discounts[c < 3 ? c : 3];
    types++;
  }
  switch (rule.smoothing) {
    case 'add-k':
      weights.added = rule.k;
      weights.denominator = sum + rule.k * rule.tokens;
      weights.lower = 0;
      weights.backoff = rule.k / weights.denominator;
      return;
    case 'witten-bell':
      weights.denominator = sum + types;
      weights.backoff = weights.lower = types / weights.denominator;
      return;
    case 'stupid-backoff':
      weights.denominator = sum;
      weights.backoff = STUPID;
      weights.lower = 0;
      return;
    default:
      weights.denominator = sum;
      weights.backoff = weights.lower = taken / sum;
  }
}

/** Single tokens, over the uniform distribution. */
function fillSingles({ probability }: ModelLevel, count: Uint32Array, rule: Rule, begin: number | undefined): void {
  const weights: Weights = { added: 0, denominator: 1, lower: 0, backoff: 1 };
  const uniform = 1 / rule.tokens;
  const isEmpty = count.every((c) => c === 0);
  if (!isEmpty) weigh(rule, count, 0, count.length, weights);
  const { added, denominator, lower, backoff } = weights;
  const unseen = rule.smoothing === 'add-k' && !isEmpty ? backoff : backoff * uniform;
  for (let row = 0; row < count.length; row++) {
    const c = count[row];
    const seen = (c + added - rule.discounts[c < 3 ? c : 3]) / denominator + lower * uniform;
    probability[row] = c > 0 ? seen : unseen;
  }
  if (begin !== undefined) probability[begin] = 0;
}

function* fillLonger(
  level: ModelLevel,
  contexts: ModelLevel,
  count: Uint32Array,
  rule: Rule,
  n: number,
  order: number,
): Generator<number, void> {
  const { first } = contexts;
  const weights: Weights = { added: 0, denominator: 1, lower: 0, backoff: 1 };
  let done = 0;
  for (let context = 0; context + 1 < first.length; context++) {
    const from = first[context];
    const to = first[context + 1];
    if (from === to) continue;
    weigh(rule, count, from, to, weights);
    contexts.backoff[context] = weights.backoff;
    fillChildren(level, contexts.probability, count, rule.discounts, weights, from, to);
    if (to - done >= SLICE) {
      done = to;
      yield (n - 1 + to / count.length) / order;
    }
  }
}

function fillChildren(
  { suffix, probability }: ModelLevel,
  shorter: Float32Array,
  count: Uint32Array,
  discounts: Discounts,
  { added, denominator, lower }: Weights,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const c = count[row];
    probability[row] = (c + added - discounts[c < 3 ? c : 3]) / denominator + lower * shorter[suffix[row]];
  }
}
