import { UserError } from '../errors';
import type { WordVectors } from './word-vectors';

export interface Neighbour {
  word: string;
  /** Cosine in [-1, 1], or 3CosMul's product, at least 0. */
  similarity: number;
}

/** How the answer of an analogy is scored: a sum of cosines or a product of shifted ones. */
export type AnalogyRule = 'add' | 'mul';
/** So that 3CosMul does not divide by zero (Levy and Goldberg, 2014). */
export const MUL_EPSILON = 1e-3;

/** The word's place. Throws UserError when it has no vector. */
export function requireWord(vectors: WordVectors, word: string): number {
  const id = vectors.idOf(word);
  if (id !== undefined) return id;
  const other = [word.toLowerCase(), word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()];
  const known = other.find((each) => vectors.idOf(each) !== undefined);
  const advice = known ? `try ${JSON.stringify(known)}` : 'check its spelling, or read more words of the file';
  throw new UserError(`There is no vector for ${JSON.stringify(word)}: ${advice}.`);
}

/** A word as the vectors have it: as it is, else in lower case, else as it is for others to complain of. */
export function knownForm(vectors: WordVectors, word: string): string {
  const lower = word.toLowerCase();
  return vectors.idOf(word) === undefined && vectors.idOf(lower) !== undefined ? lower : word;
}

/**
 * The `count` words whose vectors have the largest cosine with that of `word`, itself left out. A word without a vector of
 * its own gets one from its n-grams, where there are any. Throws UserError.
 */
export function neighbours(vectors: WordVectors, word: string, count: number): Neighbour[] {
  const id = vectors.idOf(word);
  const unseen = id === undefined ? vectors.vectorOf(word) : undefined;
  if (!unseen) {
    const known = requireWord(vectors, word);
    return best(vectors, cosines(vectors, unitOf(vectors, known)), new Set([known]), count);
  }
  const length = Math.hypot(...unseen) || 1;
  return best(vectors, cosines(vectors, unseen.map((value) => value / length)), new Set(), count); // prettier-ignore
}

/**
 * a is to b as c is to what: 3CosAdd takes the largest cos(d,b) − cos(d,a) + cos(d,c) (Mikolov et al., 2013), here
 * divided by the length of b − a + c so that it is a cosine; 3CosMul the largest s(d,b)·s(d,c) / (s(d,a) + 0.001) with
 * s = (cos + 1) / 2 (Levy and Goldberg, 2014). The three words themselves are left out. Throws UserError.
 */
export function analogy(
  vectors: WordVectors,
  [a, b, c]: readonly [string, string, string],
  rule: AnalogyRule,
  count: number,
): Neighbour[] {
  const ids = [a, b, c].map((word) => requireWord(vectors, word));
  const [ua, ub, uc] = ids.map((id) => unitOf(vectors, id));
  if (rule === 'add') {
    const sum = ub.map((value, k) => value - ua[k] + uc[k]);
    const length = Math.hypot(...sum) || 1;
    const target = sum.map((value) => value / length);
    return best(vectors, cosines(vectors, target), new Set(ids), count);
  }
  const [sa, sb, sc] = [ua, ub, uc].map((unit) => cosines(vectors, unit).map((cosine) => (cosine + 1) / 2));
  return best(
    vectors,
    sb.map((value, d) => (value * sc[d]) / (sa[d] + MUL_EPSILON)),
    new Set(ids),
    count,
  );
}

/**
 * Of the words `among`, looked up as they are and then in lower case, the `count` with the largest cosine with `word`, as
 * they stand in `among`; those without a vector, n-grams included, are left out. Throws UserError when `word` has none.
 */
export function similarAmong(vectors: WordVectors, word: string, among: readonly string[], count: number): Neighbour[] {
  const target = directionOf(vectors, word) ?? unitOf(vectors, requireWord(vectors, word));
  return among
    .flatMap((other) => {
      const direction = directionOf(vectors, knownForm(vectors, other));
      return direction ? [{ word: other, similarity: Math.fround(dot(direction, target)) }] : [];
    })
    .sort((x, y) => y.similarity - x.similarity)
    .slice(0, count);
}

/** A word's vector with length 1, from its n-grams where it has none of its own. */
function directionOf(vectors: WordVectors, word: string): Float32Array | undefined {
  const id = vectors.idOf(word);
  if (id !== undefined) return unitOf(vectors, id);
  const unseen = vectors.vectorOf(word);
  const length = unseen && (Math.hypot(...unseen) || 1);
  return unseen?.map((value) => value / length!);
}

/** The first `count` words that begin so, whatever their capitals. */
export function completions({ words }: WordVectors, prefix: string, count: number): string[] {
  const wanted = prefix.toLowerCase();
  const found: string[] = [];
  for (let id = 0; id < words.length && found.length < count; id++)
    if (words[id].toLowerCase().startsWith(wanted)) found.push(words[id]);
  return found;
}

/** The word whose vector has the smallest cosine with the mean of all (unit) vectors. Throws UserError. */
export function oddOneOut(vectors: WordVectors, words: readonly string[]): Neighbour[] {
  if (new Set(words).size < 3) throw new UserError('The odd one out needs three different words or more: add some.');
  const units = words.map((word) => unitOf(vectors, requireWord(vectors, word)));
  const mean = new Float32Array(vectors.size);
  for (const unit of units) for (let k = 0; k < mean.length; k++) mean[k] += unit[k];
  const length = Math.hypot(...mean) || 1;
  return words
    .map((word, i) => ({ word, similarity: dot(units[i], mean) / length }))
    .sort((x, y) => x.similarity - y.similarity);
}

/** One feature of two words: its number, both values, and their difference. */
export interface FeatureDifference {
  feature: number;
  first: number;
  second: number;
  difference: number;
}

/** Two words feature by feature, the largest differences first, with their cosine. Throws UserError. */
export function compareWords(
  vectors: WordVectors,
  first: string,
  second: string,
): { cosine: number; features: FeatureDifference[] } {
  const [i, j] = [requireWord(vectors, first), requireWord(vectors, second)];
  const { size, values } = vectors;
  const features = Array.from({ length: size }, (_, feature) => {
    const [x, y] = [values[i * size + feature], values[j * size + feature]];
    return { feature, first: x, second: y, difference: x - y };
  });
  features.sort((x, y) => Math.abs(y.difference) - Math.abs(x.difference) || x.feature - y.feature);
  return { cosine: dot(unitOf(vectors, i), unitOf(vectors, j)), features };
}

export function unitOf({ unit, size }: WordVectors, id: number): Float32Array {
  return unit.subarray(id * size, (id + 1) * size);
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** [words]: cosine of each word with a vector of length 1. */
function cosines({ unit, size, words }: WordVectors, target: Float32Array): Float32Array {
  const scores = new Float32Array(words.length);
  for (let id = 0; id < scores.length; id++) {
    let sum = 0;
    for (let k = 0, at = id * size; k < size; k++, at++) sum += unit[at] * target[k];
    scores[id] = sum;
  }
  return scores;
}

/** The `count` best words in falling order of score; of equal ones the more frequent first. */
function best({ words }: WordVectors, scores: Float32Array, without: ReadonlySet<number>, count: number): Neighbour[] {
  const found: number[] = [];
  for (let id = 0; id < scores.length; id++) {
    if (without.has(id) || (found.length === count && scores[id] <= scores[found[count - 1]])) continue;
    let at = found.length;
    while (at > 0 && scores[found[at - 1]] < scores[id]) at--;
    found.splice(at, 0, id);
    if (found.length > count) found.pop();
  }
  return found.map((id) => ({ word: words[id], similarity: scores[id] }));
}
