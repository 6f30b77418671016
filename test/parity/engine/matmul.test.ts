import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreparedBackend } from '../../../src/engine/select';
import { error, everyBuild, noisy, read, run, sizeOf, startKernels } from './harness';
import * as reference from './reference';

/** [rows, depth, columns]: ones, odd sizes, past a tile, past a block of depth (384), columns (512) and rows (240). */
const SIZES = [
  [1, 1, 1],
  [1, 7, 1],
  [5, 1, 9],
  [6, 8, 8],
  [13, 17, 19],
  [1, 400, 65],
  [67, 770, 33],
  [31, 50, 1031],
  [501, 23, 70],
] as const;

/** The transpose of a flat [rows, columns] matrix. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}

const single = new Map<string, Float32Array>();

describe.each(everyBuild)('matrix products, $build kernels, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  describe.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposeA %s, transposeB %s', (transposeA, transposeB) => {
    test.each(SIZES)('[%i, %i] · [.., %i]', (rows, depth, columns) => {
      tf.tidy(() => {
        const a = noisy(transposeA ? [depth, rows] : [rows, depth], 1);
        const b = noisy(transposeB ? [columns, depth] : [depth, columns], 2);
        const product = () => read(run('BatchMatMul', { a: a.tensor, b: b.tensor }, { transposeA, transposeB }))[0];
        const plainA = transposeA ? transposed(a.values, depth, rows) : a.values;
        const plainB = transposeB ? transposed(b.values, columns, depth) : b.values;
        const first = product();
        expect(error(first, reference.matmul(plainA, plainB, rows, depth, columns))).toBeLessThan(1e-5);
        expect(product(), 'the same bits when repeated').toEqual(first);
        const key = [build, transposeA, transposeB, rows, depth, columns].join();
        if (single.has(key)) expect(first, 'the same bits as one thread gives').toEqual(single.get(key));
        else single.set(key, first);
      });
    });
  });

  test.each([
    [[3], [3]],
    [[5], [1]],
    [[1], [4]],
    [[2, 3], [1]],
    [
      [2, 1],
      [1, 3],
    ],
    [
      [2, 1, 3],
      [2, 1],
    ],
  ])('outer dimensions %j and %j broadcast', (outerA, outerB) => {
    tf.tidy(() => {
      const [rows, depth, columns] = [4, 5, 6];
      const a = noisy([...outerA, rows, depth], 1).tensor;
      const b = noisy([...outerB, depth, columns], 2).tensor;
      const [product] = run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
      const outer = product.shape.slice(0, -2);
      const [allA, allB] = [tf.broadcastTo(a, [...outer, rows, depth]), tf.broadcastTo(b, [...outer, depth, columns])];
      const [flatA, flatB] = read([allA, allB]);
      const expected = Array.from({ length: sizeOf(outer) }, (_, i) => [
        ...reference.matmul(flatA.slice(i * rows * depth), flatB.slice(i * depth * columns), rows, depth, columns),
      ]).flat();
      expect(error(product.dataSync(), expected)).toBeLessThan(1e-5);
    });
  });

  test.each([undefined, 'linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'elu', 'leakyrelu', 'prelu'])(
    'fused with bias and %s',
    (activation) => {
      const functions: Record<string, (x: number) => number> = {
        relu: (x) => Math.max(0, x),
        relu6: (x) => Math.min(6, Math.max(0, x)),
        sigmoid: (x) => 1 / (1 + Math.exp(-x)),
        tanh: Math.tanh,
        elu: (x) => (x < 0 ? Math.exp(x) - 1 : x),
        leakyrelu: (x) => (x < 0 ? 0.3 * x : x),
        prelu: (x) => (x < 0 ? 0.25 * x : x),
      };
      tf.tidy(() => {
        const [rows, depth, columns] = [7, 9, 11];
        const [a, b, bias] = [noisy([rows, depth], 1, 3), noisy([depth, columns], 2, 3), noisy([columns], 3)];
        const inputs = {
          a: a.tensor,
          b: b.tensor,
          bias: bias.tensor,
          preluActivationWeights: tf.fill([columns], 0.25),
        };
        const attrs = { transposeA: false, transposeB: false, activation: activation as never, leakyreluAlpha: 0.3 };
        const [y] = read(run('_FusedMatMul', inputs, attrs));
        const sums = reference
          .matmul(a.values, b.values, rows, depth, columns)
          .map((sum, i) => sum + bias.values[i % columns]);
        expect(error(y, sums.map(functions[activation ?? ''] ?? ((x) => x)))).toBeLessThan(1e-5);
      });
    },
  );

  test('empty matrices, whole numbers and NaN', () => {
    tf.tidy(() => {
      expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 4])).shape).toEqual([0, 4]);
      expect([...tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])).dataSync()]).toEqual([0, 0, 0, 0]);
      const whole = tf.matMul(tf.tensor2d([1, 2], [1, 2], 'int32'), tf.tensor2d([3, 4], [2, 1], 'int32'));
      expect([...whole.dataSync()]).toEqual([11]);
      const broken = tf.matMul(tf.tensor2d([NaN, 1, 1, 1], [2, 2]), tf.ones([2, 3])).dataSync();
      expect([...broken]).toEqual([NaN, NaN, NaN, 2, 2, 2]);
    });
  });
});
