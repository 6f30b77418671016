import { UserError } from '../../errors';

/** Mean and deviation of each column, of the training part. */
export interface Scaling {
  mean: number[];
  deviation: number[];
}

/**
 * Throws UserError when a column never changes: nothing can be learned of it.
 * @param values [steps][columns], finite
 */
export function scalingOf(values: Float64Array[], columns: string[]): Scaling {
  const mean = columns.map((_, c) => values.reduce((sum, row) => sum + row[c], 0) / values.length);
  const deviation = columns.map((name, c) => {
    const variance = values.reduce((sum, row) => sum + (row[c] - mean[c]) ** 2, 0) / values.length;
    if (variance > 0) return Math.sqrt(variance);
    throw new UserError(`The column "${name}" has the same value everywhere: leave it out with source.columns.`);
  });
  return { mean, deviation };
}

/** (x − mean) / deviation, step by step: [steps · columns]. */
export function scaled(values: Float64Array[], { mean, deviation }: Scaling): Float32Array {
  const width = mean.length;
  const result = new Float32Array(values.length * width);
  values.forEach((row, step) => {
    for (let c = 0; c < width; c++) result[step * width + c] = (row[c] - mean[c]) / deviation[c];
  });
  return result;
}

/** The opposite for one step. */
export function unscaled(row: ArrayLike<number>, { mean, deviation }: Scaling): Float64Array {
  return Float64Array.from(mean, (middle, c) => row[c] * deviation[c] + middle);
}
