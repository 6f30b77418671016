import { Random } from '../../random';
import { symmetricEigen } from './symmetric-eigen';

/** A square matrix of which only products with tall ones [V, columns] (row-major) are known. */
export interface LinearMap {
  readonly size: number;
  /** out += M · x, or Mᵀ · x. Yields now and then. */
  multiply(x: Float64Array, columns: number, isTransposed: boolean, out: Float64Array): Generator<void, void>;
}

export interface TruncatedSvd {
  /** [V, rank], columns of length 1 by falling singular value, and these values. */
  u: Float64Array;
  values: Float64Array;
}

/** Columns more than wanted, and rounds of powers: Halko et al.'s advice for spectra that fall slowly. */
const [OVERSAMPLING, ROUNDS] = [10, 2];
/** Multiplications between looks elsewhere, about. */
const SLICE = 2e6;

/**
 * The first singular values and left singular vectors by randomised subspace iteration (Halko, Martinsson and Tropp, 2011,
 * algorithms 4.4 and 5.1). Yields the share done.
 */
export function* truncatedSvd(map: LinearMap, rank: number, seed: number): Generator<number, TruncatedSvd> {
  const { size } = map;
  const columns = Math.min(size, rank + OVERSAMPLING);
  const random = new Random(seed);
  const passes = 2 + 2 * ROUNDS;
  let done = 0;
  const product = function* (x: Float64Array, isTransposed: boolean): Generator<number, Float64Array> {
    const out = new Float64Array(size * columns);
    yield* sharing(map.multiply(x, columns, isTransposed, out), done / passes);
    done++;
    return out;
  };
  let q = yield* product(
    Float64Array.from({ length: size * columns }, () => random.normal()),
    false,
  );
  yield* sharing(orthonormalise(q, columns), done / passes);
  for (let round = 0; round < ROUNDS; round++) {
    for (const isTransposed of [true, false]) {
      q = yield* product(q, isTransposed);
      yield* sharing(orthonormalise(q, columns), done / passes);
    }
  }
  // B = Qᵀ M: M is near Q B, and B Bᵀ = S S² Sᵀ gives M's left vectors as Q S.
  const b = yield* product(q, true);
  const gram = new Float64Array(columns * columns);
  const step = Math.ceil(SLICE / (columns * columns));
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < columns; i++)
      for (let j = 0, x = b[row * columns + i]; j <= i; j++) gram[i * columns + j] += x * b[row * columns + j];
    if (row % step === 0) yield done / passes;
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) gram[j * columns + i] = gram[i * columns + j];
  const { values, vectors } = yield* sharing(symmetricEigen(gram, columns), 1);
  const kept = Math.min(rank, columns);
  const u = new Float64Array(size * kept);
  for (let row = 0; row < size; row++)
    for (let i = 0; i < columns; i++)
      for (let c = 0, x = q[row * columns + i]; c < kept; c++) u[row * kept + c] += x * vectors[i * columns + c];
  return { u, values: values.slice(0, kept).map((value) => Math.sqrt(Math.max(0, value))) };
}

/** The same steps, each of which yields the share done. */
function* sharing<T>(steps: Generator<void, T>, share: number): Generator<number, T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    yield share;
  }
}

/**
 * Makes the columns of a [rows, columns] matrix orthonormal in place by Gram and Schmidt's method, twice over: then they
 * are so to rounding (Giraud et al., 2005). A column that depends on those before becomes zeros.
 */
export function* orthonormalise(matrix: Float64Array, columns: number): Generator<void, void> {
  const rows = matrix.length / columns;
  const turned = new Float64Array(matrix.length); // [columns, rows]: columns are walked along
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = matrix[r * columns + c];
  for (let c = 0; c < columns; c++) {
    const column = turned.subarray(c * rows, (c + 1) * rows);
    const before = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < c; other++) {
        const unit = turned.subarray(other * rows, (other + 1) * rows);
        const part = dot(column, unit);
        for (let r = 0; r < rows; r++) column[r] -= part * unit[r];
        if (other % Math.ceil(SLICE / rows) === 0) yield;
      }
    }
    const length = Math.sqrt(dot(column, column));
    const scale = length > 1e-12 * before && length > 0 ? 1 / length : 0;
    for (let r = 0; r < rows; r++) column[r] *= scale;
  }
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) matrix[r * columns + c] = turned[c * rows + r];
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
}
