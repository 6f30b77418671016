import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import { LargeFile, openReferenced, readLargeText } from '../../../src/worker/large-file';
import { Trainer } from '../../../src/core/training/trainer';
import { Bench, tinyRecipe } from '../../helpers/job';
import { someText, temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const go = { shouldStop: () => false };
const text = `${someText(150_000)}é\u{1F600}${someText(350_000)}`;
const file = path.join(folder, 'large.txt');
writeFileSync(file, text);

test('a large text becomes the same tokens as a small one, read where it lies', async () => {
  const large = new LargeFile(file, 'large.txt');
  const recipe = tinyRecipe();
  const { tokenizer, train, validation, batches, characters, warnings } = await readLargeText(large, recipe, {}, go);
  const bytes = Buffer.byteLength(text);
  const border = bytes - Math.floor(bytes * 0.1);
  const held = Buffer.from(text).subarray(border).toString();
  expect(tokenizer.decode(validation)).toBe(held);
  expect(tokenizer.decode(train)).toBe(text.slice(0, text.length - held.length));
  expect(Math.abs(characters - [...text].length)).toBeLessThan(10);
  expect(warnings[0]).toMatch(/large\.txt is large and read where it lies/);
  const { inputs, targets, first } = batches?.at(0) ?? { inputs: [], targets: [], first: false };
  expect(first).toBe(true);
  // Stream 0 begins where the file does.
  const { batch, length } = recipe.training;
  const column = (ids: ArrayLike<number>) => Array.from({ length }, (_, t) => ids[t * batch]);
  expect(tokenizer.decode(column(inputs))).toBe(text.slice(0, length));
  expect(tokenizer.decode(column(targets))).toBe(text.slice(1, length + 1));
  large.close();
});

test('n-grams are counted from the beginning, and the run that goes on keeps its vocabulary', async () => {
  const large = new LargeFile(file, 'large.txt');
  const recipe = parseRecipe({ model: { kind: 'ngram', order: 3 } }, '');
  const once = await readLargeText(large, recipe, {}, go);
  expect(once.batches).toBeUndefined();
  expect(once.warnings[0]).toMatch(/are counted/);
  const again = await readLargeText(large, recipe, { tokenizer: once.tokenizer }, go);
  expect(again.tokenizer).toBe(once.tokenizer);
  expect(Buffer.from(again.validation.buffer).equals(Buffer.from(once.validation.buffer))).toBe(true);
  large.close();
});

test('a referenced file that changed or went is refused', () => {
  const large = new LargeFile(file, 'large.txt');
  const reference = large.reference();
  large.close();
  openReferenced(reference).close();
  expect(() => openReferenced({ ...reference, fingerprint: 'other' })).toThrow(/has changed since the run began/);
  truncateSync(file, 1000);
  expect(() => openReferenced(reference)).toThrow(/has changed since the run began/);
  expect(() => openReferenced({ ...reference, path: path.join(folder, 'gone') })).toThrow(/does not exist/);
});

test('a run of a large text goes on where it was, without reading up to there', async () => {
  const bench = new Bench();
  writeFileSync(file, text);
  const large = new LargeFile(file, 'large.txt');
  await bench.backends.prepare({ backend: 'cpu', threads: 1 });
  const recipe = tinyRecipe();
  const streams = await readLargeText(large, recipe, {}, go);
  const trainer = () => new Trainer(recipe, { ...streams, vocabulary: streams.tokenizer.size });
  const whole = trainer();
  const losses = Array.from({ length: 6 }, () => whole.trainStep(0).loss);
  const again = await readLargeText(large, recipe, { tokenizer: streams.tokenizer }, go);
  const [first, second] = [trainer(), new Trainer(recipe, { ...again, vocabulary: streams.tokenizer.size })];
  for (let step = 0; step < 3; step++) first.trainStep(0);
  const { tensors, metadata } = first.checkpoint('last');
  second.restore({ tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata });
  expect(again.batches?.position?.()).toEqual(JSON.parse(metadata.position));
  expect(Array.from({ length: 3 }, () => second.trainStep(0).loss)).toEqual(losses.slice(3));
  for (const each of [whole, first, second]) each.dispose();
  large.close();
  await bench.backends.close();
});
