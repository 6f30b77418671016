import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GradientProbe } from '../../../src/core/ops/gradient-probe';
import type { SequenceInput, SequenceOptions } from '../../../src/core/ops/sequence';
import { prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { CELLS, shapesOf, type CellName } from '../core/recurrent-reference';
import { runCell } from '../core/run-cell';
import { everyBuild, expectClose, noise, run, sizeOf, startKernels } from './harness';

/** [time, batch, inputs, units]: an odd number of everything, past a vector, a tile's rows and columns, and a real layer. */
const SIZES = [
  [1, 1, 2, 1],
  [2, 3, 4, 9],
  [5, 13, 3, 33],
  [3, 32, 6, 70],
] as const;
type Size = (typeof SIZES)[number];

interface Variant {
  what: string;
  lengths?: boolean;
  reversed?: boolean;
  dropout?: boolean;
  tokens?: boolean;
}
const VARIANTS: Variant[] = [
  { what: 'plain' },
  { what: 'tokens', tokens: true },
  { what: 'reversed', reversed: true },
  { what: 'lengths', lengths: true },
  { what: 'lengths, reversed, tokens', lengths: true, reversed: true, tokens: true },
  { what: 'dropout', dropout: true },
  { what: 'everything', lengths: true, reversed: true, dropout: true, tokens: true },
];

/** Outputs, gradients of a weighting of them by all inputs, and the norms of the gradients of h. */
function compute(cell: CellName, [time, batch, inputs, units]: Size, variant: Variant): Float32Array[] {
  return tf.tidy(() => {
    const vocabulary = Math.max(1, Math.floor((time * batch) / 2));
    const first = variant.tokens ? [vocabulary, inputs] : [time, batch, inputs];
    const shapes = [first, ...Object.values(shapesOf(cell, batch, inputs, units))];
    const given = shapes.map((shape, k) => tf.tensor(noise(sizeOf(shape), k + 1), shape));
    const integers = (count: number, below: number) =>
      tf.tensor1d(
        Int32Array.from({ length: count }, (_, k) => (k * 7 + 3) % below),
        'int32',
      );
    const probe = new GradientProbe();
    const options: SequenceOptions = {
      lengths: variant.lengths ? integers(batch, time + 1) : undefined,
      reversed: variant.reversed,
      hiddenDropout: variant.dropout ? { rate: 0.3, seed: 5 } : undefined,
      probe,
    };
    const op = (x: tf.Tensor, ...rest: tf.Tensor[]) => {
      const input = variant.tokens ? { table: x, ids: integers(time * batch, vocabulary) } : x;
      return runCell(cell, input as SequenceInput, rest, options);
    };
    const outputs = op(given[0], ...given.slice(1));
    const weigh = (x: tf.Tensor, ...rest: tf.Tensor[]) =>
      tf.addN(
        op(x, ...rest).map((output, k) => tf.sum(tf.mul(output, tf.tensor(noise(output.size, 50 + k), output.shape)))),
      ) as tf.Scalar;
    const gradients = tf.grads(weigh as (...parts: tf.Tensor[]) => tf.Tensor)(given);
    return [...[...outputs, ...gradients].map((tensor) => tensor.dataSync<'float32'>().slice()), probe.norms];
  });
}

const key = (cell: CellName, size: Size, { what }: Variant) => `${cell} ${size.join()} ${what}`;
/** What TF.js's own ops give, composed. */
const composed = new Map<string, Float32Array[]>();
/** Results of one thread of a build: other thread counts must give the same bits. */
const single = new Map<string, Float32Array[]>();

beforeAll(async () => {
  const cpu = await prepareBackend({ choice: 'cpu', threads: 1 });
  for (const cell of CELLS)
    for (const size of SIZES)
      for (const variant of VARIANTS) composed.set(key(cell, size, variant), compute(cell, size, variant));
  await cpu.close();
}, 120_000);

describe.each(everyBuild)('recurrent options, $build kernels, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  describe.each(CELLS)('%s', (cell) => {
    test.each(VARIANTS)('as composed on cpu: $what', (variant) => {
      for (const size of SIZES) {
        const name = key(cell, size, variant);
        const actual = compute(cell, size, variant);
        const expected = composed.get(name) ?? [];
        expectClose(
          actual,
          expected,
          expected.map((_, k) => `${name}, part ${k}`),
          1e-4,
        );
        expect(compute(cell, size, variant), 'the same bits when repeated').toEqual(actual);
        const once = single.get(`${build} ${name}`);
        if (once) expect(actual, 'the same bits as one thread gives').toEqual(once);
        else single.set(`${build} ${name}`, actual);
      }
    });
  });

  test('lengths and ids out of range are refused', () => {
    tf.tidy(() => {
      const x = tf.zeros([2, 1, 12]);
      const rest = { weight: tf.zeros([12, 3]), bias: tf.zeros([12]), h0: tf.zeros([1, 3]), c0: tf.zeros([1, 3]) };
      for (const length of [-1, 3])
        expect(() => run('LstmSequence', { x, ...rest, lengths: tf.tensor1d([length], 'int32') })).toThrow(
          `length ${length} at position 0 is outside 0 to 2`,
        );
      const ids = tf.tensor1d([1, 4], 'int32');
      expect(() => run('LstmSequence', { x: tf.zeros([4, 12]), ids, ...rest })).toThrow('id 4 at position 1');
    });
  });
});
