import { UserError } from '../errors';
import { dot, unitOf } from './queries';
import type { WordVectors } from './word-vectors';

export interface SimilarityResult {
  /** Spearman's rank correlation of cosines and people's scores, over the pairs with vectors; NaN below two. */
  rho: number;
  /** Pairs in the file, and those of them whose words both have vectors. */
  pairs: number;
  covered: number;
}

/**
 * Reads a word-similarity file, a line each: two words and a score, apart by tabs, commas, semicolons or spaces. Lines
 * that begin with # are left out, and a heading as the first line. Throws UserError.
 */
export function readSimilarityPairs(lines: Iterable<string>, label: string): [string, string, number][] {
  const pairs: [string, string, number][] = [];
  let line = 0;
  for (const text of lines) {
    line++;
    if (text.trim() === '' || text.startsWith('#')) continue;
    const [first, second, score] = text.trim().split(/[\t,; ]+/);
    const value = Number(score || NaN);
    if (Number.isFinite(value)) pairs.push([first, second, value]);
    else if (line > 1)
      throw new UserError(`Line ${line} of ${label} is not two words and a score: mend it or choose another file.`);
  }
  if (pairs.length === 0) throw new UserError(`${label} holds no pairs of words with scores: choose another file.`);
  return pairs;
}

/** Compares cosines with people's scores. Words are looked up as they are, then in lower case. */
export function testSimilarity(vectors: WordVectors, pairs: readonly [string, string, number][]): SimilarityResult {
  const idOf = (word: string) => vectors.idOf(word) ?? vectors.idOf(word.toLowerCase());
  const [cosines, scores]: [number[], number[]] = [[], []];
  for (const [first, second, score] of pairs) {
    const [i, j] = [idOf(first), idOf(second)];
    if (i === undefined || j === undefined) continue;
    cosines.push(dot(unitOf(vectors, i), unitOf(vectors, j)));
    scores.push(score);
  }
  return { rho: spearman(cosines, scores), pairs: pairs.length, covered: cosines.length };
}

/** Spearman's ρ: Pearson's correlation of the ranks, equal values sharing their mean rank. NaN below two values. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  if (x.length < 2) return NaN;
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length + 1) / 2;
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((rank, i) => {
    ab += (rank - mean) * (b[i] - mean);
    aa += (rank - mean) ** 2;
    bb += (b[i] - mean) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const result = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) result[order[k]] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}
