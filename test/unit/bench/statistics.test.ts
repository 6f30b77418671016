import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurementsIn } from '../../../bench/rounds';
import { median, summarise } from '../../../bench/statistics';

describe('median', () => {
  it('is the middle value, or the mean of the middle two', () => {
    expect(median([3])).toBe(3);
    expect(median([10, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('has as many values below as above, and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (values) => {
        const before = [...values];
        const middle = median(values);
        expect(values).toEqual(before);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('refuses nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('summarise', () => {
  it('gives minimum, median and count', () => {
    expect(summarise([5, 2, 9, 4])).toEqual({ minimum: 2, median: 4.5, count: 4 });
  });

  it.each([[[0]], [[-1, 2]], [[NaN]], [[1, Infinity]]])('refuses times that no clock can give: %j', (values) => {
    expect(() => summarise(values)).toThrow(RangeError);
  });
});

describe('measurementsIn', () => {
  it('fills a turn, with one measurement at least and fifty at most', () => {
    expect(measurementsIn(120, 10)).toBe(12);
    expect(measurementsIn(120, 121)).toBe(1);
    expect(measurementsIn(120, 0.5)).toBe(50);
    expect(measurementsIn(120, Infinity)).toBe(1);
  });
});
