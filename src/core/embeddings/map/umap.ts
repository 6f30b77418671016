import { UMAP } from 'umap-js';
import type { Random } from '../../random';
import type { Rows } from './pca';

/** Words that are taken for neighbours of each word, itself included; UMAP's own default. */
const NEIGHBOURS = 15;

/**
 * UMAP (McInnes, Healy and Melville, 2018) of rows in two dimensions, by umap-js. The nearest neighbours are found here,
 * exactly and in slices. Yields after each round; `onProgress` hears the share that is done.
 * @returns [count, 2]
 */
export function* umap(rows: Rows, random: Random, onProgress?: (share: number) => void): Generator<void, Float64Array> {
  const { count, size, values } = rows;
  const nNeighbors = Math.min(NEIGHBOURS, count - 1);
  const { indices, distances } = yield* nearest(rows, nNeighbors);
  const map = new UMAP({ nComponents: 2, nNeighbors, random: () => random.next() });
  map.setPrecomputedKNN(indices, distances);
  const rounds = map.initializeFit(
    Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size))),
  );
  for (let round = 0; round < rounds; round++) {
    map.step();
    onProgress?.((round + 1) / rounds);
    yield;
  }
  return Float64Array.from(map.getEmbedding().flat());
}

/** The nearest rows of each row by Euclidean distance, itself first. */
function* nearest(
  { count, size, values }: Rows,
  wanted: number,
): Generator<void, { indices: number[][]; distances: number[][] }> {
  const indices: number[][] = [];
  const distances: number[][] = [];
  const squared = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (values[i * size + k] - values[j * size + k]) ** 2;
      squared[j] = j === i ? -1 : sum;
    }
    const order = Array.from({ length: count }, (_, j) => j).sort((a, b) => squared[a] - squared[b] || a - b);
    indices.push(order.slice(0, wanted));
    distances.push(indices[i].map((j) => Math.sqrt(Math.max(0, squared[j]))));
    if (i % 16 === 0) yield;
  }
  return { indices, distances };
}
