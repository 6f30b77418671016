import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { productsWith } from '../products';
import { unitOf, type Neighbour } from '../queries';
import type { WordVectors } from '../word-vectors';

/** Neighbours whose mean similarity says how crowded a place is (Conneau et al., 2018). */
export const CROWD = 10;
/** Scores that are computed at once. */
const SCORES = 4_000_000;

/** How a translation is chosen: the largest cosine, or the same less the crowds around both words. */
export const retrievals = ['csls', 'cosine'] as const;
export type Retrieval = (typeof retrievals)[number];

/**
 * Two vocabularies in one space: translations of source words by cosine, or by cross-domain similarity local scaling,
 * 2·cos(x, y) − r(x) − r(y) with r the mean cosine of a word with its 10 nearest words of the other language (Conneau et
 * al., 2018), which takes their advantage from words that are near to everything.
 */
export class CrossLingual {
  /** @param crowds r of each source and of each target word */
  private constructor(
    readonly source: WordVectors,
    readonly target: WordVectors,
    private readonly crowds: { source: Float32Array; target: Float32Array },
  ) {}

  /** Measures the crowds; yields the share that is done. @param source already turned into the target's space */
  static *build(source: WordVectors, target: WordVectors): Generator<number, CrossLingual> {
    const [columns, rows] = [target.words.length, source.words.length];
    const ofSource = new Float32Array(rows);
    const best = new Float32Array(columns * CROWD).fill(-Infinity);
    const all = Array.from({ length: rows }, (_, id) => id);
    for (const { scores, from, count } of blocks(source, target, all)) {
      for (let r = 0; r < count; r++) {
        const row = scores.subarray(r * columns, (r + 1) * columns);
        ofSource[from + r] = meanOfLargest(row);
        for (let t = 0; t < columns; t++) keepLargest(best, t * CROWD, row[t]);
      }
      yield (from + count) / rows;
    }
    const kept = Math.min(CROWD, rows);
    const ofTarget = Float32Array.from({ length: columns }, (_, t) => {
      return best.subarray(t * CROWD, t * CROWD + kept).reduce((sum, value) => sum + value, 0) / kept;
    });
    return new CrossLingual(source, target, { source: ofSource, target: ofTarget });
  }

  /**
   * The best `count` target words of some source words; `similarity` is the cosine, or CSLS in [-4, 4]. Yields now and
   * then.
   */
  *translate(ids: readonly number[], count: number, retrieval: Retrieval): Generator<void, Neighbour[][]> {
    const { target } = this;
    const found: Neighbour[][] = [];
    for (const scored of this.scored(ids, retrieval)) {
      for (const row of scored.rows) {
        found.push(largest(row, count).map((id) => ({ word: target.words[id], similarity: row[id] })));
      }
      yield;
    }
    return found;
  }

  /** Pairs of words, each the other's best by CSLS, among the first `limit` words of both. Yields now and then. */
  *mutual(limit: number): Generator<void, [number, number][]> {
    const [rows, columns] = [this.source, this.target].map(({ words }) => Math.min(limit, words.length));
    const bestOfTarget = new Int32Array(columns).fill(-1);
    const valueOfTarget = new Float32Array(columns).fill(-Infinity);
    const bestOfSource = new Int32Array(rows);
    const ids = Array.from({ length: rows }, (_, id) => id);
    for (const { rows: scored, from } of this.scored(ids, 'csls')) {
      for (const [r, row] of scored.entries()) {
        let best = 0;
        for (let t = 0; t < columns; t++) {
          if (row[t] > row[best]) best = t;
          if (row[t] > valueOfTarget[t]) [valueOfTarget[t], bestOfTarget[t]] = [row[t], from + r];
        }
        bestOfSource[from + r] = best;
      }
      yield;
    }
    return ids.flatMap((id): [number, number][] =>
      bestOfTarget[bestOfSource[id]] === id ? [[id, bestOfSource[id]]] : [],
    );
  }

  /** Scores of source words with all target words, some rows at a time. */
  private *scored(
    ids: readonly number[],
    retrieval: Retrieval,
  ): Generator<{ rows: Float32Array[]; from: number }, void> {
    const columns = this.target.words.length;
    for (const { scores, from, count } of blocks(this.source, this.target, ids)) {
      const rows = Array.from({ length: count }, (_, r) => scores.subarray(r * columns, (r + 1) * columns));
      if (retrieval === 'csls') {
        for (const [r, row] of rows.entries()) {
          const crowd = this.crowds.source[ids[from + r]];
          for (let t = 0; t < columns; t++) row[t] = 2 * row[t] - crowd - this.crowds.target[t];
        }
      }
      yield { rows, from };
    }
  }
}

/** Cosines of some source words with all target words, as many rows at once as fit. */
function* blocks(
  source: WordVectors,
  target: WordVectors,
  ids: readonly number[],
): Generator<{ scores: Float32Array; from: number; count: number }, void> {
  const { size } = source;
  const columns = target.words.length;
  const height = Math.max(1, Math.floor(SCORES / columns));
  const table: Tensor2D = tensor2d(target.unit, [columns, size]);
  try {
    for (let from = 0; from < ids.length; from += height) {
      const some = ids.slice(from, from + height);
      const rows = new Float32Array(some.length * size);
      some.forEach((id, r) => rows.set(unitOf(source, id), r * size));
      yield { scores: productsWith(rows, table), from, count: some.length };
    }
  } finally {
    table.dispose();
  }
}

/** Places of the `count` largest values, the largest first. */
function largest(values: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let id = 0; id < values.length; id++) {
    if (found.length === count && values[id] <= values[found[count - 1]]) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] < values[id]) at--;
    found.splice(at, 0, id);
    if (found.length > count) found.pop();
  }
  return found;
}

function meanOfLargest(values: Float32Array): number {
  const found = largest(values, CROWD);
  return found.reduce((sum, id) => sum + values[id], 0) / Math.max(1, found.length);
}

/** Puts a value into a falling list of CROWD numbers at `start`, if it is large enough. */
function keepLargest(list: Float32Array, start: number, value: number): void {
  let at = start + CROWD - 1;
  if (value <= list[at]) return;
  for (; at > start && list[at - 1] < value; at--) list[at] = list[at - 1];
  list[at] = value;
}
