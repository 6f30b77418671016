import { UserError } from '../../errors';
import { Random } from '../../random';
import { unitOf } from '../queries';
import type { WordVectors } from '../word-vectors';
import { principalComponents, type Rows } from './pca';
import { tsne } from './tsne';
import { umap } from './umap';

export type MapMethod = 'pca' | 'tsne' | 'umap';

/** A plane with words in it. */
export interface WordMap {
  points: { word: string; x: number; y: number }[];
  /** Share of the variance along each axis, for "pca". */
  explained?: [number, number];
}

/** Words at most: the time of t-SNE and of UMAP's neighbours grows with their square, and nobody reads more labels. */
export const MOST_WORDS: Readonly<Record<MapMethod, number>> = { pca: 10_000, tsne: 1_500, umap: 4_000 };
const FEWEST_WORDS = 4;

/**
 * A map of words by their directions (vectors of length 1, as cosines compare them). The same seed gives the same map;
 * "pca" needs none. Yields every few milliseconds. Throws UserError for too few and for too many words.
 * @param ids places of the words in `vectors.words`
 * @param onProgress hears the share that is done, 0 to 1, of "tsne" and "umap"
 */
export function* mapOf(
  vectors: WordVectors,
  ids: readonly number[],
  method: MapMethod,
  seed: number,
  onProgress?: (share: number) => void,
): Generator<void, WordMap> {
  if (ids.length < FEWEST_WORDS)
    throw new UserError(`A map needs ${FEWEST_WORDS} words or more, not ${ids.length}: ask for more words.`);
  if (ids.length > MOST_WORDS[method])
    throw new UserError(
      `This map takes ${MOST_WORDS[method]} words at most, not ${ids.length}: ask for fewer, or for a map by PCA.`,
    );
  const rows = directions(vectors, ids);
  const random = new Random(seed);
  if (method === 'pca') {
    const { places, explained } = yield* principalComponents(rows);
    return { points: named(vectors, ids, places), explained };
  }
  const places = yield* method === 'tsne' ? tsne(rows, random, onProgress) : umap(rows, random, onProgress);
  return { points: named(vectors, ids, places) };
}

function directions(vectors: WordVectors, ids: readonly number[]): Rows {
  const { size } = vectors;
  const values = new Float64Array(ids.length * size);
  ids.forEach((id, row) => values.set(unitOf(vectors, id), row * size));
  return { count: ids.length, size, values };
}

function named({ words }: WordVectors, ids: readonly number[], places: Float64Array): WordMap['points'] {
  return ids.map((id, row) => ({ word: words[id], x: places[2 * row], y: places[2 * row + 1] }));
}
