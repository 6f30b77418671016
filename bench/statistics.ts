/** The two figures that survive a machine on which other work runs. */
export interface Summary {
  minimum: number;
  median: number;
  /** Measurements behind them. */
  count: number;
}

/**
 * Middle value; the mean of the two middle ones of an even number.
 * @throws RangeError when there is none
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing.');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** @throws RangeError when there are no values, or one is not a positive number: a clock that stood still measured nothing */
export function summarise(values: readonly number[]): Summary {
  if (!values.every((value) => Number.isFinite(value) && value > 0)) {
    throw new RangeError('A measured time is not a positive number.');
  }
  return { minimum: Math.min(...values), median: median(values), count: values.length };
}
