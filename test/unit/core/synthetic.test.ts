import { expect, test } from 'vitest';
import { addingBatch, COPIED, COPIED_SYMBOLS, copyBatch, copySteps, SYMBOLS } from '../../../src/core/text/synthetic';
import { EndlessBatches } from '../../../src/core/text/endless-batches';

const numbers = (count: number, from = 0) => Int32Array.from({ length: count }, (_, k) => from + k);

test('the adding problem marks one step of each half, and the sum is that of their values', () => {
  const length = 9;
  const { values, sums, time, batch } = addingBatch(numbers(500), { seed: 3, part: 'train', length });
  expect([time, batch]).toEqual([length, 500]);
  const seen = new Set<number>();
  sums.forEach((sum, b) => {
    const at = (t: number, what: number) => values[(t * batch + b) * 2 + what];
    const marked = [...numbers(length)].filter((t) => at(t, 1) === 1);
    marked.forEach((t) => seen.add(t));
    expect(marked).toHaveLength(2);
    expect(marked[0]).toBeLessThan(4);
    expect(marked[1]).toBeGreaterThanOrEqual(4);
    expect(sum).toBeCloseTo(at(marked[0], 0) + at(marked[1], 0), 6);
  });
  expect(seen.size).toBe(length);
  expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
});

test('always 1 has the error that the papers give, 0.167', () => {
  const { sums } = addingBatch(numbers(20_000), { seed: 1, part: 'held-out', length: 4 });
  const error = sums.reduce((total, sum) => total + (sum - 1) ** 2, 0) / sums.length;
  expect(Math.abs(error - 1 / 6)).toBeLessThan(0.005);
});

test('the copy problem shows ten symbols, blanks and a signal, and wants the symbols at the end', () => {
  const length = 7;
  const { values, targets, time, batch } = copyBatch(numbers(300), { seed: 5, part: 'train', length });
  expect(time).toBe(copySteps(length));
  const counts = new Array<number>(COPIED_SYMBOLS).fill(0);
  for (let b = 0; b < batch; b++) {
    const shown = Array.from({ length: time }, (_, t) => {
      const row = values.subarray((t * batch + b) * SYMBOLS, (t * batch + b + 1) * SYMBOLS);
      expect(row.reduce((sum, value) => sum + value)).toBe(1);
      return row.indexOf(1);
    });
    const wanted = Array.from({ length: time }, (_, t) => targets[t * batch + b]);
    const symbols = shown.slice(0, COPIED);
    const [blank, signal] = [COPIED_SYMBOLS, COPIED_SYMBOLS + 1];
    expect(shown.slice(COPIED)).toEqual([...Array<number>(length - 1).fill(blank), signal, ...Array<number>(COPIED).fill(blank)]); // prettier-ignore
    expect(wanted).toEqual([...Array<number>(COPIED + length).fill(blank), ...symbols]);
    symbols.forEach((symbol) => counts[symbol]++);
  }
  // 3,000 draws of 8: within five deviations of 375.
  counts.forEach((count) => expect(Math.abs(count - 375)).toBeLessThan(5 * Math.sqrt((3000 * 7) / 64)));
});

test('an example follows from seed, part and number alone, and no two are alike', () => {
  const one = (number: number, seed = 1, part: 'train' | 'held-out' = 'train') =>
    [...addingBatch(Int32Array.of(number), { seed, part, length: 5 }).values].join();
  expect(one(7)).toBe(one(7));
  const { values } = addingBatch(numbers(8), { seed: 1, part: 'train', length: 5 });
  expect(Array.from({ length: 5 }, (_, t) => [...values.subarray((t * 8 + 7) * 2, (t * 8 + 7) * 2 + 2)]).join()).toBe(
    one(7),
  );
  const many = [...numbers(2000)].flatMap((number) => [one(number), one(number, 1, 'held-out'), one(number, 2)]);
  expect(new Set(many).size).toBe(6000);
});

test('endless batches read on, and never the same twice', () => {
  const batches = new EndlessBatches(3);
  expect([...batches.at(0).indices, ...batches.at(1).indices]).toEqual([0, 1, 2, 3, 4, 5]);
  expect(batches.stepsPerEpoch).toBe(3334);
});
