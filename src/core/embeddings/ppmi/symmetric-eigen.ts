/** Rotations are repeated until what is off the diagonal is this small beside all, or so often. */
const [TOLERANCE, MOST_SWEEPS] = [1e-14, 50];

/**
 * Eigenvalues, falling, and eigenvectors (the columns) of a symmetric [n, n] matrix by Jacobi's cyclic rotations (Golub and
 * Van Loan, Matrix Computations, 8.5). The matrix is overwritten. Yields after each row.
 */
export function* symmetricEigen(
  matrix: Float64Array,
  n: number,
): Generator<void, { values: Float64Array; vectors: Float64Array }> {
  const vectors = new Float64Array(n * n);
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1;
  const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(matrix, n) > TOLERANCE * norm; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(matrix, vectors, n, p, q);
      yield;
    }
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((x, y) => matrix[y * n + y] - matrix[x * n + x]);
  const sorted = new Float64Array(n * n);
  // Rows of `vectors` are the eigenvectors.
  for (let r = 0; r < n; r++) order.forEach((from, c) => (sorted[r * n + c] = vectors[from * n + r]));
  return { values: Float64Array.from(order, (k) => matrix[k * n + k]), vectors: sorted };
}

function offDiagonal(matrix: Float64Array, n: number): number {
  let squares = 0;
  for (let r = 0; r < n; r++) for (let c = 0; c < r; c++) squares += 2 * matrix[r * n + c] ** 2;
  return Math.sqrt(squares);
}

/** Turns rows and columns p and q so that the entry between them becomes zero. */
function rotate(matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const between = matrix[p * n + q];
  if (between === 0) return;
  const half = (matrix[q * n + q] - matrix[p * n + p]) / (2 * between);
  const t = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.sqrt(1 + half * half));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [matrix[k * n + p], matrix[k * n + q]];
    matrix[k * n + p] = c * x - s * y;
    matrix[k * n + q] = s * x + c * y;
  }
  turnRows(matrix, n, p, q, c, s);
  turnRows(vectors, n, p, q, c, s);
}

function turnRows(matrix: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [matrix[p * n + k], matrix[q * n + k]];
    matrix[p * n + k] = c * x - s * y;
    matrix[q * n + k] = s * x + c * y;
  }
}
