import { describe, expect, it } from 'vitest';
import { mapOf, type MapMethod, type WordMap } from '../../../src/core/embeddings/map/map-of';
import { jacobiEigen, principalComponents } from '../../../src/core/embeddings/map/pca';
import { jointAffinities, tsneDivergence, tsneGradient } from '../../../src/core/embeddings/map/tsne';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { Random } from '../../../src/core/random';

function finish<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
const normals = (count: number, seed: number) => {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => random.normal());
};

/** Words around two directions at right angles: a0 … and b0 … */
function twoGroups(each: number, size = 20, noise = 0.15): WordVectors {
  const random = new Random(7);
  const words: string[] = [];
  const values: number[] = [];
  for (let group = 0; group < 2; group++)
    for (let i = 0; i < each; i++) {
      words.push(`${'ab'[group]}${i}`);
      for (let k = 0; k < size; k++) values.push((k === group ? 1 : 0) + noise * random.normal());
    }
  return new WordVectors(words, size, Float32Array.from(values));
}

describe('principal components', () => {
  const rows = { count: 60, size: 12, values: normals(60 * 12, 3).map((value, at) => value * (1 + (at % 12))) };

  it('are the first eigenvectors of the covariance', () => {
    const { count, size, values } = rows;
    const covariance = new Float64Array(size * size);
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        const column = (k: number) => Array.from({ length: count }, (_, i) => values[i * size + k]);
        const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / count;
        const [x, y] = [column(a), column(b)];
        const [mx, my] = [mean(x), mean(y)];
        covariance[a * size + b] = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
      }
    const { values: eigen } = jacobiEigen(covariance, size);
    const total = eigen.reduce((sum, value) => sum + value, 0);
    const { places, explained } = finish(principalComponents(rows));
    expect(explained[0]).toBeCloseTo(eigen[0] / total, 10);
    expect(explained[1]).toBeCloseTo(eigen[1] / total, 10);
    for (let axis = 0; axis < 2; axis++) {
      let squares = 0;
      for (let i = 0; i < count; i++) squares += places[2 * i + axis] ** 2;
      expect(squares).toBeCloseTo(eigen[axis], 6);
    }
    let cross = 0;
    for (let i = 0; i < count; i++) cross += places[2 * i] * places[2 * i + 1];
    expect(Math.abs(cross)).toBeLessThan(1e-4 * eigen[0]);
  });

  it('explain everything where there are two dimensions, and one where there is one', () => {
    const flat = finish(principalComponents({ count: 9, size: 2, values: normals(18, 1) }));
    expect(flat.explained[0] + flat.explained[1]).toBeCloseTo(1, 12);
    const line = finish(principalComponents({ count: 5, size: 1, values: normals(5, 1) }));
    expect(line.explained).toEqual([expect.closeTo(1, 12), 0]);
    const still = finish(principalComponents({ count: 4, size: 3, values: new Float64Array(12).fill(2) }));
    expect([...still.places, ...still.explained].every((value) => value === 0)).toBe(true);
  });

  it('come from a decomposition that gives the matrix back', () => {
    const n = 6;
    const raw = normals(n * n, 5);
    const matrix = raw.map((value, at) => value + raw[(at % n) * n + Math.floor(at / n)]);
    const { values, vectors } = jacobiEigen(matrix, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += values[k] * vectors[k * n + i] * vectors[k * n + j];
        expect(sum).toBeCloseTo(matrix[i * n + j], 10);
      }
  });
});

describe('t-SNE', () => {
  const rows = { count: 12, size: 5, values: normals(60, 11) };
  const joint = finish(jointAffinities(rows, 3));

  it('has affinities that are symmetric, sum to one and have the wanted perplexity', () => {
    expect(joint.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    for (let i = 0; i < 12; i++) {
      expect(joint[i * 12 + i]).toBe(0);
      for (let j = 0; j < 12; j++) expect(joint[i * 12 + j]).toBe(joint[j * 12 + i]);
    }
  });

  it('descends along the true gradient', () => {
    const places = normals(24, 2);
    const gradient = new Float64Array(24);
    const work = new Float64Array(144);
    tsneGradient(joint, places, 1, gradient, work);
    const analytic = gradient.slice();
    const step = 1e-5;
    for (let at = 0; at < 24; at++) {
      const cost = (by: number) => {
        const moved = places.slice();
        moved[at] += by;
        return tsneDivergence(joint, moved, work);
      };
      expect((cost(step) - cost(-step)) / (2 * step)).toBeCloseTo(analytic[at], 8);
    }
  });
});

describe.each<MapMethod>(['pca', 'tsne', 'umap'])('a map by %s', (method) => {
  const vectors = twoGroups(25);
  const ids = vectors.words.map((_, id) => id);
  const draw = (seed: number) => finish(mapOf(vectors, ids, method, seed));

  it('keeps two groups apart', () => {
    const { points } = draw(1);
    const middle = (name: string) => {
      const members = points.filter(({ word }) => word.startsWith(name));
      const mean = (of: (point: WordMap['points'][number]) => number) =>
        members.reduce((sum, point) => sum + of(point), 0) / members.length;
      const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
      return { x, y };
    };
    const [a, b] = [middle('a'), middle('b')];
    for (const { word, x, y } of points) {
      const [own, other] = word.startsWith('a') ? [a, b] : [b, a];
      expect(Math.hypot(x - own.x, y - own.y), word).toBeLessThan(Math.hypot(x - other.x, y - other.y));
    }
  });

  it('is the same for the same seed, and finite', () => {
    const [one, again] = [draw(5), draw(5)];
    expect(again).toEqual(one);
    expect(one.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    expect(one.explained === undefined).toBe(method !== 'pca');
    if (method !== 'pca') expect(draw(6).points).not.toEqual(one.points);
  });

  it('lives with few words and with words that are alike', () => {
    const few = new WordVectors(['a', 'b', 'c', 'd', 'e'], 3, new Float32Array(15).fill(0.5));
    const { points } = finish(mapOf(few, [0, 1, 2, 3, 4], method, 1));
    expect(points.map(({ word }) => word)).toEqual(few.words);
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it('says how many words it takes', () => {
    expect(() => finish(mapOf(vectors, [0, 1], method, 1))).toThrow(/needs 4 words or more, not 2/);
    const many = Array.from({ length: 10_001 }, () => 0);
    expect(() => finish(mapOf(vectors, many, method, 1))).toThrow(/words at most, not 10001/);
  });
});
