import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreparedBackend } from '../../../src/engine/select';
import { everyBuild, expectClose, noisy, read, run, startKernels } from './harness';
import * as reference from './reference';

/** [time, batch, units]: single elements, odd sizes, whole vectors, more rows than a tile, and a real layer. */
const SIZES = [
  [1, 1, 1],
  [2, 1, 3],
  [5, 1, 21],
  [1, 2, 8],
  [3, 2, 5],
  [7, 3, 16],
  [4, 13, 33],
  [3, 5, 64],
  [6, 32, 70],
  [2, 7, 131],
] as const;

/** Random inputs of a cell with that many gates. */
function inputsFor(gates: number, [time, batch, units]: readonly [number, number, number]) {
  const state = [batch, units];
  const scale = 1 / Math.sqrt(units);
  return {
    x: noisy([time, batch, gates * units], 1, 2),
    weight: noisy([gates * units, units], 2, 2 * scale),
    bias: noisy([gates * units], 3),
    h0: noisy(state, 4),
    c0: noisy(state, 5),
    dy: noisy([time, batch, units], 6),
    dhN: noisy(state, 7),
    dcN: noisy(state, 8),
  };
}
type Inputs = ReturnType<typeof inputsFor>;

const tensors = <K extends keyof Inputs>(inputs: Inputs, names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, inputs[name].tensor])) as Record<K, tf.Tensor>;
const arrays = (inputs: Inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { values }]) => [name, values])) as Record<
    keyof Inputs,
    Float32Array
  >;

/** Runs forward and gradient; all outputs but the opaque reserve. */
const CELLS = {
  LSTM(inputs: Inputs) {
    const [y, hN, cN, reserve] = run('LstmSequence', tensors(inputs, ['x', 'weight', 'bias', 'h0', 'c0']));
    const grads = run('LstmSequenceGrad', {
      ...tensors(inputs, ['weight', 'h0', 'c0', 'dy', 'dhN', 'dcN']),
      y,
      reserve,
    });
    return [y, hN, cN, ...grads];
  },
  GRU(inputs: Inputs) {
    const [y, hN, reserve] = run('GruSequence', tensors(inputs, ['x', 'weight', 'bias', 'h0']));
    const grads = run('GruSequenceGrad', { ...tensors(inputs, ['weight', 'h0', 'dy', 'dhN']), y, reserve });
    return [y, hN, ...grads];
  },
  'RNN tanh': (inputs: Inputs) => plain(inputs, 'tanh'),
  'RNN ReLU': (inputs: Inputs) => plain(inputs, 'relu'),
};
function plain(inputs: Inputs, activation: reference.RnnActivation): tf.Tensor[] {
  const [y, hN, reserve] = run('RnnSequence', tensors(inputs, ['x', 'weight', 'bias', 'h0']), { activation });
  const given = { ...tensors(inputs, ['weight', 'h0', 'dy', 'dhN']), y, reserve };
  return [y, hN, ...run('RnnSequenceGrad', given, { activation })];
}

type Cell = keyof typeof CELLS;
const GATES: Record<Cell, number> = { LSTM: 4, GRU: 3, 'RNN tanh': 1, 'RNN ReLU': 1 };
const NAMES: Record<Cell, string[]> = {
  LSTM: ['y', 'hN', 'cN', 'dx', 'dweight', 'dbias', 'dh0', 'dc0'],
  GRU: ['y', 'hN', 'dx', 'dweight', 'dbias', 'dh0'],
  'RNN tanh': ['y', 'hN', 'dx', 'dweight', 'dbias', 'dh0'],
  'RNN ReLU': ['y', 'hN', 'dx', 'dweight', 'dbias', 'dh0'],
};

function expected(cell: Cell, inputs: Inputs, [time, batch, units]: readonly [number, number, number]) {
  const values = arrays(inputs);
  const size = { time, batch, units };
  if (cell === 'LSTM') {
    const { y, hN, cN } = reference.lstm(values, size);
    return [y, hN, cN, ...reference.lstmGrad(values, size, values.dy, values.dhN, values.dcN)];
  }
  if (cell === 'GRU') {
    const { y, hN } = reference.gru(values, size);
    return [y, hN, ...reference.gruGrad(values, size, values.dy, values.dhN)];
  }
  const activation = cell === 'RNN tanh' ? 'tanh' : 'relu';
  const { y, hN } = reference.rnn(values, size, activation);
  return [y, hN, ...reference.rnnGrad(values, size, activation, values.dy, values.dhN)];
}

const cells = Object.keys(CELLS) as Cell[];
/** Results of one thread, by cell and size: other thread counts must give the same bits. */
const single = new Map<string, Float32Array[]>();

describe.each(everyBuild)('recurrent sequences, $build kernels, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  describe.each(cells)('%s', (cell) => {
    test.each(SIZES)('time %i, batch %i, units %i', (...size) => {
      tf.tidy(() => {
        const inputs = inputsFor(GATES[cell], size);
        const first = read(CELLS[cell](inputs));
        expectClose(first, expected(cell, inputs, size), NAMES[cell]);
        expect(read(CELLS[cell](inputs)), 'the same bits when repeated').toEqual(first);
        const key = `${cell} ${build} ${size.join()}`;
        if (single.has(key)) expect(first, 'the same bits as one thread gives').toEqual(single.get(key));
        else single.set(key, first);
      });
    });

    test('NaN and infinity pass through', () => {
      tf.tidy(() => {
        const inputs = inputsFor(GATES[cell], [5, 6, 19]);
        const x = inputs.x.values.slice();
        x[3 * 6 * GATES[cell] * 19] = NaN;
        x[0] = Infinity;
        inputs.x.tensor = tf.tensor(x, inputs.x.tensor.shape);
        const [y] = read(CELLS[cell](inputs));
        expect(Number.isNaN(y[3 * 6 * 19])).toBe(true);
        expect(y.subarray(19, 6 * 19).every(Number.isFinite), 'other rows stay clean').toBe(true);
      });
    });
  });
});
