import { Column } from './column';

/**
 * Exponential moving average with bias correction: y_n = m_n / (1 - w^n), m_n = w m_(n-1) + (1 - w) x_n, as TensorBoard
 * draws its curves. Values that are not finite are passed on and leave the average alone.
 * Keeps its place, so that a growing column costs only its new values.
 */
export class SmoothedColumn {
  readonly column = new Column();
  private mean = 0;
  private seen = 0;
  private version = -1;

  /** `weight` is 0 (no smoothing) up to, but not, 1. */
  constructor(readonly weight: number) {}

  /** Takes in what `source` has gained; starts anew when `version` says that earlier values changed. */
  follow(source: Column, version: number): Float64Array {
    if (version !== this.version) {
      this.column.truncate(0);
      this.mean = 0;
      this.seen = 0;
      this.version = version;
    }
    const values = source.values;
    for (let i = this.column.length; i < values.length; i++) this.column.push(this.next(values[i]));
    return this.column.values;
  }

  private next(value: number): number {
    if (!Number.isFinite(value)) return value;
    this.seen++;
    this.mean = this.weight * this.mean + (1 - this.weight) * value;
    return this.mean / (1 - this.weight ** this.seen);
  }
}
