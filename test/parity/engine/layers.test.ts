import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreparedBackend } from '../../../src/engine/select';
import { error, everyBuild, expectClose, noise, noisy, read, run, sizeOf, startKernels } from './harness';
import * as reference from './reference';

const single = new Map<string, Float32Array[]>();

/** Expects the same bits when repeated, and as the first thread count gave. */
function expectSameBits(key: string, compute: () => Float32Array[]): Float32Array[] {
  const first = compute();
  expect(compute(), 'the same bits when repeated').toEqual(first);
  if (single.has(key)) expect(first, 'the same bits as one thread gives').toEqual(single.get(key));
  else single.set(key, first);
  return first;
}

describe.each(everyBuild)('layers, $build kernels, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [65, 33, 70],
    [300, 64, 65],
    [2, 500, 9],
  ])('Dense and DenseGrad, N %i, I %i, O %i', (n, inputs, outputs) => {
    tf.tidy(() => {
      const [x, weight, bias] = [noisy([n, inputs], 1), noisy([outputs, inputs], 2), noisy([outputs], 3)];
      const dy = noisy([n, outputs], 4);
      const actual = expectSameBits(`dense ${build} ${n} ${inputs} ${outputs}`, () => [
        ...read(run('Dense', { x: x.tensor, weight: weight.tensor, bias: bias.tensor })),
        ...read(run('DenseGrad', { x: x.tensor, weight: weight.tensor, dy: dy.tensor })),
      ]);
      const y = reference.dense(x.values, weight.values, bias.values, n, inputs, outputs);
      const grads = reference.denseGrad(x.values, weight.values, dy.values, n, inputs, outputs);
      expectClose(actual, [y, ...grads], ['y', 'dx', 'dweight', 'dbias'], 1e-5);
    });
  });

  test.each([
    [1, 1, 1],
    [7, 3, 20],
    [65, 100, 500],
  ])('Embedding and EmbeddingGrad, V %i, E %i, N %i', (vocabulary, width, count) => {
    tf.tidy(() => {
      const table = noisy([vocabulary, width], 1);
      const dy = noisy([count, width], 2);
      const ids = Int32Array.from(noise(count, 3), (value) => Math.floor(((value + 1) / 2) * vocabulary));
      const tensor = tf.tensor1d(ids, 'int32');
      const [rows, dtable] = expectSameBits(`embedding ${build} ${vocabulary} ${width}`, () => [
        ...read(run('Embedding', { table: table.tensor, ids: tensor })),
        ...read(run('EmbeddingGrad', { ids: tensor, dy: dy.tensor }, { vocabulary })),
      ]);
      expect(rows).toEqual(
        Float32Array.from(
          { length: count * width },
          (_, i) => table.values[ids[Math.floor(i / width)] * width + (i % width)],
        ),
      );
      const expected = new Float64Array(vocabulary * width);
      dy.values.forEach((value, i) => (expected[ids[Math.floor(i / width)] * width + (i % width)] += value));
      expect(error(dtable, expected)).toBeLessThan(1e-5);
    });
  });

  test.each([-1, 5, 2147483647])('Embedding refuses the number %i', (id) => {
    tf.tidy(() => {
      const ids = tf.tensor1d([0, id], 'int32');
      expect(() => run('Embedding', { table: tf.ones([5, 2]), ids })).toThrow(
        `id ${id} at position 1 is outside 0 to 4`,
      );
    });
  });

  test.each([
    [1, 1],
    [1, 2],
    [4, 3],
    [33, 65],
    [200, 1000],
  ])('SoftmaxCrossEntropy and its gradient, N %i, V %i', (rows, classes) => {
    tf.tidy(() => {
      const logits = noisy([rows, classes], 1, 20);
      const weights = noise(rows, 2).map((value) => Math.max(0, value));
      weights[0] = 0.5;
      const labels = Int32Array.from(noise(rows, 3), (value) => Math.floor(((value + 1) / 2) * classes));
      // A row without weight may have any label.
      if (rows > 1) [weights[1], labels[1]] = [0, -100];
      const inputs = { logits: logits.tensor, labels: tf.tensor1d(labels, 'int32'), weights: tf.tensor1d(weights) };
      const [loss, gradient] = expectSameBits(`loss ${build} ${rows} ${classes}`, () => {
        const [loss, reserve] = run('SoftmaxCrossEntropy', inputs);
        return read([loss, ...run('SoftmaxCrossEntropyGrad', { reserve, dloss: tf.scalar(3) }, { rows, classes })]);
      });
      const expected = reference.crossEntropy(logits.values, labels, weights, rows, classes);
      expect(Math.abs(loss[0] - expected.loss)).toBeLessThan(2e-6 * Math.max(1, expected.loss));
      expect(
        error(
          gradient,
          expected.gradient.map((value) => 3 * value),
        ),
      ).toBeLessThan(1e-6);
    });
  });

  test('SoftmaxCrossEntropy without weights, with infinite and with broken logits', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 1], 'int32');
      const lossOf = (logits: number[], weights: number[]) => {
        const inputs = { logits: tf.tensor2d(logits, [2, 2]), labels, weights: tf.tensor1d(weights) };
        const [loss, reserve] = run('SoftmaxCrossEntropy', inputs);
        const [grad] = run('SoftmaxCrossEntropyGrad', { reserve, dloss: tf.scalar(1) }, { rows: 2, classes: 2 });
        return [...loss.dataSync(), ...grad.dataSync()];
      };
      expect(lossOf([1, 2, 3, 4], [0, 0])).toEqual([0, 0, 0, 0, 0]);
      expect(lossOf([1, -Infinity, -Infinity, 5], [1, 1])).toEqual([0, 0, 0, 0, 0]);
      expect(lossOf([1, NaN, 0, 5], [1, 1])[0]).toBeNaN();
      expect(lossOf([NaN, NaN, 0, 0], [0, 1])[0]).toBeCloseTo(Math.LN2, 6);
      const broken = { logits: tf.zeros([2, 2]), labels: tf.tensor1d([0, 2], 'int32'), weights: tf.ones([2]) };
      expect(() => run('SoftmaxCrossEntropy', broken)).toThrow('label 2 at position 1 is outside 0 to 1');
    });
  });

  test.each([
    [1, 0.5, 1],
    [1003, 0.1, 4294967295],
    [4096, 0.999, 12345],
  ])('MaskedDropout, %i elements, rate %f, seed %i', (count, rate, seed) => {
    const scramble = (counter: number) => {
      let z = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    tf.tidy(() => {
      const { tensor, values } = noisy([count], 1);
      const [y] = expectSameBits(`dropout ${build} ${count}`, () =>
        read(run('MaskedDropout', { x: tensor }, { rate, seed })),
      );
      const start = scramble(seed | 0);
      const kept = values.map((value, i) =>
        scramble((start + Math.imul(i, 0x9e3779b9)) | 0) >= rate * 2 ** 32 ? value / (1 - rate) : 0,
      );
      expect(error(y, kept)).toBeLessThan(1e-6);
      expect([...y].map((value) => value === 0)).toEqual([...kept].map((value) => value === 0));
    });
  });

  const OTHER = { rule: 'adamw', momentum: 0, decay: 0, average: 1, clipValue: 0 };
  const RATES = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3, clip: 1, weightDecay: 0, ...OTHER };
  const SHAPES = [[1], [3, 5], [130, 129], [17]];

  /** Tensors p, g, m, v of all shapes, and the same numbers as arrays of float64. */
  function adamState(scale = 1) {
    const letters = { p: 1, g: 2, a: 3, b: 4 } as const; // a: m, b: v
    const inputs: Record<string, tf.Tensor> = {};
    const arrays = Object.fromEntries(
      Object.entries(letters).map(([letter, seed]) => [
        letter,
        SHAPES.map((shape, k) => {
          const values = noise(sizeOf(shape), 10 * k + seed).map((value) =>
            letter === 'b' ? Math.abs(value) : value * scale,
          );
          inputs[letter + k] = tf.tensor(values.slice(), shape);
          return Float64Array.from(values);
        }),
      ]),
    ) as Record<keyof typeof letters, reference.Values[]>;
    return { inputs, ...arrays };
  }

  test.each([
    {},
    { clip: 0 },
    { clip: Infinity, weightDecay: 0.1 },
    { clip: 1e9 },
    { step: 1, beta1: 0, beta2: 0.5, epsilon: 1e-3 },
  ])('OptimiserStep with adamw %j', (change) => {
    const rates = { ...RATES, ...change };
    tf.tidy(() => {
      const { p, g, a: m, b: v } = adamState();
      const norms = reference.adam(p, g, m, v, rates);
      const actual = expectSameBits(`adam ${build} ${JSON.stringify(change)}`, () => {
        const { inputs } = adamState();
        const [norms] = run('OptimiserStep', inputs, { count: SHAPES.length, ...rates });
        return read([norms, ...'pab'.split('').flatMap((letter) => SHAPES.map((_, k) => inputs[letter + k]))]);
      });
      expect(error(actual[0], norms)).toBeLessThan(1e-6);
      [...p, ...m, ...v].forEach((values, k) => expect(error(actual[k + 1], values), `tensor ${k}`).toBeLessThan(1e-6));
    });
  });

  test.each([NaN, Infinity, 1e30])('OptimiserStep changes nothing for a gradient of %f', (value) => {
    tf.tidy(() => {
      const { inputs, p, a: m, b: v } = adamState();
      inputs.g1 = tf.fill([3, 5], value);
      const [norms] = read(run('OptimiserStep', inputs, { count: SHAPES.length, ...RATES }));
      expect([...norms].map(Number.isFinite)).toEqual([true, false, true, true, false]);
      expect(norms[4]).toBeNaN();
      [p, m, v].forEach((arrays, i) =>
        arrays.forEach((values, k) => expect(inputs['pab'[i] + k].dataSync()).toEqual(Float32Array.from(values))),
      );
    });
  });

  test('a snapshot taken before a step keeps its values', () => {
    tf.tidy(() => {
      const { inputs, p } = adamState();
      const variable = tf.variable(inputs.p1);
      const snapshot = variable.dataSync();
      run('OptimiserStep', { ...inputs, p1: variable }, { count: SHAPES.length, ...RATES });
      expect(snapshot).toEqual(Float32Array.from(p[1]));
      expect(variable.dataSync()).not.toEqual(snapshot);
    });
  });
});
