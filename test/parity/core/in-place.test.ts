import { add, tensor1d, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { valuesInPlace } from '../../../src/core/ops/in-place';
import { prepareBackend } from '../../../src/engine/select';

test.each(['kernels', 'cpu'] as const)('what is written in place is the tensor, on %s', async (choice) => {
  const backend = await prepareBackend({ choice, threads: 1 });
  const table = zeros([3, 2]);
  valuesInPlace(table).set([1, 2, 3], 2);
  expect(Array.from(table.dataSync())).toEqual([0, 0, 1, 2, 3, 0]);
  const sum = add(table, 1);
  expect(Array.from(valuesInPlace(sum))).toEqual([1, 1, 2, 3, 4, 1]);
  const whole = tensor1d([7, -8], 'int32');
  expect(valuesInPlace<Int32Array>(whole)).toEqual(Int32Array.of(7, -8));
  // No copy: two looks see the same numbers.
  valuesInPlace<Int32Array>(whole)[1] = 5;
  expect(valuesInPlace<Int32Array>(whole)[1]).toBe(5);
  for (const each of [table, sum, whole]) each.dispose();
  await backend.close();
});
