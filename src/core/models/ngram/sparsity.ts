import type { NgramCounts } from './counts';

/** How much of what could be seen was seen, for n-grams of one order. */
export interface Sparsity {
  order: number;
  /** Different n-grams in the text. */
  seen: number;
  /** V^n: n-grams that the vocabulary could form; Infinity past the largest double. */
  possible: number;
  /** N-grams that occurred once. */
  singletons: number;
}

/** Rows between two yields: a few milliseconds. */
const SLICE = 262_144;

/** The sparsity of each order of a text, some rows at each `next()`. Single tokens count as seen where they occur. */
export function* sparsityOf({ levels }: NgramCounts, vocabulary: number): Generator<void, Sparsity[]> {
  const result: Sparsity[] = [];
  for (const { count } of levels) {
    let seen = 0;
    let singletons = 0;
    for (let from = 0; from < count.length; from += SLICE) {
      for (const c of count.subarray(from, from + SLICE)) {
        if (c > 0) seen++;
        if (c === 1) singletons++;
      }
      yield;
    }
    const order = result.length + 1;
    result.push({ order, seen, possible: vocabulary ** order, singletons });
  }
  return result;
}
