import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreparedBackend } from '../../../src/engine/select';
import { error, everyBuild, noise, sizeOf, startKernels } from './harness';

/** A call of TF.js that the engine's own kernels answer, and what the cpu backend answers. */
interface Call {
  name: string;
  shapes: number[][];
  run: (tensors: tf.Tensor[]) => tf.Tensor;
}
const unary = (name: string, run: (x: tf.Tensor) => tf.Tensor, ...shapes: number[][]): Call[] =>
  shapes.map((shape) => ({ name: `${name} ${JSON.stringify(shape)}`, shapes: [shape], run: ([x]) => run(x) }));
const binary = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, ...pairs: number[][][]): Call[] =>
  pairs.map((shapes) => ({ name: `${name} ${JSON.stringify(shapes)}`, shapes, run: ([a, b]) => run(a, b) }));

const SHAPES = [[], [1], [0, 3], [5], [1037], [3, 1, 70]];
const PAIRS = [
  [[], []],
  [[7], []],
  [[], [3, 33]],
  [[1037], [1037]],
  [[9, 70], [70]],
  [[70], [9, 70]],
  [
    [9, 1],
    [9, 35],
  ],
  [
    [4, 1, 17],
    [3, 1],
  ],
  [
    [2, 1, 3, 1, 5],
    [4, 1, 2, 1],
  ], // five dimensions that cannot be joined
  [
    [0, 3],
    [1, 3],
  ],
];
const CALLS: Call[] = [
  ...unary('relu', tf.relu, ...SHAPES),
  ...unary('sigmoid', tf.sigmoid, ...SHAPES),
  ...unary('tanh', tf.tanh, ...SHAPES),
  ...unary('exp', tf.exp, ...SHAPES),
  ...unary('neg', tf.neg, ...SHAPES),
  ...unary('square', tf.square, ...SHAPES),
  ...unary('sqrt', (x) => tf.sqrt(tf.abs(x)), ...SHAPES),
  ...unary('step', (x) => tf.step(x), ...SHAPES),
  ...unary('leaky step', (x) => tf.step(x, 0.1), [5]),
  ...unary('tile', (x) => tf.tile(x, [2, 1, 3]), [3, 5, 7], [1, 1, 33], [2, 0, 1], [4, 3, 2]),
  ...unary('softmax', (x) => tf.softmax(x), [1], [5], [3, 33], [2, 3, 64], [200, 7]),
  ...binary('add', tf.add, ...PAIRS),
  ...binary('sub', tf.sub, ...PAIRS),
  ...binary('mul', tf.mul, ...PAIRS),
  ...binary('div', tf.div, ...PAIRS),
  ...unary('sum', (x) => tf.sum(x), [], [1], [0, 3], [1037], [70, 130]),
  ...[0, 1, 2, [0, 1], [1, 2], [0, 2]].flatMap((axis) =>
    unary(`sum over ${axis}`, (x) => tf.sum(x, axis), [3, 5, 7], [1, 300, 33], [20, 2, 1], [4, 0, 3]),
  ),
  ...unary('sum that keeps dimensions', (x) => tf.sum(x, 1, true), [3, 5, 7]),
  ...[
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
    [2, 0, 1],
  ].flatMap((perm) => unary(`transpose ${perm}`, (x) => tf.transpose(x, perm), [3, 5, 7], [1, 33, 70], [0, 2, 3])),
  ...unary('transpose', (x) => tf.transpose(x), [65, 130], [1, 9]),
  ...unary('transpose of five', (x) => tf.transpose(x, [4, 2, 0, 3, 1]), [2, 3, 4, 5, 6]),
  ...[0, 1, [0, 2]].flatMap((axis) => unary(`reverse ${axis}`, (x) => tf.reverse(x, axis), [3, 5, 7], [1, 70, 33])),
  ...unary('slice', (x) => tf.slice(x, [1, 2, 0], [2, 3, -1]), [3, 5, 7], [4, 70, 33]),
  ...[0, 1, 2].flatMap((part) =>
    unary(`split ${part}`, (x) => tf.split(x, [2, 0, -1], 1)[part], [3, 5, 7], [1, 33, 70], [0, 4, 3]),
  ),
  ...unary('split into equal parts', (x) => tf.split(x, 3, -1)[1], [3, 9], [2, 5, 66]),
  ...unary('unstack', (x) => tf.unstack(x, 1)[2], [3, 5, 7]),
  ...[0, 1, -1].flatMap((axis) =>
    binary(`concat ${axis}`, (a, b) => tf.concat([a, b, a], axis), [
      [3, 33],
      [3, 33],
    ]),
  ),
  ...binary('concat of different sizes', (a, b) => tf.concat([a, b], 1), [[3, 5, 2], [3, 0, 2]], [[2, 1, 7], [2, 70, 7]]), // prettier-ignore
  ...unary('gather', (x) => tf.gather(x, tf.tensor2d([2, 0, 1, 2], [2, 2], 'int32')), [3], [3, 33], [4, 5, 7]),
];

const valuesOf = (call: Call, scale = 1) =>
  call.shapes.map((shape, k) => noise(sizeOf(shape), k + 1).map((z) => z * scale));

function answerOf(call: Call, values: Float32Array[], dtype: 'float32' | 'int32' = 'float32') {
  return tf.tidy(() => {
    const tensors = values.map((array, k) => tf.tensor(array.slice(), call.shapes[k], dtype));
    const answer = call.run(tensors);
    return { shape: answer.shape, dtype: answer.dtype, values: answer.dataSync().slice() };
  });
}

/** What the cpu backend answers. */
async function onCpu<T>(work: () => T): Promise<T> {
  const before = tf.getBackend();
  await tf.setBackend('cpu');
  const answer = work();
  await tf.setBackend(before);
  return answer;
}

describe.each(everyBuild)("TF.js's own operations, $build kernels, $threads threads", ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  test('float32 and int32 as on the cpu backend, of all shapes', async () => {
    for (const call of CALLS) {
      for (const dtype of ['float32', 'int32'] as const) {
        const values = valuesOf(call, dtype === 'int32' ? 100 : 3);
        if (dtype === 'int32' && /softmax|sigmoid|tanh|exp|div|sqrt|step/.test(call.name)) continue;
        const ours = answerOf(call, values, dtype);
        const theirs = await onCpu(() => answerOf(call, values, dtype));
        expect([ours.shape, ours.dtype], call.name).toEqual([theirs.shape, theirs.dtype]);
        expect(error(ours.values, theirs.values), `${call.name} ${dtype}`).toBeLessThan(1e-5);
      }
    }
  });

  test('NaN, infinities, huge and tiny numbers as on the cpu backend', async () => {
    const special = Float32Array.of(NaN, Infinity, -Infinity, 0, 1e-30, -1e-30, 1e30, -1e30, 88.5, -88.5, 95, -95, 20, -20, 1e-8, 3, -3); // prettier-ignore
    for (const name of ['relu', 'sigmoid', 'tanh', 'exp', 'neg', 'square', 'sqrt', 'abs', 'step'] as const) {
      const call = { name, shapes: [[special.length]], run: ([x]: tf.Tensor[]) => tf[name](x) };
      const [ours, theirs] = [answerOf(call, [special]), await onCpu(() => answerOf(call, [special]))];
      theirs.values.forEach((value, k) => {
        if (!Number.isFinite(value)) expect(ours.values[k], `${name} of ${special[k]}`).toBe(value);
        // Below 1e-37 there are no whole float32 digits left.
        else expect(Math.abs(ours.values[k] - value), `${name} of ${special[k]}`).toBeLessThan(1e-5 * Math.abs(value) + 1e-37); // prettier-ignore
      });
    }
    const ones = new Float32Array(special.length).fill(2);
    for (const name of ['add', 'sub', 'mul', 'div'] as const) {
      const call = { name, shapes: [[17], [17]], run: ([a, b]: tf.Tensor[]) => tf[name](a, b) };
      for (const pair of [
        [special, ones],
        [ones, special],
        [special, special],
      ])
        // prettier-ignore
        expect(answerOf(call, pair), name).toEqual(await onCpu(() => answerOf(call, pair)));
    }
    const sum = { name: 'sum', shapes: [[2, 3]], run: ([x]: tf.Tensor[]) => tf.sum(x, 1) };
    expect([...answerOf(sum, [Float32Array.of(1, Infinity, 3, 1, NaN, 3)]).values]).toEqual([Infinity, NaN]);
  });

  test('a gather beyond the table is refused as on the cpu backend', () => {
    const call = {
      name: 'gather',
      shapes: [[3, 2]],
      run: ([x]: tf.Tensor[]) => tf.gather(x, tf.tensor1d([3], 'int32')),
    };
    expect(() => answerOf(call, valuesOf(call))).toThrow('GatherV2: the index value 3 is not in [0, 2]');
  });
});
