import { Random } from '../../random';

/** Rows of numbers, [count, size] one after the other. */
export interface Rows {
  count: number;
  size: number;
  values: Float64Array;
}

export interface Projection {
  /** [count, 2]: places along the two axes of most variance. */
  places: Float64Array;
  /** Share of the whole variance along each axis. */
  explained: [number, number];
}

/** Directions that are iterated together; the more there are beyond two, the faster the first two settle. */
const BLOCK = 8;
const MOST_ROUNDS = 300;
const SETTLED = 1e-12;

/**
 * Principal components: the two directions of most variance, by subspace iteration on the covariance, which is never
 * formed, with a Rayleigh-Ritz step (Saad, "Numerical Methods for Large Eigenvalue Problems", 2011, chapter 5). Each axis
 * points to where its largest weight is positive, so that the same rows always give the same map. Yields after each round.
 */
export function* principalComponents(rows: Rows): Generator<void, Projection> {
  const { count, size } = rows;
  const centred = centre(rows);
  let total = 0;
  for (const value of centred) total += value * value;
  const block = Math.min(BLOCK, size);
  let basis = orthonormal(startingBlock(block, size), block, size);
  let values = new Float64Array(block);
  for (let round = 0; round < MOST_ROUNDS && total > 0; round++) {
    yield;
    const image = scatterTimes(centred, basis, count, block, size);
    const small = new Float64Array(block * block);
    for (let i = 0; i < block; i++)
      for (let j = 0; j < block; j++) small[i * block + j] = dotAt(basis, i, image, j, size);
    const { values: ritz, vectors } = jacobiEigen(small, block);
    basis = orthonormal(combine(image, vectors, block, size), block, size);
    const moved = Math.abs(ritz[0] - values[0]) + Math.abs(ritz[1 % block] - values[1 % block]);
    values = ritz;
    if (moved <= SETTLED * total) break;
  }
  const axes = block < 2 ? padded(basis, size) : basis;
  const share = (axis: number) => (total > 0 && axis < block ? Math.max(0, values[axis]) / total : 0);
  return { places: project(centred, axes, count, size), explained: [share(0), share(1)] };
}

/**
 * Eigenvalues, falling, and eigenvectors (rows) of a symmetric matrix [n, n], by cyclic Jacobi rotations (Golub and Van
 * Loan, "Matrix Computations", section 8.5).
 */
export function jacobiEigen(
  symmetric: Float64Array,
  n: number,
): { values: Float64Array<ArrayBuffer>; vectors: Float64Array } {
  const a = symmetric.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        if (i === j) diagonal += a[i * n + i] ** 2;
        else off += a[i * n + j] ** 2;
    if (off <= 1e-30 * diagonal) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) vectors[to * n + k] = v[k * n + from];
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

/** Makes a[p, q] zero by a rotation in the plane of both; `v` gathers the rotations in its columns. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const tau = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = Math.sign(tau || 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [vx, vy] = [v[k * n + p], v[k * n + q]];
    v[k * n + p] = c * vx - s * vy;
    v[k * n + q] = s * vx + c * vy;
  }
}

function centre({ count, size, values }: Rows): Float64Array {
  const mean = new Float64Array(size);
  for (let i = 0, at = 0; i < count; i++) for (let k = 0; k < size; k++, at++) mean[k] += values[at] / count;
  return values.map((value, at) => value - mean[at % size]);
}

/** Any block that is not at right angles to the axes will do; a fixed one gives the same map each time. */
function startingBlock(block: number, size: number): Float64Array {
  const random = new Random(1);
  return Float64Array.from({ length: block * size }, () => random.normal());
}

/** [block, size]: Σ over rows x of x (x · b), for each b of the basis. */
function scatterTimes(x: Float64Array, basis: Float64Array, count: number, block: number, size: number): Float64Array {
  const image = new Float64Array(block * size);
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < block; b++) {
      let along = 0;
      for (let k = 0; k < size; k++) along += x[i * size + k] * basis[b * size + k];
      for (let k = 0; k < size; k++) image[b * size + k] += along * x[i * size + k];
    }
  }
  return image;
}

function combine(image: Float64Array, vectors: Float64Array, block: number, size: number): Float64Array {
  const combined = new Float64Array(block * size);
  for (let to = 0; to < block; to++)
    for (let from = 0; from < block; from++)
      for (let k = 0; k < size; k++) combined[to * size + k] += vectors[to * block + from] * image[from * size + k];
  return combined;
}

/** Gram-Schmidt, twice, since once loses digits; a direction that vanishes stays zero. */
function orthonormal(rows: Float64Array, block: number, size: number): Float64Array {
  for (let b = 0; b < block; b++) {
    const before = Math.sqrt(dotAt(rows, b, rows, b, size));
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < b; other++) {
        const along = dotAt(rows, b, rows, other, size);
        for (let k = 0; k < size; k++) rows[b * size + k] -= along * rows[other * size + k];
      }
    const length = Math.sqrt(dotAt(rows, b, rows, b, size));
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let k = 0; k < size; k++) rows[b * size + k] *= scale;
  }
  return rows;
}

function dotAt(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i * size + k] * b[j * size + k];
  return sum;
}

function padded(basis: Float64Array, size: number): Float64Array {
  const two = new Float64Array(2 * size);
  two.set(basis);
  return two;
}

function project(centred: Float64Array, axes: Float64Array, count: number, size: number): Float64Array {
  const places = new Float64Array(count * 2);
  for (let axis = 0; axis < 2; axis++) {
    let largest = 0;
    for (let k = 0; k < size; k++) {
      const weight = axes[axis * size + k];
      if (Math.abs(weight) > Math.abs(largest)) largest = weight;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < count; i++) places[i * 2 + axis] = sign * dotAt(centred, i, axes, axis, size);
  }
  return places;
}
