import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { Cancelled } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';
import { Translator } from '../../../src/worker/translating';
import { saveVectors } from '../../../src/worker/vector-file';
import { VectorStore } from '../../../src/worker/vector-store';
import { temporaryFolder } from '../../helpers/temporary';

beforeAll(async () => void (await tf.setBackend('cpu')));

const folder = temporaryFolder();
const { signal } = new AbortController();
const SIZE = 6;
const COUNT = 60;
const SHARED = 12;
const at = (name: string) => path.join(folder, name);
const files = { source: { file: at('source.txt') }, target: { file: at('target.txt') } };

/** Two languages with the same vectors, the second one's turned by swapping features; a few words have the same name. */
beforeAll(async () => {
  const random = new Random(11);
  const values = Float32Array.from({ length: COUNT * SIZE }, () => random.normal());
  const turned = values.map((_, i) => values[i - (i % SIZE) + (((i % SIZE) + 1) % SIZE)]);
  const named = (prefix: string) =>
    Array.from({ length: COUNT }, (_, i) => (i < SHARED ? `name${i}` : `${prefix}${i}`));
  await saveVectors(new WordVectors(named('wort'), SIZE, values), files.source.file, 'text');
  await saveVectors(new WordVectors(named('word'), SIZE, turned), files.target.file, 'text');
});

test('words that both have are enough to find the translations of the others', async () => {
  const translator = new Translator(new VectorStore());
  const { word, words, pairs } = await translator.translate({ ...files, word: 'Wort40', count: 5 }, signal);
  expect(word).toBe('wort40');
  expect(pairs).toBe(SHARED);
  expect(words).toHaveLength(5);
  expect(words[0].word).toBe('word40');
  const scores = words.map(({ similarity }) => similarity);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

test('a dictionary of other pairs leads elsewhere, and a changed one is read again', async () => {
  const dictionary = at('dictionary.tsv');
  const lines = (shift: number) =>
    Array.from({ length: SHARED }, (_, i) => `wort${20 + i}\tword${20 + i + shift}\n`).join('');
  writeFileSync(dictionary, lines(0));
  const translator = new Translator(new VectorStore());
  const ask = async () =>
    (await translator.translate({ ...files, dictionary, word: 'wort50', count: 1 }, signal)).words[0];
  expect((await ask()).word).toBe('word50');
  const right = (await ask()).similarity;
  writeFileSync(dictionary, `${lines(3)}name1 name5\n`);
  expect((await ask()).similarity).not.toBe(right);
});

test('the second question turns nothing again', async () => {
  const translator = new Translator(new VectorStore());
  await translator.translate({ ...files, word: 'wort30', count: 1 }, signal);
  const unit = vi.spyOn(WordVectors.prototype, 'idOf');
  await translator.translate({ ...files, word: 'wort31', count: 1 }, signal);
  // The seed dictionary alone would look every word up.
  expect(unit.mock.calls.length).toBeLessThan(SHARED);
  unit.mockRestore();
});

test('what cannot be translated is said in a sentence', async () => {
  const translator = new Translator(new VectorStore());
  const ask = (more: object) => translator.translate({ ...files, word: 'wort40', count: 5, ...more }, signal);
  await expect(ask({ word: 'nothing' })).rejects.toThrow('There is no vector for "nothing"');
  await expect(ask({ dictionary: at('missing.tsv') })).rejects.toThrow('Cannot read missing.tsv because');
  writeFileSync(at('one.tsv'), 'one\n');
  await expect(ask({ dictionary: at('one.tsv') })).rejects.toThrow('Line 1 of one.tsv has no translation');
  writeFileSync(at('other.txt'), '2 6\nx 1 0 0 0 0 0\ny 0 1 0 0 0 0\n');
  await expect(ask({ target: { file: at('other.txt') } })).rejects.toThrow('no word in common');
  writeFileSync(at('small.txt'), '1 2\nname1 1 0\n');
  await expect(ask({ target: { file: at('small.txt') } })).rejects.toThrow('same number of dimensions');
});

test('only the most frequent words take part, and the work can be cancelled', async () => {
  const translator = new Translator(new VectorStore(), 30);
  await expect(translator.translate({ ...files, word: 'wort40', count: 5 }, signal)).rejects.toThrow('no vector for');
  const { words } = await translator.translate({ ...files, word: 'wort25', count: 50 }, signal);
  expect(words).toHaveLength(30);
  const cancelled = AbortSignal.abort();
  await expect(
    new Translator(new VectorStore()).translate({ ...files, word: 'wort40', count: 5 }, cancelled),
  ).rejects.toThrow(Cancelled);
});
