/**
 * The n-grams of one order, sorted by their context's row and then by their last token. All orders together are a tree:
 * an n-gram's children are the longer n-grams that it is the context of, next to one another in the next order.
 * Single tokens have a row each, seen or not, so that a token is its own row there.
 */
export interface Level {
  /** Last token of each n-gram; ascending among the children of one context. */
  token: Int32Array;
  /** Row of the n-gram without its first token, in the order below; empty for single tokens. */
  suffix: Int32Array;
  /** Children of `row` are rows first[row] to first[row + 1] - 1 of the next order; empty in the highest order. */
  first: Int32Array;
}

/** Row of the child with a token, by binary search between rows `from` and `to` (exclusive); -1 when there is none. */
export function findToken(tokens: Int32Array, from: number, to: number, token: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle] < token) low = middle + 1;
    else high = middle;
  }
  return low < to && tokens[low] === token ? low : -1;
}

/** Rows between two yields when links are searched: a few milliseconds. */
const SLICE = 16_384;

/**
 * Fills `suffix` of every order above the first from tokens and children alone.
 * @returns whether every n-gram had its suffix; -1 stands where it did not
 */
export function* linkSuffixes(levels: Level[]): Generator<void, boolean> {
  let complete = true;
  for (let k = 1; k < levels.length; k++) {
    const { token, suffix } = levels[k];
    const { first } = levels[k - 1];
    for (let context = 0; context + 1 < first.length; context++) {
      if (context % SLICE === SLICE - 1) yield;
      if (first[context] === first[context + 1]) continue;
      complete = linkChildren(levels, k, context, token, suffix) && complete;
    }
  }
  return complete;
}

/** Links the children of one context; they lie in levels[k]. */
function linkChildren(levels: Level[], k: number, context: number, token: Int32Array, suffix: Int32Array): boolean {
  const to = levels[k - 1].first[context + 1];
  let row = levels[k - 1].first[context];
  if (k === 1) {
    for (; row < to; row++) suffix[row] = token[row];
    return true;
  }
  const shorter = levels[k - 1].suffix[context];
  const { first } = levels[k - 2];
  let complete = true;
  for (; row < to; row++) {
    suffix[row] = shorter < 0 ? -1 : findToken(levels[k - 1].token, first[shorter], first[shorter + 1], token[row]);
    if (suffix[row] < 0) complete = false;
  }
  return complete;
}
