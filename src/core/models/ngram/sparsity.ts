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

/** The sparsity of each order of a text. Single tokens count as seen where they occur. */
export function sparsityOf({ levels }: NgramCounts, vocabulary: number): Sparsity[] {
  return levels.map(({ count }, index) => {
    let seen = 0;
    let singletons = 0;
    for (const c of count) {
      if (c > 0) seen++;
      if (c === 1) singletons++;
    }
    return { order: index + 1, seen, possible: vocabulary ** (index + 1), singletons };
  });
}
