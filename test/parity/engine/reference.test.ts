import { describe, expect, test } from 'vitest';
import { noise } from './harness';
import * as reference from './reference';

const SIZE = { time: 3, batch: 2, units: 4 };
const STEP = 1e-5;

const double = (count: number, seed: number) => Float64Array.from(noise(count, seed));
const dot = (a: reference.Numbers, b: reference.Numbers) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** Gradient of `loss` with respect to `values`, by central differences. */
function numeric(values: Float64Array, loss: () => number): number[] {
  return Array.from(values, (value, i) => {
    values[i] = value + STEP;
    const above = loss();
    values[i] = value - STEP;
    const below = loss();
    values[i] = value;
    return (above - below) / (2 * STEP);
  });
}

function inputsFor(gates: number) {
  const { time, batch, units } = SIZE;
  const state = batch * units;
  return {
    x: double(time * batch * gates * units, 1),
    weight: double(gates * units * units, 2),
    bias: double(gates * units, 3),
    h0: double(state, 4),
    c0: double(state, 5),
    dy: double(time * state, 6),
    dhN: double(state, 7),
    dcN: double(state, 8),
  };
}

/** Compares gradients with central differences of the loss, input by input. */
function expectGradients(
  inputs: Record<string, Float64Array>,
  names: string[],
  gradients: reference.Values[],
  loss: () => number,
) {
  names.forEach((name, k) => {
    const differences = numeric(inputs[name], loss);
    gradients[k].forEach((value, i) => expect(value, `${name}[${i}]`).toBeCloseTo(differences[i], 7));
  });
}

describe("the references' gradients agree with central differences", () => {
  test('LSTM', () => {
    const inputs = inputsFor(4);
    const loss = () => {
      const { y, hN, cN } = reference.lstm(inputs, SIZE);
      return dot(y, inputs.dy) + dot(hN, inputs.dhN) + dot(cN, inputs.dcN);
    };
    const gradients = reference.lstmGrad(inputs, SIZE, inputs.dy, inputs.dhN, inputs.dcN);
    expectGradients(inputs, ['x', 'weight', 'bias', 'h0', 'c0'], gradients, loss);
  });

  test('GRU', () => {
    const inputs = inputsFor(3);
    const loss = () => {
      const { y, hN } = reference.gru(inputs, SIZE);
      return dot(y, inputs.dy) + dot(hN, inputs.dhN);
    };
    expectGradients(
      inputs,
      ['x', 'weight', 'bias', 'h0'],
      reference.gruGrad(inputs, SIZE, inputs.dy, inputs.dhN),
      loss,
    );
  });

  test.each(['tanh', 'relu'] as const)('plain layer, %s', (activation) => {
    const inputs = inputsFor(1);
    const loss = () => {
      const { y, hN } = reference.rnn(inputs, SIZE, activation);
      return dot(y, inputs.dy) + dot(hN, inputs.dhN);
    };
    const gradients = reference.rnnGrad(inputs, SIZE, activation, inputs.dy, inputs.dhN);
    expectGradients(inputs, ['x', 'weight', 'bias', 'h0'], gradients, loss);
  });

  test('softmax cross-entropy', () => {
    const [rows, classes] = [4, 5];
    const logits = double(rows * classes, 1);
    const [labels, weights] = [
      [0, 3, 4, 1],
      [1, 0.5, 0, 2],
    ];
    const { gradient } = reference.crossEntropy(logits, labels, weights, rows, classes);
    expectGradients(
      { logits },
      ['logits'],
      [gradient],
      () => reference.crossEntropy(logits, labels, weights, rows, classes).loss,
    );
  });

  test('dense layer', () => {
    const [n, inputs, outputs] = [3, 4, 5];
    const values = { x: double(n * inputs, 1), weight: double(inputs * outputs, 2), bias: double(outputs, 3) };
    const dy = double(n * outputs, 4);
    const gradients = reference.denseGrad(values.x, values.weight, dy, n, inputs, outputs);
    expectGradients(values, ['x', 'weight', 'bias'], gradients, () =>
      dot(reference.dense(values.x, values.weight, values.bias, n, inputs, outputs), dy),
    );
  });
});
