import type { Smoothing } from './options';

/** What is taken from a count of 1, of 2, and of 3 or more (indices 1 to 3). */
export type Discounts = readonly [0, number, number, number];

const NO_DISCOUNT: Discounts = [0, 0, 0, 0];
/** Where the counts give no discount: an order in which nothing was seen once. */
const FALLBACK = 0.5;

/** Rows between two yields: a few milliseconds. */
const SLICE = 262_144;

/** Number of n-grams with a count of 1, 2, 3 and 4 (index 0 is unused), some rows at each `next()`. */
export function* countsOfCounts(count: Uint32Array): Generator<void, number[]> {
  const result = [0, 0, 0, 0, 0];
  for (let from = 0; from < count.length; from += SLICE) {
    for (const c of count.subarray(from, from + SLICE)) if (c >= 1 && c <= 4) result[c]++;
    yield;
  }
  return result;
}

/**
 * Discounts of one order, from its counts of counts n:
 * one for all counts, n1 / (n1 + 2 n2) (Ney, Essen and Kneser, 1994), or three (Chen and Goodman, 1999, equation 17).
 *
 * @param given a discount that replaces the estimate, or 0
 * @param warn hears one sentence when three cannot be had
 */
export function discountsOf(
  smoothing: Smoothing,
  given: number,
  n: number[],
  order: number,
  warn: (sentence: string) => void,
): Discounts {
  switch (smoothing) {
    case 'absolute-discounting':
    case 'kneser-ney':
      return one(given > 0 ? given : single(n));
    case 'modified-kneser-ney':
      return three(n) ?? fallBack(n, order, warn);
    default:
      return NO_DISCOUNT;
  }
}

function one(discount: number): Discounts {
  return [0, discount, discount, discount];
}

function single([, n1, n2]: number[]): number {
  return n1 > 0 ? n1 / (n1 + 2 * n2) : FALLBACK;
}

/** Undefined where a count of counts is zero, or where one would take more than there is or give. */
function three(n: number[]): Discounts | undefined {
  const [, n1, n2, n3, n4] = n;
  if (n1 === 0 || n2 === 0 || n3 === 0 || n4 === 0) return undefined;
  const y = single(n);
  const discounts: Discounts = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  return discounts.every((discount, count) => discount >= 0 && discount <= count) ? discounts : undefined;
}

function fallBack(n: number[], order: number, warn: (sentence: string) => void): Discounts {
  // An order without n-grams needs no discounts, and nobody needs to hear of it.
  if (n.some((count) => count > 0)) {
    warn(
      `The text is too small or too regular for three discounts of ${order}-grams (${n.slice(1).join(', ')} of them were seen 1, 2, 3, 4 times), so one discount is used for them, as in plain Kneser-Ney.`,
    );
  }
  return one(single(n));
}
