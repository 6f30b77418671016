import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { Bench, tinyJob } from '../../helpers/job';
import { someText, temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
const silent = (): void => undefined;
let run = '';

beforeAll(async () => {
  run = (
    await train(
      tinyJob(path.join(folder, 'runs'), { training: { steps: 120 }, evaluation: { every: 40 } }),
      bench.context,
    )
  ).run;
});
afterAll(() => bench.backends.close());

const write = async (...parameters: Parameters<Predictor['sample']>): Promise<string[]> =>
  (await predictor.sample(...parameters)).texts;
const options = () => ({ run, length: 60, temperature: 1, seed: 7 });

test('the same seed writes the same text, streamed in pieces that add up to it', async () => {
  const pieces: string[] = [];
  const [text] = await write(options(), signal, (_, piece) => pieces.push(piece));
  expect([...text]).toHaveLength(60);
  expect(pieces.join('')).toBe(text);
  expect(await write(options(), signal, silent)).toEqual([text]);
  const [greedy] = await write({ ...options(), temperature: 0 }, signal, silent);
  expect(await write({ ...options(), temperature: 0, seed: 8 }, signal, silent)).toEqual([greedy]);
  expect(await write({ ...options(), topK: 1, seed: 9 }, signal, silent)).toEqual([greedy]);
});

test('several samples differ and are told apart', async () => {
  const told = new Map<number, string>();
  const texts = await write({ ...options(), count: 3 }, signal, (sample, text) =>
    told.set(sample, (told.get(sample) ?? '') + text),
  );
  expect(new Set(texts).size).toBe(3);
  expect([...told.values()]).toEqual(texts);
});

test('the first of several texts is the one that is written alone', async () => {
  const [alone] = await write(options(), signal, silent);
  const texts = await write({ ...options(), count: 40 }, signal, silent);
  expect(texts).toHaveLength(40);
  expect(new Set(texts).size).toBe(40);
  expect(texts[0]).toBe(alone);
  const stop = texts[1].slice(10, 12);
  const stopped = await write({ ...options(), count: 40, stop }, signal, silent);
  expect(stopped).toEqual(texts.map((text) => (text.includes(stop) ? text.slice(0, text.indexOf(stop)) : text)));
});

test('a stop text ends a sample and is in none of its pieces', async () => {
  const [whole] = await write(options(), signal, silent);
  const stop = whole.slice(20, 23);
  let told = '';
  const [text] = await write({ ...options(), stop }, signal, (_, piece) => (told += piece));
  expect(text).toBe(whole.slice(0, whole.indexOf(stop)));
  expect(told).toBe(text);
});

test('a sample that is cancelled ends long before its length', async () => {
  const controller = new AbortController();
  let heard = 0;
  const sampling = predictor.sample({ ...options(), length: 1_000_000 }, controller.signal, (_, text) => {
    heard += text.length;
    controller.abort();
  });
  await expect(sampling).rejects.toBeInstanceOf(Cancelled);
  expect(heard).toBeLessThan(100_000);
});

test('numbers out of range are refused in a sentence', async () => {
  for (const wrong of [
    { length: 0 },
    { length: 1.5 },
    { temperature: -1 },
    { temperature: NaN },
    { topP: 0 },
    { topK: -1 },
    { count: 0 },
  ]) {
    await expect(predictor.sample({ ...options(), ...wrong }, signal, silent)).rejects.toThrow(UserError);
  }
});

test('another text is measured; what is unknown is said', async () => {
  const source = { kind: 'text', text: `${someText(400)}ЖЖ`, label: 'x' } as const;
  const result = await predictor.evaluate({ run, source }, signal);
  expect(result.tokens).toBe(401);
  expect(result.unknown).toBeCloseTo(2 / 402);
  expect(result.perplexity).toBeCloseTo(Math.exp(result.validationLoss));
  expect(result.bitsPerCharacter).toBeCloseTo(result.validationLoss / Math.LN2);
  await expect(predictor.evaluate({ run, source }, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
});

test('each line is scored by itself, character by character', async () => {
  const [first, second, empty] = await predictor.score(run, ['the clock', 'xqzzk', ''], signal);
  expect(first.tokens.map(({ token }) => token).join('')).toBe('the clock');
  expect(first.tokens.reduce((sum, { logProbability }) => sum + logProbability, 0)).toBeCloseTo(first.logProbability);
  expect(first.perplexity).toBeCloseTo(Math.exp(-first.logProbability / 9));
  expect(first.perplexity).toBeLessThan(second.perplexity);
  expect(empty).toMatchObject({ logProbability: 0, tokens: [] });
  expect((await predictor.score(run, ['the clock'], signal))[0]).toEqual(first);
});

test('a model is read once, anew when its checkpoint changes, and at most two are kept', async () => {
  await write(options(), signal, silent);
  const before = memory().numTensors;
  await write(options(), signal, silent);
  expect(memory().numTensors).toBe(before);
  for (const name of ['a', 'b', 'c']) {
    const copy = path.join(folder, name);
    cpSync(run, copy, { recursive: true });
    await write({ ...options(), run: copy }, signal, silent);
  }
  expect(memory().numTensors).toBeLessThanOrEqual(2 * before);
  const damaged = path.join(folder, 'c/checkpoints/best.safetensors');
  writeFileSync(damaged, readFileSync(damaged).subarray(0, 100));
  await expect(predictor.sample({ ...options(), run: path.join(folder, 'c') }, signal, silent)).rejects.toThrow(
    UserError,
  );
});

test('a recipe that asks for gigabytes which its checkpoint does not fill is refused before they are taken', async () => {
  const copy = path.join(folder, 'hostile');
  cpSync(run, copy, { recursive: true });
  const file = path.join(copy, 'run.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as { recipe: { model: object } };
  record.recipe.model = { ...record.recipe.model, hidden: 4096, layers: 8 };
  writeFileSync(file, JSON.stringify(record));
  await expect(predictor.sample({ ...options(), run: copy }, signal, silent)).rejects.toThrow(
    /weights and the recipe's model has/,
  );
});
