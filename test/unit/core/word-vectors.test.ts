import { expect, test } from 'vitest';
import { WordVectorReader } from '../../../src/core/embeddings/word2vec-text';
import { UserError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';

const wanted = new Map([
  ['cat', 1],
  ['dog', 2],
  ['été', 3],
]);
function read(lines: string[], size = 3): { table: Float32Array; found: number } {
  const reader = new WordVectorReader(wanted, 5, size, 'vectors.txt');
  for (const line of lines) reader.read(line);
  return { table: reader.finish(new Random(1)), found: reader.found };
}

test.each([
  ['with the line of sizes', ['4 3', 'cat 1 2 3', 'the 9 9 9', 'été -1e-2 .5 0 ', 'cat 7 7 7']],
  ['without', ['the 9 9 9', 'cat 1 2 3', '', 'été -0.01 0.5 0']],
  ['with tabs', ['cat\t1\t2\t3', 'été\t-0.01\t0.5\t0']],
])('reads wanted words %s, and draws the others as widely', (_, lines) => {
  const { table, found } = read(lines);
  expect(found).toBe(2);
  expect(Array.from(table.slice(3, 6))).toEqual([1, 2, 3]);
  expect(Array.from(table.slice(9, 12))).toEqual([Math.fround(-0.01), 0.5, 0]);
  const others = [...table.slice(0, 3), ...table.slice(6, 9), ...table.slice(12)];
  expect(new Set(others).size).toBe(9);
  const bound = Math.sqrt((3 * (14 + 0.2501)) / 6);
  for (const value of others) expect(Math.abs(value)).toBeLessThanOrEqual(bound);
  expect(Math.max(...others.map(Math.abs))).toBeGreaterThan(bound / 2);
});

test.each<[string[], string]>([
  [
    ['2 300', 'cat 1 2 3'],
    'The vectors in vectors.txt have 300 numbers each, and model.embedding is 3: set model.embedding=300.',
  ],
  [
    ['the 1 2', 'cat 1 2'],
    'The vectors in vectors.txt have 2 numbers each, and model.embedding is 3: set model.embedding=2.',
  ],
  [
    ['1 3', 'the 1 2 3', 'cat 1 2'],
    "Line 3 of vectors.txt has 2 numbers and not 3: choose a file of word vectors in word2vec's text format.",
  ],
  [
    ['cat 1 x 3'],
    "Line 1 of vectors.txt has an entry that is not a number: choose a file of word vectors in word2vec's text format.",
  ],
  [
    ['cat 1 1e999 3'],
    "Line 1 of vectors.txt has an entry that is not a number: choose a file of word vectors in word2vec's text format.",
  ],
  [
    ['nonsense'],
    "Line 1 of vectors.txt is not a word with numbers after it: choose a file of word vectors in word2vec's text format.",
  ],
  [
    ['the 1 2 3'],
    "vectors.txt has vectors of none of the text's words: choose vectors of its language, or set tokens.lowercase=true.",
  ],
])('%j is refused', (lines, sentence) => {
  expect(() => read(lines)).toThrow(UserError);
  expect(() => read(lines)).toThrow(sentence);
});
