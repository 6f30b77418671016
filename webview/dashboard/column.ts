/** Numbers that only grow at the end, kept without boxing so that a long run stays cheap to hold and to scan. */
export class Column {
  private store = new Float64Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** A view of what is filled; valid until the next push. */
  get values(): Float64Array {
    return this.store.subarray(0, this.used);
  }

  push(value: number): void {
    if (this.used === this.store.length) {
      const larger = new Float64Array(this.store.length * 2);
      larger.set(this.store);
      this.store = larger;
    }
    this.store[this.used++] = value;
  }

  /** Undefined past either end. */
  at(index: number): number | undefined {
    return index >= 0 && index < this.used ? this.store[index] : undefined;
  }

  last(): number | undefined {
    return this.at(this.used - 1);
  }

  truncate(length: number): void {
    this.used = Math.min(this.used, length);
  }

  /** Keeps only these rows, given in rising order. */
  select(rows: readonly number[]): void {
    for (let i = 0; i < rows.length; i++) this.store[i] = this.store[rows[i]];
    this.used = rows.length;
  }
}

/** First index whose value is at least `value` in rising numbers; the length when there is none. */
export function lowerBound(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the value nearest to `value` in rising numbers, or -1 when there are none. */
export function nearestIndex(values: ArrayLike<number>, value: number): number {
  if (values.length === 0) return -1;
  const after = lowerBound(values, value);
  if (after === 0) return 0;
  if (after === values.length) return values.length - 1;
  return value - values[after - 1] <= values[after] - value ? after - 1 : after;
}
