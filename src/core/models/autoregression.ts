/** Smallest pivot that counts as one, as a share of the largest diagonal element. */
const RIDGE = 1e-6;

/**
 * Linear autoregression of a series of vectors: x_t = W [x_{t−1}; ...; x_{t−p}] + b, by least squares (normal equations,
 * with a ridge of a millionth against columns that depend on each other).
 */
export class Autoregression {
  private constructor(
    readonly order: number,
    readonly columns: number,
    /** [columns, columns · order + 1], the constant last. */
    private readonly weights: Float64Array[],
  ) {}

  /** Numbers that were fitted. */
  get parameterCount(): number {
    return this.columns * (this.columns * this.order + 1);
  }

  /**
   * @param values [steps][columns]; more steps than `order`
   * @param order p, steps that are looked back
   */
  static fit(values: ArrayLike<number>[], order: number): Autoregression {
    const columns = values[0].length;
    const size = columns * order + 1;
    const moments = Array.from({ length: size }, () => new Float64Array(size));
    const products = Array.from({ length: columns }, () => new Float64Array(size));
    for (let step = order; step < values.length; step++) {
      const x = features(values, step, order);
      for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) moments[i][j] += x[i] * x[j];
      for (let c = 0; c < columns; c++) for (let i = 0; i < size; i++) products[c][i] += x[i] * values[step][c];
    }
    const largest = Math.max(...moments.map((row, i) => row[i]), Number.MIN_VALUE);
    moments.forEach((row, i) => (row[i] += RIDGE * largest));
    const factor = cholesky(moments);
    return new Autoregression(
      order,
      columns,
      products.map((target) => solve(factor, target)),
    );
  }

  /** The value expected at `step`, of the `order` values before it. */
  predict(values: ArrayLike<number>[], step: number): Float64Array {
    const x = features(values, step, this.order);
    return Float64Array.from(this.weights, (row) => row.reduce((sum, weight, i) => sum + weight * x[i], 0));
  }

  /** W and b as one table, row by row. */
  table(): Float32Array {
    return Float32Array.from(this.weights.flatMap((row) => Array.from(row)));
  }

  /** The opposite of `table`. */
  static fromTable(table: ArrayLike<number>, order: number, columns: number): Autoregression {
    const size = columns * order + 1;
    const rows = Array.from({ length: columns }, (_, c) =>
      Float64Array.from({ length: size }, (_, i) => table[c * size + i]),
    );
    return new Autoregression(order, columns, rows);
  }
}

function features(values: ArrayLike<number>[], step: number, order: number): Float64Array {
  const columns = values[step - 1].length;
  const x = new Float64Array(columns * order + 1);
  for (let lag = 0; lag < order; lag++) {
    for (let c = 0; c < columns; c++) x[lag * columns + c] = values[step - 1 - lag][c];
  }
  x[columns * order] = 1;
  return x;
}

/** The lower factor L of a positive definite matrix = L · Lᵀ. */
function cholesky(matrix: Float64Array[]): Float64Array[] {
  const factor = matrix.map((row) => row.slice());
  for (let i = 0; i < factor.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / factor[j][j];
    }
  }
  return factor;
}

function solve(factor: Float64Array[], target: Float64Array): Float64Array {
  const x = target.slice();
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i] -= factor[i][k] * x[k];
    x[i] /= factor[i][i];
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i] -= factor[k][i] * x[k];
    x[i] /= factor[i][i];
  }
  return x;
}
