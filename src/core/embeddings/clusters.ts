import { UserError } from '../errors';
import { Random } from '../random';
import { dot, unitOf } from './queries';
import type { WordVectors } from './word-vectors';

export interface Cluster {
  /** All its words, the most central first; the first ones name it. */
  words: string[];
  /** Cosine of each word with the centre. */
  closeness: number[];
  /** Mean cosine of its words with its centre. */
  tightness: number;
}

const MOST_ROUNDS = 50;
/** Products of numbers in a slice of work: some ten milliseconds. */
const SLICE = 1e7;

/**
 * Spherical k-means of the first `count` words: centres are means of unit vectors, scaled to length 1, and a word belongs
 * to the centre of largest cosine (Dhillon and Modha, 2001). First centres are drawn by k-means++ (Arthur and
 * Vassilvitskii, 2007). Yields every ten milliseconds or so. Throws UserError when there are fewer words than clusters.
 * @param onProgress hears the share that is done of the most rounds there may be, 0 to 1; most often it ends before
 * @returns clusters, the largest first
 */
export function* clusterWords(
  vectors: WordVectors,
  { clusters, count, seed }: { clusters: number; count: number; seed: number },
  onProgress?: (share: number) => void,
): Generator<void, Cluster[]> {
  const words = Math.min(count, vectors.words.length);
  if (clusters > words)
    throw new UserError(`There are ${words} words for ${clusters} clusters: choose fewer clusters or more words.`);
  const centres = yield* firstCentres(vectors, words, clusters, new Random(seed));
  const some = Math.ceil(SLICE / (clusters * vectors.size));
  const owner = new Int32Array(words).fill(-1);
  const closeness = new Float32Array(words);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    yield;
    let moved = 0;
    for (let id = 0; id < words; id++) {
      if (id % some === some - 1) yield;
      const [to, cosine] = closest(unitOf(vectors, id), centres);
      closeness[id] = cosine;
      if (owner[id] !== to) moved++;
      owner[id] = to;
    }
    if (moved === 0) break;
    moveCentres(vectors, owner, centres);
    onProgress?.((round + 1) / MOST_ROUNDS);
  }
  return centres
    .map((_, c) => Array.from({ length: words }, (__, id) => id).filter((id) => owner[id] === c))
    .filter((members) => members.length > 0)
    .map((members) => ({
      words: members.sort((x, y) => closeness[y] - closeness[x] || x - y).map((id) => vectors.words[id]),
      closeness: members.map((id) => closeness[id]),
      tightness: members.reduce((sum, id) => sum + closeness[id], 0) / members.length,
    }))
    .sort((x, y) => y.words.length - x.words.length);
}

/** Each next centre is a word, drawn with a chance that grows with its distance from the centres so far. */
function* firstCentres(
  vectors: WordVectors,
  words: number,
  clusters: number,
  random: Random,
): Generator<void, Float32Array[]> {
  const centres = [unitOf(vectors, random.integer(words)).slice()];
  const distances = new Float64Array(words).fill(Infinity);
  while (centres.length < clusters) {
    yield;
    let total = 0;
    for (let id = 0; id < words; id++) {
      distances[id] = Math.min(distances[id], Math.max(0, 1 - dot(unitOf(vectors, id), centres[centres.length - 1])));
      total += distances[id];
    }
    let left = random.next() * total;
    let id = 0;
    while (id < words - 1 && (left -= distances[id]) >= 0) id++;
    centres.push(unitOf(vectors, id).slice());
  }
  return centres;
}

function closest(unit: Float32Array, centres: Float32Array[]): [number, number] {
  let [to, cosine] = [0, -Infinity];
  centres.forEach((centre, c) => {
    const value = dot(unit, centre);
    if (value > cosine) [to, cosine] = [c, value];
  });
  return [to, cosine];
}

/** A centre without words stays where it is. */
function moveCentres(vectors: WordVectors, owner: Int32Array, centres: Float32Array[]): void {
  const sums = centres.map(() => new Float32Array(vectors.size));
  owner.forEach((c, id) => unitOf(vectors, id).forEach((value, k) => (sums[c][k] += value)));
  sums.forEach((sum, c) => {
    const length = Math.hypot(...sum);
    if (length > 0) centres[c] = sum.map((value) => value / length);
  });
}
