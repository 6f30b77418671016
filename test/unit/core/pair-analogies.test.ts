import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { testAnalogies } from '../../../src/core/embeddings/analogy-test';
import { readPairAnalogies } from '../../../src/core/embeddings/pair-analogies';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';

beforeAll(async () => void (await setBackend('cpu')));

const LINES = ['cat\tcats', 'dog\tdogs/doggies', '', 'ox\toxen/oxes'];

test('each pair asks about each other one, all answers of which are right', () => {
  const { name, questions } = readPairAnalogies(LINES, 'I01 [noun - plural]', 'I01.txt');
  expect(name).toBe('I01 [noun - plural]');
  expect(questions).toHaveLength(6);
  expect(questions[0]).toEqual(['cat', 'cats', 'dog', 'dogs', 'doggies']);
  expect(questions[3]).toEqual(['dog', 'dogs', 'ox', 'oxen', 'oxes']);
});

test.each([
  [['cat cats more'], /Line 1 of b\.txt is not a word/],
  [['cat\tcats', 'dog\t/'], /Line 2/],
  [['cat\tcats'], /fewer than two pairs/],
])('%j is refused', (lines, message) => {
  expect(() => readPairAnalogies(lines, 'b', 'b.txt')).toThrow(message);
});

test('a second answer counts, and a question is asked when one of its answers has a vector', () => {
  // One axis says which animal, the other whether there are several.
  const words = ['cat', 'cats', 'dog', 'doggies', 'cow', 'cows', 'ox'];
  const rows = [1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 1, -1, 0, 0, 0];
  const vectors = new WordVectors(words, 4, Float32Array.from(rows));
  const section = readPairAnalogies(LINES, 'plural', 'plural.txt');
  const steps = testAnalogies(vectors, [section], { candidates: 7, rule: 'add' });
  let step = steps.next();
  while (!step.done) step = steps.next();
  // Of 6 questions only cat : cats :: dog has three words and an answer; dog's own first answer has no vector.
  expect(step.value).toEqual([{ name: 'plural', questions: 6, asked: 1, correct: 1 }]);
});
