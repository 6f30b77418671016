import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Random } from '../../../src/core/random';
import { parseRecipe } from '../../../src/core/recipe/parse';
import { Trainer } from '../../../src/core/training/trainer';
import type { HeapBackend } from '../../../src/engine/backend';
import type { PreparedBackend } from '../../../src/engine/select';
import { noise, startKernels } from './harness';

let engine: PreparedBackend;
beforeEach(async () => void (engine = await startKernels(2)));
afterEach(() => engine.close());

const backend = () => tf.backend() as HeapBackend;
const relu = (values: Float32Array) => values.map((value) => Math.max(0, value));

test('kernels wait until somebody asks for values, and then run in one call', () => {
  const values = noise(100, 1);
  const before = backend().pool.calls;
  const [twice, last] = tf.tidy(() => {
    const first = tf.relu(tf.tensor1d(values));
    return [tf.add(first, first), tf.relu(tf.add(first, 1))];
  });
  expect(backend().pool.calls).toBe(before);
  expect(twice.dataSync()).toEqual(relu(values).map((value) => value + value));
  expect(last.dataSync()).toEqual(relu(values).map((value) => value + 1));
  expect(backend().pool.calls).toBe(before + 1);
  tf.dispose([twice, last]);
});

test('what arrives does not overwrite what a waiting kernel still reads', () => {
  const [values, others] = [noise(1000, 2), noise(1000, 3)];
  const x = tf.relu(tf.tensor1d(values));
  const block = backend().address(x);
  const y = tf.add(x, x);
  x.dispose();
  const arrived = tf.tensor1d(others);
  expect(backend().address(arrived), 'the block that was given back').toBe(block);
  expect(y.dataSync()).toEqual(relu(values).map((value) => value + value));
  expect(arrived.dataSync()).toEqual(others);
  tf.dispose([y, arrived]);
});

test('values that are changed in place are read before by what waits', () => {
  const x = tf.relu(tf.tensor1d([1, 2, 3]));
  const y = tf.add(x, x);
  backend().inPlace(x).fill(0);
  expect(Array.from(y.dataSync())).toEqual([2, 4, 6]);
  expect(Array.from(x.dataSync())).toEqual([0, 0, 0]);
  tf.dispose([x, y]);
});

test('kernels that TF.js runs itself see what compiled ones compute', () => {
  const values = noise(50, 4);
  const ranks = tf.tidy(() => tf.topk(tf.relu(tf.tensor1d(values)), 50).values);
  expect(ranks.dataSync()).toEqual(relu(values).sort().reverse());
  ranks.dispose();
});

test('a training step is two calls: forward and backward, and what changes the weights', () => {
  const random = new Random(1);
  const train = Int32Array.from({ length: 4000 }, () => random.integer(20));
  const recipe = parseRecipe(
    { model: { cell: 'lstm', hidden: 16, dropout: 0.2 }, training: { batch: 4, length: 8 } },
    '',
  );
  const trainer = new Trainer(recipe, { train, validation: new Int32Array(0), vocabulary: 20 });
  trainer.trainStep(0);
  const before = backend().pool.calls;
  for (let step = 0; step < 10; step++) trainer.trainStep(0);
  expect(backend().pool.calls - before).toBe(20);
  trainer.dispose();
});
