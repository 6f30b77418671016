import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { align, precision } from '../../../src/core/embeddings/alignment/align';
import { CROWD, CrossLingual } from '../../../src/core/embeddings/alignment/cross-lingual';
import {
  diceDictionary,
  holdOut,
  identicalWords,
  readDictionary,
  type Translation,
} from '../../../src/core/embeddings/alignment/dictionary';
import { orthogonalMap } from '../../../src/core/embeddings/alignment/procrustes';
import { dot, unitOf } from '../../../src/core/embeddings/queries';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { UserError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';

beforeAll(async () => void (await tf.setBackend('cpu')));

const SIZE = 8;

function finish<T>(work: Generator<unknown, T>): T {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

function randomVectors(prefix: string, words: number, seed: number, size = SIZE): WordVectors {
  const random = new Random(seed);
  const values = Float32Array.from({ length: words * size }, () => random.normal());
  const names = Array.from({ length: words }, (_, k) => `${prefix}${k}`);
  return new WordVectors(names, size, values);
}

/** A rotation: what is nearest to a random matrix. */
function randomRotation(size: number, seed: number): Float64Array {
  const random = new Random(seed);
  return orthogonalMap(
    Float64Array.from({ length: size * size }, () => random.normal()),
    size,
  );
}

/** The same vectors, turned and a little disturbed, under other names. */
function turnedCopy(source: WordVectors, map: Float64Array, noise: number): WordVectors {
  const random = new Random(5);
  const { size, words } = source;
  const values = new Float32Array(source.values.length);
  words.forEach((_, id) => {
    for (let i = 0; i < size; i++) {
      let value = noise * random.normal();
      for (let k = 0; k < size; k++) value += map[i * size + k] * source.values[id * size + k];
      values[id * size + i] = value;
    }
  });
  return new WordVectors(
    words.map((word) => word.replace('s', 't')),
    size,
    values,
  );
}

test('the map is orthogonal, and no small rotation of it is better', () => {
  const random = new Random(1);
  const sum = Float64Array.from({ length: SIZE * SIZE }, () => random.normal());
  const map = orthogonalMap(sum, SIZE);
  for (let i = 0; i < SIZE; i++) {
    for (let k = 0; k < SIZE; k++) {
      let product = 0;
      for (let c = 0; c < SIZE; c++) product += map[i * SIZE + c] * map[k * SIZE + c];
      expect(product).toBeCloseTo(i === k ? 1 : 0, 10);
    }
  }
  const value = (matrix: Float64Array) => matrix.reduce((all, each, at) => all + each * sum[at], 0);
  for (let i = 0; i < SIZE; i++) {
    for (let k = 0; k < SIZE; k++) {
      for (const angle of i === k ? [] : [-0.01, 0.01]) {
        const other = Float64Array.from(map);
        for (let c = 0; c < SIZE; c++) {
          other[i * SIZE + c] = Math.cos(angle) * map[i * SIZE + c] - Math.sin(angle) * map[k * SIZE + c];
          other[k * SIZE + c] = Math.sin(angle) * map[i * SIZE + c] + Math.cos(angle) * map[k * SIZE + c];
        }
        expect(value(other)).toBeLessThan(value(map));
      }
    }
  }
});

test('fewer pairs than dimensions give an orthogonal map all the same', () => {
  const sum = new Float64Array(SIZE * SIZE);
  sum[0 * SIZE + 3] = 2;
  sum[5 * SIZE + 1] = 1;
  const map = orthogonalMap(sum, SIZE);
  expect(map[3]).toBeCloseTo(1, 10);
  expect(map[5 * SIZE + 1]).toBeCloseTo(1, 10);
  for (let i = 0; i < SIZE; i++) {
    const row = map.subarray(i * SIZE, (i + 1) * SIZE);
    expect(row.reduce((squares, each) => squares + each * each, 0)).toBeCloseTo(1, 10);
  }
});

test('a rotation is found from some pairs, and the other words are translated by it', () => {
  const source = randomVectors('s', 60, 2);
  const target = turnedCopy(source, randomRotation(SIZE, 3), 0.05);
  const all = source.words.map((word): Translation => [word, word.replace('s', 't')]);
  const { learned, held } = holdOut(all, 0.5, 1);
  expect(held).toHaveLength(30);
  const { spaces, pairs } = finish(align(source, target, learned, { refinements: 0, candidates: 60 }));
  expect(pairs).toBe(30);
  expect(finish(precision(spaces, held, 'csls'))).toEqual({ at1: 1, at5: 1, words: 30 });
});

test('refinement goes on from a dictionary that is small and partly wrong', () => {
  const source = randomVectors('s', 150, 4, 16);
  const target = turnedCopy(source, randomRotation(16, 6), 0.1);
  const right = source.words.slice(0, 24).map((word): Translation => [word, word.replace('s', 't')]);
  const wrong = source.words.slice(30, 38).map((word, k): Translation => [word, `t${90 + k}`]);
  const rest = source.words.slice(50).map((word): Translation => [word, word.replace('s', 't')]);
  const at1 = (refinements: number) => {
    const { spaces } = finish(align(source, target, [...right, ...wrong], { refinements, candidates: 150 }));
    return finish(precision(spaces, rest, 'csls')).at1;
  };
  expect(at1(5)).toBeGreaterThan(at1(0) + 0.05);
});

test('CSLS is 2·cos less the mean cosine with the ten nearest words of the other side', () => {
  const [source, target] = [randomVectors('s', 25, 7), randomVectors('t', 40, 8)];
  const spaces = finish(CrossLingual.build(source, target));
  const cosine = (s: number, t: number) => dot(unitOf(source, s), unitOf(target, t));
  const crowd = (values: number[]) =>
    values
      .sort((a, b) => b - a)
      .slice(0, CROWD)
      .reduce((sum, each) => sum + each, 0) / CROWD;
  const [found] = finish(spaces.translate([3], 40, 'csls'));
  const ofSource = crowd(target.words.map((_, t) => cosine(3, t)));
  for (const { word, similarity } of found) {
    const t = target.words.indexOf(word);
    const ofTarget = crowd(source.words.map((_, s) => cosine(s, t)));
    expect(similarity).toBeCloseTo(2 * cosine(3, t) - ofSource - ofTarget, 4);
  }
  const values = found.map(({ similarity }) => similarity);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  const [near] = finish(spaces.translate([3], 1, 'cosine'));
  expect(near[0].similarity).toBeCloseTo(Math.max(...target.words.map((_, t) => cosine(3, t))), 5);
});

test('a dictionary takes the best partner by Dice, with counts of sentences', () => {
  const sentences: Translation[] = [
    ['the dog sleeps', 'le chien dort'],
    ['The dog eats, the dog drinks', 'le chien mange'],
    ['a cat sleeps', 'un chat dort'],
    ['the cat', 'le chat'],
  ];
  const found = finish(diceDictionary(sentences, { minCount: 2, least: 0.5 }));
  expect(found.map(({ pair }) => pair.join(' ')).sort()).toEqual(['cat chat', 'dog chien', 'sleeps dort', 'the le']);
  expect(finish(diceDictionary(sentences, { minCount: 1, least: 0.6 })).find(({ pair }) => pair[0] === 'eats')).toEqual(
    { pair: ['eats', 'mange'], dice: 1 },
  );
  expect(() => finish(diceDictionary(sentences, { minCount: 9, least: 0.3 }))).toThrow(UserError);
});

test('dictionaries of files: tabs or blanks, and a sentence where a translation is missing', () => {
  expect(readDictionary(['dog\tchien', '', 'ice cream\tglace', 'cat chat'], 'd.txt')).toEqual([
    ['dog', 'chien'],
    ['ice cream', 'glace'],
    ['cat', 'chat'],
  ]);
  expect(() => readDictionary(['dog\tchien', 'cat'], 'd.txt')).toThrow(/^Line 2 of d.txt/);
  expect(() => readDictionary([''], 'd.txt')).toThrow(UserError);
});

test('identical words, vectors of other sizes, and a dictionary that fits nothing', () => {
  const source = randomVectors('s', 5, 1);
  const same = new WordVectors(['s1', 'x'], SIZE, source.values.slice(0, 2 * SIZE));
  expect(identicalWords(source, same)).toEqual([['s1', 's1']]);
  const options = { refinements: 0, candidates: 10 };
  expect(() => finish(align(source, randomVectors('t', 5, 2, 4), [['s1', 't1']], options))).toThrow(/8 and 4 numbers/);
  expect(() => finish(align(source, randomVectors('t', 5, 2), [['a', 'b']], options))).toThrow(UserError);
});
