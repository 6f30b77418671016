/** Rotations of all pairs of columns; each sweep about squares what is left between them. */
const MOST_SWEEPS = 60;
const TOLERANCE = 1e-12;

/**
 * The orthogonal matrix W that maximises Σ y·W x, and so minimises Σ ‖y − W x‖² (Schönemann, 1966): U·Vᵀ of the singular
 * value decomposition U·Σ·Vᵀ of Σ y xᵀ. Fewer pairs than dimensions leave directions open; there any rotation does.
 *
 * @param sum Σ y xᵀ, [E, E] by rows, finite
 * @param size E
 * @returns W, [E, E] by rows
 */
export function orthogonalMap(sum: Float64Array, size: number): Float64Array {
  // One-sided Jacobi (Hestenes, 1958) on columns: those of `u` become U·Σ, those of `v` V.
  const u = columnsOf(sum, size);
  const v = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, k) => (i === k ? 1 : 0)));
  for (let sweep = 0; sweep < MOST_SWEEPS && rotateAll(u, v); sweep++);
  complete(u);
  const map = new Float64Array(size * size);
  for (let c = 0; c < size; c++) {
    for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) map[i * size + k] += u[c][i] * v[c][k];
  }
  return map;
}

function columnsOf(matrix: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: size }, (_, c) => Float64Array.from({ length: size }, (_, r) => matrix[r * size + c]));
}

/** One sweep over all pairs; whether any was not orthogonal yet. */
function rotateAll(u: Float64Array[], v: Float64Array[]): boolean {
  let changed = false;
  for (let i = 0; i < u.length - 1; i++) {
    for (let k = i + 1; k < u.length; k++) {
      const [a, b, c] = [dot(u[i], u[i]), dot(u[k], u[k]), dot(u[i], u[k])];
      if (Math.abs(c) <= TOLERANCE * Math.sqrt(a * b)) continue;
      changed = true;
      const zeta = (b - a) / (2 * c);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cosine = 1 / Math.hypot(1, tangent);
      rotate(u[i], u[k], cosine, cosine * tangent);
      rotate(v[i], v[k], cosine, cosine * tangent);
    }
  }
  return changed;
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const before = x[i];
    x[i] = cosine * before - sine * y[i];
    y[i] = sine * before + cosine * y[i];
  }
}

/** Gives columns the length 1, and puts orthogonal ones in the place of those that are nearly 0. */
function complete(columns: Float64Array[]): void {
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const least = Math.max(...lengths) * 1e-10;
  const done: Float64Array[] = [];
  columns.forEach((column, c) => {
    if (lengths[c] <= least) return;
    scale(column, 1 / lengths[c]);
    done.push(column);
  });
  let axis = 0;
  columns.forEach((column, c) => {
    if (lengths[c] > least) return;
    do {
      column.fill(0);
      column[axis++] = 1;
      for (let pass = 0; pass < 2; pass++) for (const other of done) subtract(column, other, dot(column, other));
    } while (dot(column, column) < 1e-6);
    scale(column, 1 / Math.sqrt(dot(column, column)));
    done.push(column);
  });
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}

function subtract(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] -= factor * y[i];
}
