import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { dropout } from '../../../src/core/ops/dropout';
import { GradientProbe } from '../../../src/core/ops/gradient-probe';
import type { SequenceOptions } from '../../../src/core/ops/sequence';
import { expectClose, noise, sizeOf } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import { embedding, numericalGradients } from './reference';
import { CELLS, hasCellState, layerOf, recurrent, shapesOf, type CellName, type Options } from './recurrent-reference';
import { runCell, traceCell } from './run-cell';

interface Variant {
  what: string;
  lengths?: number[];
  reversed?: boolean;
  dropoutRate?: number;
}
/** For four steps of four sequences. */
const [TIME, BATCH, INPUTS, UNITS] = [4, 4, 2, 5];
const VARIANTS: Variant[] = [
  { what: 'as it is' },
  { what: 'reversed', reversed: true },
  { what: 'lengths', lengths: [4, 0, 3, 1] },
  { what: 'lengths, none full', lengths: [2, 3, 1, 2] },
  { what: 'lengths of zero', lengths: [0, 0, 0, 0] },
  { what: 'lengths, reversed', lengths: [2, 4, 0, 3], reversed: true },
  { what: 'hidden dropout', dropoutRate: 0.4 },
  { what: 'hidden dropout, lengths', dropoutRate: 0.4, lengths: [3, 4, 0, 1] },
  { what: 'hidden dropout, lengths, reversed', dropoutRate: 0.3, lengths: [3, 4, 0, 1], reversed: true },
];
const SEED = 11;

/** A variant as the reference takes it. */
function referenceOptions({ lengths, reversed, dropoutRate }: Variant, batch = BATCH, units = UNITS): Options {
  const mask = dropoutRate
    ? tf.tidy(() => dropout(tf.ones([batch, units]), dropoutRate, SEED).dataSync<'float32'>())
    : undefined;
  return { lengths, reversed, mask };
}

/** A variant as the ops take it; run in a tidy. */
function opOptions({ lengths, reversed, dropoutRate }: Variant): SequenceOptions {
  return {
    lengths: lengths && tf.tensor1d(lengths, 'int32'),
    reversed,
    hiddenDropout: dropoutRate ? { rate: dropoutRate, seed: SEED } : undefined,
  };
}

const tokens = (count: number, below: number) =>
  Int32Array.from({ length: count }, (_, k) => (k * 7 + (k >> 2)) % below);

function inputsOf(cell: CellName, shape: number[], seed = 1) {
  const shapes = [shape, ...Object.values(shapesOf(cell, shape[1], shape[2], UNITS))];
  const values = shapes.map((size, k) => noise(sizeOf(size), seed * 100 + k).map((value) => value * 0.8));
  return { values, tensors: () => values.map((array, k) => tf.tensor(array.slice(), shapes[k])) };
}

onEachBackend(() => {
  describe.each(CELLS)('%s', (cell) => {
    test.each(VARIANTS)('outputs and gradients: $what', (variant) => {
      const options = referenceOptions(variant);
      checkOperation({
        inputs: { x: [TIME, BATCH, INPUTS], ...shapesOf(cell, BATCH, INPUTS, UNITS) },
        reference: ([x, ...rest]) => recurrent(cell, x, layerOf(cell, rest), BATCH, options).outputs,
        op: ([x, ...rest]) => runCell(cell, x as tf.Tensor3D, rest, opOptions(variant)),
      });
    });

    // time, batch, inputs, units
    test.each([
      [1, 1, 1, 1],
      [1, 4, 3, 5],
      [7, 1, 5, 3],
      [2, 3, 1, 17],
    ])('sizes: time %i, batch %i, inputs %i, units %i', (time, batch, inputs, units) => {
      checkOperation({
        inputs: { x: [time, batch, inputs], ...shapesOf(cell, batch, inputs, units) },
        reference: ([x, ...rest]) => recurrent(cell, x, layerOf(cell, rest), batch).outputs,
        op: ([x, ...rest]) => runCell(cell, x as tf.Tensor3D, rest),
      });
    });

    test.each([
      ['fewer', 4],
      ['more', 31],
    ])('tokens, with lengths, from a table of %s rows than tokens', (_, vocabulary) => {
      const variant = { what: '', lengths: [2, 4, 0, 3] };
      const ids = tokens(TIME * BATCH, vocabulary);
      checkOperation({
        inputs: { table: [vocabulary, INPUTS], ...shapesOf(cell, BATCH, INPUTS, UNITS) },
        reference: ([table, ...rest]) =>
          recurrent(cell, embedding(table, ids, INPUTS), layerOf(cell, rest), BATCH, variant).outputs,
        op: ([table, ...rest]) => {
          const input = { table: table as tf.Tensor2D, ids: tf.tensor1d(ids, 'int32') };
          return runCell(cell, input, rest, opOptions(variant));
        },
      });
    });

    test('what stands in the padding changes no bit of results and gradients, and gets gradients of 0', () => {
      const variants = [VARIANTS[2], VARIANTS[5], VARIANTS[8]];
      for (const variant of variants) {
        tf.tidy(() => {
          const { tensors, values } = inputsOf(cell, [TIME, BATCH, INPUTS]);
          const isPadding = (k: number) =>
            Math.floor(k / (BATCH * INPUTS)) >= (variant.lengths ?? [])[Math.floor(k / INPUTS) % BATCH];
          const others = values[0].map((value, k) => (isPadding(k) ? 1e4 * Math.cos(k) : value));
          const weighted = (...parts: tf.Tensor[]) => {
            const outputs = runCell(cell, parts[0] as tf.Tensor3D, parts.slice(1), opOptions(variant));
            return tf.addN(outputs.map((output) => tf.sum(tf.mul(output, tf.cos(output))))) as tf.Scalar;
          };
          const [first, ...rest] = tensors();
          const given = [first, tf.tensor(others, first.shape)].map((x) => {
            const outputs = runCell(cell, x as tf.Tensor3D, rest, opOptions(variant));
            return [...outputs, ...tf.grads(weighted)([x, ...rest])].map((tensor) => tensor.dataSync<'float32'>());
          });
          expect(given[1]).toEqual(given[0]);
          const dx = given[1][given[1].length - rest.length - 1];
          dx.forEach((value, k) => isPadding(k) && expect(Math.abs(value)).toBe(0));
        });
      }
    });

    test.each(VARIANTS.filter(({ dropoutRate }) => !dropoutRate))(
      'the probe sees whole gradients: $what',
      (variant) => {
        const options = referenceOptions(variant);
        const { values, tensors } = inputsOf(cell, [TIME, BATCH, INPUTS], 3);
        const weights = noise(TIME * BATCH * UNITS, 77);
        const loss = (nudges: Float64Array) => {
          const { outputs } = recurrent(cell, values[0], layerOf(cell, values.slice(1)), BATCH, options, nudges);
          return outputs[0].reduce((sum, value, k) => sum + value * weights[k], 0);
        };
        const [gradients] = numericalGradients(([nudges]) => loss(nudges), [new Float64Array(TIME * BATCH * UNITS)]);
        const step = BATCH * UNITS;
        const expected = Array.from({ length: TIME }, (_, t) =>
          Math.hypot(...gradients.slice(t * step, (t + 1) * step)),
        );
        const probe = new GradientProbe();
        tf.tidy(() => {
          const weigh = (...parts: tf.Tensor[]) => {
            const given = { ...opOptions(variant), probe };
            const [y] = runCell(cell, parts[0] as tf.Tensor3D, parts.slice(1), given);
            return tf.sum(tf.mul(y, tf.tensor(weights, y.shape))) as tf.Scalar;
          };
          tf.grads(weigh)(tensors());
        });
        expectClose([probe.norms], [expected], ['norms']);
      },
    );

    test.each(VARIANTS)('traces gates and cells: $what', (variant) => {
      const { values, tensors } = inputsOf(cell, [TIME, BATCH, INPUTS], 4);
      const options = referenceOptions(variant);
      const { gates, cells } = recurrent(cell, values[0], layerOf(cell, values.slice(1)), BATCH, options);
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const [x, ...parts] = tensors();
        const trace = traceCell(cell, x as tf.Tensor3D, parts, opOptions(variant));
        expect([trace.time, trace.batch, trace.units]).toEqual([TIME, BATCH, UNITS]);
        expectClose([trace.gates], [gates], ['gates']);
        expectClose([trace.cells], [hasCellState(cell) ? cells : []], ['cells']);
      });
      expect(tf.memory().numTensors).toBe(before);
    });

    test('no sequences at all', () => {
      tf.tidy(() => {
        const parts = Object.values(shapesOf(cell, 0, INPUTS, UNITS)).map((shape) => tf.ones(shape));
        const x: tf.Tensor3D = tf.zeros([TIME, 0, INPUTS]);
        const outputs = runCell(cell, x, parts);
        expect(outputs.map(({ shape }) => shape)).toEqual([
          [TIME, 0, UNITS],
          ...outputs.slice(1).map(() => [0, UNITS]),
        ]);
        const input = { table: tf.ones<tf.Rank.R2>([2, INPUTS]), ids: tf.tensor1d([], 'int32') };
        expect(runCell(cell, input, parts)[0].size).toBe(0);
        const sums = (...all: tf.Tensor[]) =>
          tf.sum(runCell(cell, all[0] as tf.Tensor3D, all.slice(1))[0]) as tf.Scalar;
        for (const gradient of tf.grads(sums)([x, ...parts])) {
          gradient.dataSync().forEach((value) => expect(Math.abs(value)).toBe(0));
        }
      });
    });

    test('huge and tiny numbers stay finite where the cell bounds them; NaN passes on in its own sequence only', () => {
      tf.tidy(() => {
        const { tensors } = inputsOf(cell, [TIME, BATCH, INPUTS]);
        const [x, ...parts] = tensors();
        for (const scale of [1e-30, 1e6]) {
          const outputs = runCell(cell, tf.mul(x, scale) as tf.Tensor3D, parts);
          outputs.forEach((output) => output.dataSync().forEach((value) => expect(Number.isFinite(value)).toBe(true)));
        }
        const broken = x.dataSync<'float32'>().slice();
        broken[(2 * BATCH + 1) * INPUTS] = NaN;
        const y = runCell(cell, tf.tensor(broken, x.shape as [number, number, number]), parts)[0].dataSync();
        y.forEach((value, k) => {
          const own = Math.floor(k / UNITS) % BATCH === 1 && k >= 2 * BATCH * UNITS;
          expect(Number.isNaN(value)).toBe(own);
        });
      });
    });
  });
});
