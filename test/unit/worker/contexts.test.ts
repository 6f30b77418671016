import { expect, test } from 'vitest';
import { compareContexts } from '../../../src/worker/contexts';
import type { Loaded } from '../../../src/worker/loaded-model';

const { signal } = new AbortController();

/** A biLM whose token layer knows the word alone, and whose other layer the word after it. */
const loaded = {
  record: { name: 'Two layers' },
  answers: {
    task: 'contextual',
    *vectors(sentences: string[][]) {
      yield;
      const of = (word = '') => Float32Array.of(word.length, word.charCodeAt(0) % 7, 1);
      return sentences.map((words) => [words.map((word) => of(word)), words.map((_, n) => of(words[n + 1]))]);
    },
  },
} as unknown as Loaded;

const texts = ['The bank lends money.', 'no such word', 'A Bank robber; the bank lends.', 'the shore is far'];

test('occurrences are the same alone and differ in context, where another word follows', async () => {
  const found = await compareContexts(loaded, { run: '', texts, words: ['bank'], maps: true }, signal);
  expect(found.occurrences).toEqual([
    { text: 0, start: 4, end: 8 },
    { text: 2, start: 2, end: 6 },
    { text: 2, start: 19, end: 23 },
  ]);
  expect(found.all).toBe(3);
  expect(found.cosines[0][2]).toBeCloseTo(1, 6);
  expect(found.cosines[0][1]).toBeLessThan(0.999);
  expect(found.alone[0][2]).toBeCloseTo(1, 6);
  const { context, alone } = found.maps!;
  expect(Math.hypot(context.places[0].x - context.places[2].x, context.places[0].y - context.places[2].y)).toBe(0);
  // On a map of directions the squared distance of two points in one plane is 2 - 2 cos.
  const apart = Math.hypot(context.places[0].x - context.places[1].x, context.places[0].y - context.places[1].y);
  expect(apart ** 2).toBeCloseTo(2 - 2 * found.cosines[0][1], 4);
  expect(context.explained[0]).toBeCloseTo(1, 6);
  expect(alone.places).toHaveLength(3);
});

test('rounding alone does not spread a map', async () => {
  const noisy = {
    record: { name: 'Noise' },
    answers: {
      task: 'contextual',
      *vectors(sentences: string[][]) {
        yield;
        const of = (n: number) => Float32Array.of(1 + n * 1e-6, 2, 3 - n * 1e-6);
        return sentences.map((words) => [words.map((_, n) => of(n)), words.map((_, n) => of(1000 * n))]);
      },
    },
  } as unknown as Loaded;
  const found = await compareContexts(noisy, { run: '', texts, words: ['bank'], maps: true }, signal);
  expect(found.alone[0][1]).toBeCloseTo(1, 9);
  for (const { x, y } of found.maps!.alone.places) expect(Math.hypot(x, y)).toBe(0);
  expect(new Set(found.maps!.context.places.map(({ x }) => x)).size).toBeGreaterThan(1);
});

test('several words are compared together, and no more occurrences than wished', async () => {
  const both = await compareContexts(loaded, { run: '', texts, words: ['shore', 'BANK'] }, signal);
  expect(both.occurrences.map(({ text }) => text)).toEqual([0, 2, 2, 3]);
  expect(both.alone[0][3]).toBeLessThan(0.999);
  expect(both.maps).toBeUndefined();
  const two = await compareContexts(loaded, { run: '', texts, words: ['bank'], most: 2 }, signal);
  expect(two.occurrences).toHaveLength(2);
  expect(two.cosines).toHaveLength(2);
  expect(two.all).toBe(3);
});

test('a word that is nowhere and a run of another task are refused with what to do', async () => {
  const ask = (words: string[]) => compareContexts(loaded, { run: '', texts, words }, signal);
  await expect(ask(['river'])).rejects.toThrow('"river" is in none of the lines: choose another word or file.');
  const other = { record: { name: 'Verses' }, answers: { task: 'next-token' } } as unknown as Loaded;
  await expect(compareContexts(other, { run: '', texts, words: ['bank'] }, signal)).rejects.toThrow('recipe "bilm"');
});
