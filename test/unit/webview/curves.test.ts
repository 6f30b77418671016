import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logarithmicTicks, roundTicks, timeTicks } from '../../../webview/dashboard/charts/ticks';
import { Column, lowerBound, nearestIndex } from '../../../webview/dashboard/column';
import { decimate } from '../../../webview/dashboard/decimate';
import { SmoothedColumn } from '../../../webview/dashboard/smoothing';

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const rising = fc
  .array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 600 })
  .map((gaps) => gaps.reduce<number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], []));

function columnOf(values: number[]): Column {
  const column = new Column();
  for (const one of values) column.push(one);
  return column;
}

describe('Column', () => {
  it('holds what was pushed, truncated and selected', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 1500 }), fc.nat(1500), (values, keep) => {
        const column = columnOf(values);
        expect([...column.values]).toEqual(values);
        column.select(values.map((_, i) => i).filter((i) => i % 2 === 0));
        expect([...column.values]).toEqual(values.filter((_, i) => i % 2 === 0));
        column.truncate(keep);
        expect(column.length).toBe(Math.min(keep, Math.ceil(values.length / 2)));
        expect(column.at(column.length)).toBeUndefined();
      }),
    );
  });

  it('finds places in rising numbers', () => {
    fc.assert(
      fc.property(rising, fc.integer({ min: -10, max: 30_000 }), (xs, wanted) => {
        const found = xs.findIndex((x) => x >= wanted);
        expect(lowerBound(xs, wanted)).toBe(found < 0 ? xs.length : found);
        const distances = xs.map((x) => Math.abs(x - wanted));
        expect(distances[nearestIndex(xs, wanted)]).toBe(Math.min(...distances));
      }),
    );
    expect(nearestIndex([], 1)).toBe(-1);
  });
});

describe('SmoothedColumn', () => {
  /** The definition, computed from nothing for each point. */
  function naive(values: number[], weight: number): number[] {
    return values.map((_, n) => {
      let sum = 0;
      let weights = 0;
      for (let k = 0; k <= n; k++) {
        sum += weight ** (n - k) * values[k];
        weights += weight ** (n - k);
      }
      return sum / weights;
    });
  }

  it('is the weighted mean that its definition says, fed at once or bit by bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat(60),
        (values, weight, cut) => {
          const column = columnOf(values.slice(0, cut));
          const smoothed = new SmoothedColumn(weight);
          smoothed.follow(column, 0);
          for (const one of values.slice(cut)) column.push(one);
          const result = [...smoothed.follow(column, 0)];
          naive(values, weight).forEach((expected, i) => expect(result[i]).toBeCloseTo(expected, 8));
        },
      ),
    );
  });

  it('starts anew when rows were taken away, and lets gaps pass', () => {
    const column = columnOf([1, 2, 3]);
    const smoothed = new SmoothedColumn(0.5);
    smoothed.follow(column, 0);
    column.truncate(0);
    column.push(7);
    column.push(NaN);
    column.push(7);
    expect([...smoothed.follow(column, 1)]).toEqual([7, NaN, 7]);
  });
});

describe('decimate', () => {
  it('keeps order, extremes and ends, and stays small', () => {
    fc.assert(
      fc.property(rising, fc.infiniteStream(value), fc.integer({ min: 5, max: 80 }), (xs, stream, buckets) => {
        const ys = xs.map(() => stream.next().value ?? 0);
        const points = decimate(xs, ys, { from: -Infinity, to: Infinity, buckets });
        expect(points.length).toBeLessThanOrEqual(2 * (buckets + 2) + 2);
        const drawn = points.map((point) => point.y);
        expect(Math.max(...drawn)).toBe(Math.max(...ys));
        expect(Math.min(...drawn)).toBe(Math.min(...ys));
        expect(points[0].x).toBe(xs[0]);
        expect(points.at(-1)?.x).toBe(xs.at(-1));
        for (let i = 1; i < points.length; i++) expect(points[i].x).toBeGreaterThan(points[i - 1].x);
        for (const point of points) expect(ys[xs.indexOf(point.x)]).toBe(point.y);
      }),
    );
  });

  it('draws what is in sight and one point beyond each end', () => {
    const xs = Array.from({ length: 100 }, (_, i) => i);
    const points = decimate(xs, xs, { from: 40.5, to: 49.5, buckets: 50 });
    expect(points.map((point) => point.x)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
  });

  it('keeps its buckets while a run grows', () => {
    const xs = Array.from({ length: 5000 }, (_, i) => i);
    const ys = xs.map((x) => Math.sin(x * 12.9898) * 43758.5453 - Math.floor(Math.sin(x * 12.9898) * 43758.5453));
    const before = decimate(xs.slice(0, 4000), ys, { from: -Infinity, to: Infinity, buckets: 300 });
    const after = decimate(xs.slice(0, 4700), ys, { from: -Infinity, to: Infinity, buckets: 300 });
    expect(after.slice(0, 400)).toEqual(before.slice(0, 400));
  });

  it('leaves out what cannot be drawn', () => {
    const points = decimate([1, 2, 3, 4], [NaN, 0, -1, 5], { from: 0, to: 9, buckets: 9, positive: true });
    expect(points).toEqual([{ x: 4, y: 5 }]);
    expect(decimate([], [], { from: 0, to: 1, buckets: 10 })).toEqual([]);
  });
});

describe('ticks', () => {
  const span = fc.tuple(
    fc.double({ min: 1e-6, max: 1e5, noNaN: true }),
    fc.double({ min: 1.001, max: 1e6, noNaN: true }),
  );

  it('lie inside the axis, rise, and are few', () => {
    fc.assert(
      fc.property(span, ([min, factor]) => {
        const max = min * factor;
        for (const ticks of [logarithmicTicks(min, max), roundTicks(min, max, 6), timeTicks(min, max, 6)]) {
          expect(ticks.length).toBeLessThan(22);
          ticks.forEach((tick, i) => {
            expect(tick).toBeGreaterThanOrEqual(min * (1 - 1e-9));
            expect(tick).toBeLessThanOrEqual(max * (1 + 1e-9));
            if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]);
          });
        }
        expect(roundTicks(min, max, 6).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('are round', () => {
    expect(roundTicks(1, 3600, 7)).toEqual([500, 1000, 1500, 2000, 2500, 3000, 3500]);
    expect(logarithmicTicks(0.06, 30)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10, 20]);
    expect(timeTicks(0, 180, 6)).toEqual([0, 30, 60, 90, 120, 150, 180]);
    expect(logarithmicTicks(0, 1)).toEqual([]);
    expect(roundTicks(3, 3, 5)).toEqual([3]);
  });
});
