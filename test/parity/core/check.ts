import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { availableBackends, prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { expectClose, noise, sizeOf, startKernels } from '../engine/harness';
import { numericalGradients, type Numbers } from './reference';

const BACKENDS: Record<string, () => Promise<PreparedBackend>> = {
  cpu: () => prepareBackend({ choice: 'cpu', threads: 1 }),
  'heap, 1 thread': () => startKernels(1),
  'heap, 2 threads': () => startKernels(2),
  tensorflow: () => prepareBackend({ choice: 'tensorflow', threads: 0 }),
};
const isThere = (name: string) => name !== 'tensorflow' || availableBackends({}).tensorflow;

/**
 * Runs the same tests composed from TF.js's ops, on the fused kernels with one thread and with two, and on TensorFlow;
 * those of TensorFlow are skipped where it is not set up.
 */
export function onEachBackend(tests: (backend: string) => void): void {
  for (const [name, prepare] of Object.entries(BACKENDS)) {
    describe.skipIf(!isThere(name))(name, () => {
      let prepared: PreparedBackend;
      beforeAll(async () => {
        prepared = await prepare();
      });
      afterAll(() => prepared.close());
      tests(name);
    });
  }
}

export interface Checked {
  /** Shapes of the differentiable inputs. */
  inputs: Record<string, number[]>;
  /** The outputs, in float64. */
  reference: (inputs: Numbers[]) => Numbers[];
  op: (inputs: tf.Tensor[]) => tf.Tensor[];
  /** Half the width of the interval that inputs are drawn from. */
  scale?: number;
}

/**
 * Compares an operation with its reference: the outputs, and the gradient of a random weighting of them by finite
 * differences, once of all outputs and once of the first alone (the others then get gradients of zeros).
 */
export function checkOperation({ inputs, reference, op, scale = 0.8 }: Checked, seed = 1): void {
  const names = Object.keys(inputs);
  const shapes = Object.values(inputs);
  const values = shapes.map((shape, k) => noise(sizeOf(shape), seed * 100 + k).map((value) => value * scale));
  const expected = reference(values);
  tf.tidy(() => {
    const tensors = values.map((array, k) => tf.tensor(array.slice(), shapes[k]));
    const outputs = op(tensors).map((tensor) => tensor.dataSync());
    expectClose(
      outputs,
      expected,
      outputs.map((_, k) => `output ${k}`),
    );
    for (const used of new Set([expected.length, 1])) {
      const weights = expected.slice(0, used).map((output, k) => noise(output.length, seed * 1000 + k));
      const weigh = (...parts: tf.Tensor[]) =>
        tf.addN(
          op(parts)
            .slice(0, used)
            .map((output, k) => tf.sum(tf.mul(output, tf.tensor(weights[k], output.shape)))),
        ) as tf.Scalar;
      const gradients = tf
        .grads(weigh)(tensors)
        .map((tensor) => tensor.dataSync());
      const numerical = numericalGradients(
        (parts) =>
          reference(parts)
            .slice(0, used)
            .reduce((sum, output, k) => sum + dot(output, weights[k]), 0),
        values,
      );
      expectClose(
        gradients,
        numerical,
        names.map((name) => `gradient of ${name} from ${used} outputs`),
      );
    }
  });
}

function dot(a: Numbers, b: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
