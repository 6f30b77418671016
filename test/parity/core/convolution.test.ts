import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { convolveMaxOverTime } from '../../../src/core/ops/convolution';
import { noise } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import { convolveMaxOverTime as reference } from './reference-losses';

onEachBackend(() => {
  test.each([
    { batch: 1, time: 1, width: 1, size: 1, count: 1, lengths: undefined },
    { batch: 3, time: 7, width: 4, size: 3, count: 5, lengths: [7, 2, 0] },
    { batch: 2, time: 2, width: 3, size: 5, count: 4, lengths: undefined }, // shorter than the filters
    { batch: 4, time: 9, width: 5, size: 2, count: 17, lengths: [9, 1, 2, 5] },
    { batch: 5, time: 6, width: 3, size: 6, count: 33, lengths: [6, 5, 1, 0, 3] },
  ])(
    'batch $batch, time $time, width $width, $count filters of $size, lengths $lengths',
    ({ batch, time, width, size, count, lengths }) => {
      const own = lengths ?? new Array<number>(batch).fill(time);
      const steps = () => lengths && tf.tensor1d(lengths, 'int32');
      const convolve = ([x, filters, bias]: tf.Tensor[]) =>
        convolveMaxOverTime(x as tf.Tensor3D, filters as tf.Tensor3D, bias as tf.Tensor1D, steps());
      const shapes = { x: [batch, time, width], filters: [size, width, count], bias: [count] };
      checkOperation({
        inputs: shapes,
        reference: ([x, filters, bias]) => [reference(x, filters, bias, own, { time, width, size }).y],
        op: (inputs) => [convolve(inputs).y],
      });
      tf.tidy(() => {
        const values = Object.values(shapes).map((shape, k) => noise(tf.util.sizeFromShape(shape), 70 + k));
        const tensors = values.map((array, k) => tf.tensor(array.slice(), Object.values(shapes)[k]));
        const { positions } = reference(values[0], values[1], values[2], own, { time, width, size });
        const ours = convolve(tensors).positions;
        expect(ours.dtype).toBe('int32');
        expect([...ours.dataSync()]).toEqual(positions);
      });
    },
  );

  test('of equal windows the first counts and takes the whole gradient; NaN passes; an empty batch is empty', () => {
    tf.tidy(() => {
      const [filters, bias] = [tf.ones<tf.Rank.R3>([2, 1, 1]), tf.zeros<tf.Rank.R1>([1])];
      const x = tf.tensor3d([1, 2, 1, 2, 1], [1, 5, 1]);
      const { value, grad } = tf.valueAndGrad((input: tf.Tensor) =>
        tf.sum(convolveMaxOverTime(input as tf.Tensor3D, filters, bias).y),
      )(x);
      expect(value.dataSync()[0]).toBe(3);
      expect([...grad.dataSync()]).toEqual([1, 1, 0, 0, 0]);
      expect([...convolveMaxOverTime(x, filters, bias).positions.dataSync()]).toEqual([0]);
      const broken = convolveMaxOverTime(tf.tensor3d([1, NaN, 1, 2, 1], [1, 5, 1]), filters, bias);
      expect(broken.y.dataSync()[0]).toBeNaN();
      const huge = convolveMaxOverTime(tf.fill([1, 3, 1], 1e30), filters, bias);
      expect(huge.y.dataSync()[0]).toBeCloseTo(2e30, -25);
      expect(convolveMaxOverTime(tf.zeros([0, 3, 1]), filters, bias).y.shape).toEqual([0, 1]);
    });
  });
});
