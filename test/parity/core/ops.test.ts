import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createOptimiser } from '../../../src/core/ops/optimiser';
import { dense } from '../../../src/core/ops/dense';
import { dropout, embeddingDropout, weightNoise } from '../../../src/core/ops/dropout';
import { embedding } from '../../../src/core/ops/embedding';
import { gru } from '../../../src/core/ops/gru';
import { lstm } from '../../../src/core/ops/lstm';
import { rnn } from '../../../src/core/ops/rnn';
import type { RecurrentWeights, SequenceInput } from '../../../src/core/ops/sequence';
import { scoped } from '../../../src/core/ops/scope';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { expectClose, noise } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import * as reference from './reference';
import type { CellName, Layer, Numbers } from './reference';

const CELLS: CellName[] = ['lstm', 'gru', 'rnn tanh', 'rnn relu'];
const GATES: Record<CellName, number> = { lstm: 4, gru: 3, 'rnn tanh': 1, 'rnn relu': 1 };
const tokens = (count: number, below: number) =>
  Int32Array.from({ length: count }, (_, k) => (k * 7 + (k >> 2)) % below);

/** Our op of a cell with its outputs in the order of the reference: y, h, (c). */
function runCell(cell: CellName, input: SequenceInput, weights: RecurrentWeights, state: tf.Tensor2D[]): tf.Tensor[] {
  if (cell === 'lstm') {
    const { y, state: last } = lstm(input, weights, { h: state[0], c: state[1] });
    return [y, last.h, last.c];
  }
  const activation = cell === 'rnn relu' ? 'relu' : 'tanh';
  const { y, h } = cell === 'gru' ? gru(input, weights, state[0]) : rnn(input, weights, state[0], activation);
  return [y, h];
}

/** Inputs after the first, as `checkOperation` hands them over. */
function layerOf(cell: CellName, [weightIh, weightHh, biasIh, biasHh, ...state]: Numbers[]): Layer {
  return { weightIh, weightHh, biasIh, biasHh, state: state.slice(0, cell === 'lstm' ? 2 : 1) };
}

function layerShapes(cell: CellName, batch: number, inputs: number, units: number): Record<string, number[]> {
  const rows = GATES[cell] * units;
  const shapes = {
    weightIh: [rows, inputs],
    weightHh: [rows, units],
    biasIh: [rows],
    biasHh: [rows],
    h0: [batch, units],
  };
  return cell === 'lstm' ? { ...shapes, c0: [batch, units] } : shapes;
}

function weightsOf([weightIh, weightHh, biasIh, biasHh]: tf.Tensor[]): RecurrentWeights {
  return { weightIh, weightHh, biasIh, biasHh } as RecurrentWeights;
}

const ADAMW = {
  optimiser: 'adamw',
  beta1: 0.9,
  beta2: 0.99,
  momentum: 0,
  nesterov: false,
  decay: 0,
  clipValue: 0,
} as const;

onEachBackend(() => {
  describe.each(CELLS)('%s', (cell) => {
    // time, batch, inputs, units
    test.each([
      [1, 1, 1, 1],
      [1, 4, 3, 5],
      [7, 1, 5, 3],
      [5, 3, 7, 9],
      [3, 5, 2, 17],
    ])('over vectors: time %i, batch %i, inputs %i, units %i', (time, batch, inputs, units) => {
      checkOperation({
        inputs: { x: [time, batch, inputs], ...layerShapes(cell, batch, inputs, units) },
        reference: ([x, ...rest]) => reference.recurrent(cell, x, layerOf(cell, rest), batch),
        op: ([x, ...rest]) => runCell(cell, x as tf.Tensor3D, weightsOf(rest), rest.slice(4) as tf.Tensor2D[]),
      });
    });

    test.each([
      ['fewer', 4],
      ['more', 31],
    ])('over tokens with %s rows in the table than tokens', (_, vocabulary) => {
      const [time, batch, inputs, units] = [5, 3, 6, 7];
      const ids = tokens(time * batch, vocabulary);
      checkOperation({
        inputs: { table: [vocabulary, inputs], ...layerShapes(cell, batch, inputs, units) },
        reference: ([table, ...rest]) =>
          reference.recurrent(cell, reference.embedding(table, ids, inputs), layerOf(cell, rest), batch),
        op: ([table, ...rest]) => {
          const input = { table: table as tf.Tensor2D, ids: tf.tensor1d(ids, 'int32') };
          return runCell(cell, input, weightsOf(rest), rest.slice(4) as tf.Tensor2D[]);
        },
      });
    });
  });

  test.each([
    [1, 1, 1],
    [7, 5, 3],
    [3, 17, 33],
  ])('dense: %i rows, %i inputs, %i outputs', (rows, inputs, outputs) => {
    checkOperation({
      inputs: { x: [rows, inputs], weight: [outputs, inputs], bias: [outputs] },
      reference: ([x, weight, bias]) => [reference.dense(x, weight, bias)],
      op: ([x, weight, bias]) => [dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D)],
    });
  });

  test.each([
    [1, 1, 1],
    [5, 3, 11],
    [13, 7, 4],
  ])('embedding: %i rows of %i, %i tokens', (rows, width, count) => {
    const ids = tokens(count, rows);
    checkOperation({
      inputs: { table: [rows, width] },
      reference: ([table]) => [reference.embedding(table, ids, width)],
      op: ([table]) => [embedding(table as tf.Tensor2D, tf.tensor1d(ids, 'int32'))],
    });
  });

  test.each([
    [1, 1],
    [1, 5],
    [7, 3],
    [5, 65],
  ])('softmax cross-entropy: %i rows, %i classes', (rows, classes) => {
    const labels = tokens(rows, classes);
    const weights = Float32Array.from({ length: rows }, (_, k) => (k % 3) / 2 + (k === 0 ? 1 : 0)); // some are 0
    checkOperation({
      inputs: { logits: [rows, classes] },
      reference: ([logits]) => [[reference.softmaxCrossEntropy(logits, labels, weights)]],
      op: ([logits]) => [
        softmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, 'int32'), tf.tensor1d(weights)),
      ],
      scale: 4,
    });
  });

  test('softmax cross-entropy: no weight at all gives loss 0 and gradient 0; large scores stay finite', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 2], 'int32');
      const none = tf.valueAndGrad((logits: tf.Tensor) =>
        softmaxCrossEntropy(logits as tf.Tensor2D, labels, tf.zeros([2])),
      );
      const nothing = none(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]));
      expect([...nothing.value.dataSync(), ...nothing.grad.dataSync()].map(Math.abs)).toEqual(new Array(7).fill(0));
      const loss = softmaxCrossEntropy(tf.tensor2d([900, 0, 0, 0, 0, -900], [2, 3]), labels, tf.ones([2]));
      expect(loss.dataSync()[0]).toBeCloseTo((0 + 900 + Math.LN2) / 2, 3);
    });
  });

  test.each([0, 0.5])('AdamW over six steps, clip %f, agrees with its equations', (clip) => {
    const shapes = [[1], [3, 5], [257], [9000]];
    const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01, clip };
    const values = shapes.map((shape, k) => noise(tf.util.sizeFromShape(shape), k + 1));
    const variables = values.map((array, k) => tf.tidy(() => tf.variable(tf.tensor(array.slice(), shapes[k]))));
    const expected = values.map((array) => {
      return { p: Float64Array.from(array), m: new Float64Array(array.length), v: new Float64Array(array.length) };
    });
    const adam = createOptimiser(variables, { ...ADAMW, ...options });
    for (let step = 1; step <= 6; step++) {
      const gradients = values.map((array, k) => noise(array.length, 50 * step + k));
      const norms = scoped(() =>
        adam.apply(
          gradients.map((array, k) => tf.tensor(array.slice(), shapes[k])),
          0.01 * step,
        ),
      );
      reference.adamStep(expected, gradients, step, 0.01 * step, options);
      gradients.forEach((gradient, k) => expect(norms.each[k]).toBeCloseTo(Math.hypot(...gradient), 3));
      expect(norms.global).toBeCloseTo(Math.hypot(...norms.each), 3);
    }
    const state = adam.state();
    expect(state.step).toBe(6);
    const names = shapes.map((_, k) => `parameter ${k}`);
    expectClose(
      variables.map((variable) => variable.dataSync()),
      expected.map(({ p }) => p),
      names,
      1e-5,
    );
    expectClose(
      state.slots.m,
      expected.map(({ m }) => m),
      names,
      1e-5,
    );
    expectClose(
      state.slots.v,
      expected.map(({ v }) => v),
      names,
      1e-5,
    );
    adam.dispose();
    tf.dispose(variables);
  });

  test.each([NaN, Infinity])('AdamW leaves everything as it is for a gradient with %f in it', (bad) => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const adam = createOptimiser([variable], { ...ADAMW, epsilon: 1e-8, weightDecay: 0, clip: 1 });
    const norms = scoped(() => adam.apply([tf.tensor1d([0, bad, 1])], 0.1));
    expect(Number.isFinite(norms.global)).toBe(false);
    expect([...variable.dataSync()]).toEqual([1, 2, 3]);
    expect(adam.state()).toEqual({ step: 0, slots: { m: [new Float32Array(3)], v: [new Float32Array(3)] } });
    adam.dispose();
    variable.dispose();
  });

  test('dropout keeps the right share, scaled, and sends gradients the same way', () => {
    tf.tidy(() => {
      const x = tf.tensor2d(noise(20_000, 3), [200, 100]);
      const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => tf.sum(dropout(input, 0.3, 7)))(x);
      const [from, to, gradient] = [x, dropout(x, 0.3, 7), grad].map((tensor) => tensor.dataSync<'float32'>());
      const kept = to.filter((number) => number !== 0).length / to.length;
      expect(kept).toBeGreaterThan(0.68);
      expect(kept).toBeLessThan(0.72);
      to.forEach((number, k) => {
        if (number !== 0) expect(number).toBeCloseTo(from[k] / 0.7, 5);
        expect(gradient[k]).toBe(number === 0 ? 0 : Math.fround(1 / 0.7));
      });
      expect(value.dataSync()[0]).toBeCloseTo(
        to.reduce((sum, number) => sum + number, 0),
        1,
      );
      expect(dropout(x, 0.3, 8).dataSync()).not.toEqual(to);
      expect(dropout(x, 0, 7)).toBe(x);
      const golden = dropout(tf.ones([24]), 0.5, 123).dataSync();
      expect(Array.from(golden, (number) => (number === 0 ? 0 : 1)).join('')).toBe('101101101011110000101011');
    });
  });

  test('embedding dropout leaves out whole rows, and sends gradients the same way', () => {
    tf.tidy(() => {
      const table = tf.tensor2d(noise(300 * 5, 4), [300, 5]);
      const { value, grad } = tf.valueAndGrad((input: tf.Tensor) =>
        tf.sum(embeddingDropout(input as tf.Tensor2D, 0.4, 9)),
      )(table);
      const [from, to, gradient] = [table, embeddingDropout(table, 0.4, 9), grad].map((t) => t.dataSync<'float32'>());
      const rows = Array.from({ length: 300 }, (_, row) => gradient[row * 5] !== 0);
      to.forEach((number, k) => {
        const kept = rows[Math.floor(k / 5)];
        expect(number).toBeCloseTo(kept ? from[k] / 0.6 : 0, 5);
        expect(gradient[k]).toBeCloseTo(kept ? 1 / 0.6 : 0, 5);
      });
      expect(rows.filter(Boolean).length / 300).toBeCloseTo(0.6, 1);
      expect(value.dataSync()[0]).toBeCloseTo(
        to.reduce((sum, number) => sum + number, 0),
        2,
      );
      expect(embeddingDropout(table, 0, 9)).toBe(table);
    });
  });

  test('weight noise is normal and the same everywhere', () => {
    tf.tidy(() => {
      const weight = tf.ones<tf.Rank.R2>([100, 101]);
      const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => tf.sum(weightNoise(input, 0.5, 11)))(weight);
      expect(new Set(grad.dataSync())).toEqual(new Set([1]));
      const noises = weightNoise(weight, 0.5, 11)
        .dataSync<'float32'>()
        .map((number) => number - 1);
      expect(value.dataSync()[0] / weight.size - 1).toBeCloseTo(0, 1);
      const square = noises.reduce((sum, number) => sum + number * number, 0) / weight.size;
      expect(Math.sqrt(square)).toBeCloseTo(0.5, 1);
      expect(noises.filter((number) => Math.abs(number) > 0.98).length / weight.size).toBeCloseTo(0.05, 2);
      const golden = weightNoise(tf.zeros([3]), 1, 123).dataSync();
      [0.5213415, 0.0128343, -0.6585548].forEach((number, k) => expect(golden[k]).toBeCloseTo(number, 6));
      expect(weightNoise(weight, 0, 11)).toBe(weight);
    });
  });
});
