import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { blankRows } from '../../../src/core/layers/masks';
import { Random } from '../../../src/core/random';

beforeAll(() => tf.setBackend('cpu'));

test('rows are blank or as they were, a share of them', () => {
  const x = tf.add(tf.randomUniform([2000, 3]), 1) as tf.Tensor2D;
  const values = x.arraySync();
  const rows = blankRows(x, 0.25, { random: new Random(1) }).arraySync();
  let blank = 0;
  rows.forEach((row, n) => {
    if (row.every((value) => value === 0)) blank++;
    else row.forEach((value, k) => expect(value).toBeCloseTo(values[n][k], 5));
  });
  expect(blank / rows.length).toBeGreaterThan(0.2);
  expect(blank / rows.length).toBeLessThan(0.3);
  expect(blankRows(x, 0, { random: new Random(1) })).toBe(x);
  expect(blankRows(x, 0.25, undefined)).toBe(x);
});
