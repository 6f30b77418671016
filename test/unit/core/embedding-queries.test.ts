import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { readAnalogies, testAnalogies } from '../../../src/core/embeddings/analogy-test';
import { clusterWords } from '../../../src/core/embeddings/clusters';
import { analogy, compareWords, neighbours, oddOneOut, type AnalogyRule } from '../../../src/core/embeddings/queries';
import { readSimilarityPairs, spearman, testSimilarity } from '../../../src/core/embeddings/similarity-test';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { Random } from '../../../src/core/random';

beforeAll(async () => void (await setBackend('cpu')));

function finish<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Words with random vectors, and the answer of each query by its formula in float64. */
const random = new Random(5);
const names = Array.from({ length: 40 }, (_, k) => `w${k}`);
const vectors = new WordVectors(
  names,
  6,
  Float32Array.from({ length: 240 }, () => random.normal()),
);
const row = (word: string) => Array.from(vectors.values.subarray(names.indexOf(word) * 6, names.indexOf(word) * 6 + 6));
const inner = (x: number[], y: number[]) => x.reduce((sum, value, k) => sum + value * y[k], 0);
const cos = (x: string, y: string) => inner(row(x), row(y)) / Math.hypot(...row(x)) / Math.hypot(...row(y));
const rank = (score: (word: string) => number, without: string[]) =>
  names.filter((word) => !without.includes(word)).sort((x, y) => score(y) - score(x));

/** Gender, royalty, and a little of each word's own. */
const people = new WordVectors(
  ['man', 'woman', 'king', 'queen', 'Prince', 'princess', 'apple', 'pear'],
  4,
  Float32Array.from(
    [
      [1, 0, 0, 0.1],
      [-1, 0, 0, 0.1],
      [1, 1, 0, 0],
      [-1, 1, 0, 0],
      [1, 0.9, 0, 0.9],
      [-1, 0.9, 0, 0.9],
      [0, -0.3, 1, 0.2],
      [0.1, -0.3, 1, 0.1],
    ].flat(),
  ),
);

describe('queries by their formulas', () => {
  test('neighbours', () => {
    const found = neighbours(vectors, 'w3', 7);
    expect(found.map(({ word }) => word)).toEqual(rank((word) => cos(word, 'w3'), ['w3']).slice(0, 7));
    for (const { word, similarity } of found) expect(similarity).toBeCloseTo(cos(word, 'w3'), 5);
  });

  const shifted = (x: string, y: string) => (cos(x, y) + 1) / 2;
  test.each<[AnalogyRule, (word: string) => number]>([
    ['add', (word) => cos(word, 'w2') - cos(word, 'w1') + cos(word, 'w9')],
    ['mul', (word) => (shifted(word, 'w2') * shifted(word, 'w9')) / (shifted(word, 'w1') + 1e-3)],
  ])('analogies: %s', (rule, score) => {
    const found = analogy(vectors, ['w1', 'w2', 'w9'], rule, 5).map(({ word }) => word);
    expect(found).toEqual(rank(score, ['w1', 'w2', 'w9']).slice(0, 5));
  });

  test('man is to king as woman is to queen, and the odd one out is no fruit', () => {
    for (const rule of ['add', 'mul'] as const)
      expect(analogy(people, ['man', 'king', 'woman'], rule, 1)[0].word).toBe('queen');
    expect(oddOneOut(people, ['apple', 'king', 'pear'])[0].word).toBe('king');
  });

  test('two words feature by feature', () => {
    const { cosine, features } = compareWords(people, 'king', 'queen');
    expect(cosine).toBeCloseTo(0, 6);
    expect(features[0]).toEqual({ feature: 0, first: 1, second: -1, difference: 2 });
    expect(features).toHaveLength(4);
  });

  test('a word without a vector is named, with its other spelling', () => {
    expect(() => neighbours(people, 'prince', 3)).toThrow('There is no vector for "prince": try "Prince".');
    expect(() => oddOneOut(people, ['man', 'man', 'king'])).toThrow(/three different words/);
  });

  test('k-means finds the groups that were drawn, and repeats itself', () => {
    const drawn = new Random(3);
    const rows = Array.from({ length: 90 }, (_, k) =>
      Array.from({ length: 5 }, (__, i) => (i === k % 3 ? 4 : 0) + 0.3 * drawn.normal()),
    );
    const many = new WordVectors(
      rows.map((_, k) => `${k}`),
      5,
      Float32Array.from(rows.flat()),
    );
    const groups = finish(clusterWords(many, { clusters: 3, count: 90, seed: 1 }));
    for (const { words } of groups) expect(new Set(words.map((word) => Number(word) % 3)).size).toBe(1);
    expect(groups.map(({ words }) => words.length)).toEqual([30, 30, 30]);
    expect(finish(clusterWords(many, { clusters: 3, count: 90, seed: 1 }))).toEqual(groups);
    expect(() => finish(clusterWords(many, { clusters: 91, count: 90, seed: 1 }))).toThrow(/fewer clusters/);
  });
});

describe('evaluation', () => {
  test('analogies by section: capitals do not count, unknown words are not asked about', () => {
    const text =
      ': royal\nMan King Woman Queen\nman prince woman princess\nman king woman zebra\n: gram1\nman woman king apple\n';
    const sections = readAnalogies(text.split('\n'), 'q.txt');
    expect(finish(testAnalogies(people, sections, { candidates: 30_000, rule: 'add' }))).toEqual([
      { name: 'royal', questions: 3, asked: 2, correct: 2 },
      { name: 'gram1', questions: 1, asked: 1, correct: 0 },
    ]);
    const cut = finish(testAnalogies(people, sections, { candidates: 4, rule: 'add' }));
    expect(cut[0]).toMatchObject({ asked: 1, correct: 1 });
  });

  test('the batched answer is that of a single question', () => {
    const questions = Array.from({ length: 30 }, (_, k): [string, string, string, string] => {
      const [a, b, c] = [`w${k}`, `w${(k * 7 + 1) % 40}`, `w${(k * 3 + 11) % 40}`];
      return [a, b, c, new Set([a, b, c]).size === 3 ? analogy(vectors, [a, b, c], 'mul', 1)[0].word : a];
    });
    const sane = questions.filter((words) => new Set(words).size === 4);
    const [result] = finish(testAnalogies(vectors, [{ name: 's', questions: sane }], { candidates: 40, rule: 'mul' }));
    expect(result.correct).toBe(sane.length);
    expect(sane.length).toBeGreaterThan(20);
  });

  test("Spearman's ρ with equal values, as SciPy gives it", () => {
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
    expect(spearman([1, 2, 2, 4], [1, 3, 2, 4])).toBeCloseTo(0.9486832980505138, 12);
    expect(spearman([1], [1])).toBeNaN();
  });

  test('similarity files: heading, commas, words without a vector', () => {
    const pairs = readSimilarityPairs(
      'word1,word2,score\nKing,queen,8\nman,king,9\napple,zebra,1\n'.split('\n'),
      's.csv',
    );
    expect(pairs).toHaveLength(3);
    const result = testSimilarity(people, pairs);
    expect(result).toMatchObject({ pairs: 3, covered: 2 });
    expect(result.rho).toBeCloseTo(1, 9);
    expect(() => readSimilarityPairs(['a\tb\t1', 'a\tb\tx'], 's.txt')).toThrow(/Line 2 of s.txt/);
    expect(() => readAnalogies(['a b c d', 'a b c'], 'q.txt')).toThrow(/Line 2 of q.txt/);
  });
});
