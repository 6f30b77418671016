import type { ModelLevel } from './estimate';
import { findToken, linkSuffixes } from './levels';

/** N-grams of one order as a file lists them, in any order. */
export interface ArpaGrams {
  order: number;
  /** `order` ids for each n-gram, one n-gram after the other. */
  tokens: number[];
  /** NaN for an n-gram that the file left out; its backed-off probability takes the place. */
  probabilities: number[];
  backoffs: number[];
}

/**
 * Sorts n-grams into the levels of a model and adds the suffixes that the file left out.
 *
 * @param vocabulary ids are below it
 * @param unlisted probability of single tokens that the file does not list
 * @param fail hears what is wrong with the file: an n-gram twice, or without its context
 */
export function treeOf(
  grams: ArpaGrams[],
  vocabulary: number,
  unlisted: number,
  fail: (what: string) => never,
): ModelLevel[] {
  for (;;) {
    const levels = [singles(grams[0], vocabulary, grams.length, unlisted, fail)];
    for (let n = 2; n <= grams.length; n++)
      levels.push(longer(levels, grams[n - 1], n < grams.length, vocabulary, fail));
    const linking = linkSuffixes(levels);
    let step = linking.next();
    while (!step.done) step = linking.next();
    if (step.value) return fillBlanks(levels);
    addMissing(levels, grams);
  }
}

function singles(
  { tokens, probabilities, backoffs }: ArpaGrams,
  vocabulary: number,
  order: number,
  unlisted: number,
  fail: (what: string) => never,
): ModelLevel {
  const isListed = new Uint8Array(vocabulary);
  const probability = new Float32Array(vocabulary).fill(unlisted);
  const backoff = new Float32Array(order > 1 ? vocabulary : 0).fill(1);
  tokens.forEach((token, i) => {
    if (isListed[token]++) fail('a token is listed twice');
    probability[token] = probabilities[i];
    if (order > 1) backoff[token] = backoffs[i];
  });
  return {
    token: Int32Array.from(isListed, (_, id) => id),
    suffix: new Int32Array(0),
    first: new Int32Array(0),
    probability,
    backoff,
  };
}

/** The level of a higher order; fills `first` of the one below. */
function longer(
  levels: ModelLevel[],
  { order, tokens, probabilities, backoffs }: ArpaGrams,
  isContext: boolean,
  vocabulary: number,
  fail: (what: string) => never,
): ModelLevel {
  const sorted = sortGrams(tokens, order, vocabulary);
  const contexts = levels[order - 2];
  const first = new Int32Array(contexts.token.length + 1);
  const rows = { token: new Int32Array(sorted.length), at: new Int32Array(sorted.length), size: 0 };
  let context = -1;
  let before = -1;
  for (const gram of sorted) {
    const shared = before < 0 ? 0 : sharedTokens(tokens, order, before, gram);
    if (shared === order) {
      // Several longer n-grams may lack the same suffix.
      if (Number.isNaN(probabilities[gram])) continue;
      fail(`a ${order}-gram is listed twice`);
    }
    if (shared < order - 1 || before < 0) {
      const row = rowOf(levels, tokens, gram * order, order - 1);
      if (row < 0) fail(`a ${order}-gram has no ${order - 1}-gram as its context`);
      while (context < row) first[++context] = rows.size;
    }
    rows.token[rows.size] = tokens[gram * order + order - 1];
    rows.at[rows.size++] = gram;
    before = gram;
  }
  first.fill(rows.size, context + 1);
  contexts.first = first;
  const at = rows.at.subarray(0, rows.size);
  return {
    token: rows.token.slice(0, rows.size),
    suffix: new Int32Array(rows.size),
    first: new Int32Array(0),
    probability: Float32Array.from(at, (gram) => probabilities[gram]),
    backoff: Float32Array.from(isContext ? at : [], (gram) => backoffs[gram]),
  };
}

/** Indices of n-grams, sorted by their tokens: a counting sort for each column, the last first. */
function sortGrams(tokens: number[], order: number, vocabulary: number): Int32Array {
  const count = tokens.length / order;
  let sorted = Int32Array.from({ length: count }, (_, i) => i);
  let next = new Int32Array(count);
  for (let column = order - 1; column >= 0; column--) {
    const starts = new Int32Array(vocabulary + 1);
    for (let i = column; i < tokens.length; i += order) starts[tokens[i] + 1]++;
    for (let key = 1; key <= vocabulary; key++) starts[key] += starts[key - 1];
    for (const gram of sorted) next[starts[tokens[gram * order + column]]++] = gram;
    [sorted, next] = [next, sorted];
  }
  return sorted;
}

function sharedTokens(tokens: number[], order: number, a: number, b: number): number {
  let length = 0;
  while (length < order && tokens[a * order + length] === tokens[b * order + length]) length++;
  return length;
}

/** Row of the n-gram tokens[from ... from + length - 1], or -1. */
function rowOf(levels: ModelLevel[], tokens: number[], from: number, length: number): number {
  let row = tokens[from];
  for (let n = 2; n <= length && row >= 0; n++) {
    const { first } = levels[n - 2];
    row = findToken(levels[n - 1].token, first[row], first[row + 1], tokens[from + n - 1]);
  }
  return row;
}

/** Adds to each order the suffixes of the next that it lacks. */
function addMissing(levels: ModelLevel[], grams: ArpaGrams[]): void {
  for (let n = 3; n <= grams.length; n++) {
    const { tokens } = grams[n - 1];
    const shorter = grams[n - 2];
    for (let from = 0; from < tokens.length; from += n) {
      if (rowOf(levels, tokens, from + 1, n - 1) >= 0) continue;
      for (let i = 1; i < n; i++) shorter.tokens.push(tokens[from + i]);
      shorter.probabilities.push(NaN);
      shorter.backoffs.push(1);
    }
  }
}

/** An n-gram that was added has the probability that it had without: its context's weight times its suffix's. */
function fillBlanks(levels: ModelLevel[]): ModelLevel[] {
  for (let k = 1; k < levels.length; k++) {
    const { probability, suffix } = levels[k];
    const { first, backoff, probability: shorter } = levels[k - 1];
    for (let context = 0; context + 1 < first.length; context++) {
      for (let row = first[context]; row < first[context + 1]; row++) {
        if (Number.isNaN(probability[row])) probability[row] = backoff[context] * shorter[suffix[row]];
      }
    }
  }
  return levels;
}
