import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { layerNorm } from '../../../src/core/ops/layer-norm';
import { checkOperation, onEachBackend } from './check';
import type { Numbers } from './reference';

function reference(x: Numbers, gain: Numbers, bias: Numbers, epsilon: number): Float64Array {
  const width = gain.length;
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length / width; row++) {
    const own = Array.from({ length: width }, (_, j) => x[row * width + j]);
    const mean = own.reduce((sum, value) => sum + value, 0) / width;
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    own.forEach(
      (value, j) => (y[row * width + j] = ((value - mean) / Math.sqrt(variance + epsilon)) * gain[j] + bias[j]),
    );
  }
  return y;
}

onEachBackend(() => {
  test.each([[[1, 2]], [[3, 5]], [[2, 3, 17]], [[7, 33]], [[2, 64]]])('layer normalisation of %j', (shape) => {
    const width = shape[shape.length - 1];
    checkOperation({
      inputs: { x: shape, gain: [width], bias: [width] },
      reference: ([x, gain, bias]) => [reference(x, gain, bias, 1e-3)],
      op: ([x, gain, bias]) => [layerNorm(x, gain as tf.Tensor1D, bias as tf.Tensor1D, 1e-3)],
    });
  });

  test('a constant row, a far one, NaN and no rows', () => {
    tf.tidy(() => {
      const [gain, bias] = [tf.ones<tf.Rank.R1>([3]), tf.tensor1d([1, 2, 3])];
      const y = layerNorm(tf.tensor2d([5, 5, 5, 1e6, 1e6 + 1, 1e6 + 2, NaN, 0, 0], [3, 3]), gain, bias).dataSync();
      expect([...y.slice(0, 3)]).toEqual([1, 2, 3]);
      [-Math.sqrt(1.5) + 1, 2, Math.sqrt(1.5) + 3].forEach((value, k) => expect(y[3 + k]).toBeCloseTo(value, 3));
      expect([...y.slice(6)].every(Number.isNaN)).toBe(true);
      expect(layerNorm(tf.zeros([0, 3]), gain, bias).shape).toEqual([0, 3]);
    });
  });
});
