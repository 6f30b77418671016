import { Random } from '../random';

/** Steps of orthogonal iteration for a new matrix, and for one that has changed a little. */
const FIRST_STEPS = 200;
const NEXT_STEPS = 4;
/** Below this a pair of eigenvectors is as good as orthogonal, and the radius has no gradient. */
const DEFECTIVE = 1e-9;
/** Vectors that are iterated side by side: a complex pair needs two. */
const WIDTH = 2;

type Complex = [re: number, im: number];
type Pair = [Float64Array, Float64Array];

/**
 * Spectral radius ρ of a real square matrix W that changes slowly, and its gradient.
 *
 * Two vectors are iterated with W, and two with Wᵀ, made orthonormal after each product (orthogonal iteration), which finds
 * the dominant eigenvalue λ whether it is real or one of a complex pair; ρ = |λ|. The gradient goes through the dominant
 * *eigen*pair: with right and left eigenvectors v and u,
 *
 *     dλ = uᴴ dW v / uᴴ v        dρ = Re(λ̄ dλ) / ρ
 *
 * The vectors are kept from call to call, so that a few products suffice once they have been found.
 */
export class SpectralRadius {
  private right: Pair;
  private left: Pair;
  private steps = FIRST_STEPS;

  /** @param size rows and columns of W */
  constructor(private readonly size: number) {
    const random = new Random(size);
    const draw = (): Float64Array => Float64Array.from({ length: size }, () => random.normal());
    this.right = [draw(), draw()];
    this.left = [draw(), draw()];
  }

  /**
   * @param matrix W, row by row, from `offset` on
   * @param gradient dρ/dW is added to it, times `scale(ρ)`, from `offset` on
   * @returns ρ
   */
  addGradient(
    matrix: ArrayLike<number>,
    offset: number,
    gradient: Float32Array,
    scale: (radius: number) => number,
  ): number {
    const { size } = this;
    for (let step = 0; step < this.steps; step++) {
      this.right = orthonormal(this.right.map((v) => multiply(matrix, offset, v, false)) as Pair);
      this.left = orthonormal(this.left.map((v) => multiply(matrix, offset, v, true)) as Pair);
    }
    this.steps = NEXT_STEPS;
    const [lambda, v] = dominant(this.right, (x) => multiply(matrix, offset, x, false));
    const [, u] = dominant(this.left, (x) => multiply(matrix, offset, x, true), lambda);
    const radius = Math.hypot(...lambda);
    // With Wᵀ u = λ u for complex u, the left eigenvector of λ is its conjugate: dλ = uᵀ dW v / uᵀ v.
    const product: Complex = [dot(u[0], v[0]) - dot(u[1], v[1]), dot(u[0], v[1]) + dot(u[1], v[0])];
    if (radius === 0 || Math.hypot(...product) < DEFECTIVE) return radius;
    // c = λ̄ / (ρ · uᵀv), so that dρ = Re(c · uᵀ dW v)
    const divisor = radius * (product[0] ** 2 + product[1] ** 2);
    const re = (lambda[0] * product[0] - lambda[1] * product[1]) / divisor;
    const im = -(lambda[0] * product[1] + lambda[1] * product[0]) / divisor;
    const factor = scale(radius);
    for (let i = 0; i < size; i++) {
      const a = re * u[0][i] - im * u[1][i];
      const b = re * u[1][i] + im * u[0][i];
      for (let j = 0; j < size; j++) gradient[offset + i * size + j] += factor * (a * v[0][j] - b * v[1][j]);
    }
    return radius;
  }

  /** The four vectors one after the other; `restore` goes on exactly here. */
  state(): Float64Array {
    return Float64Array.from([...this.right, ...this.left].flatMap((vector) => Array.from(vector)));
  }

  restore(values: ArrayLike<number>): void {
    const vectors = Array.from({ length: 2 * WIDTH }, (_, k) =>
      Float64Array.from({ length: this.size }, (__, i) => values[k * this.size + i]),
    );
    this.right = [vectors[0], vectors[1]];
    this.left = [vectors[2], vectors[3]];
    this.steps = NEXT_STEPS;
  }
}

/** W·x, or Wᵀ·x. */
function multiply(matrix: ArrayLike<number>, offset: number, x: Float64Array, transposed: boolean): Float64Array {
  const size = x.length;
  const y = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const row = offset + i * size;
    if (transposed) {
      for (let j = 0; j < size; j++) y[j] += matrix[row + j] * x[i];
    } else {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += matrix[row + j] * x[j];
      y[i] = sum;
    }
  }
  return y;
}

/** Two orthonormal vectors that span the same plane (Gram and Schmidt); a vector that vanishes stays 0. */
function orthonormal([a, b]: Pair): Pair {
  const first = unit(a);
  const share = dot(first, b);
  const rest = unit(b.map((value, i) => value - share * first[i]));
  const left = dot(first, rest); // once more, for accuracy
  return [first, unit(rest.map((value, i) => value - left * first[i]))];
}

function unit(x: Float64Array): Float64Array {
  const norm = Math.sqrt(dot(x, x));
  return norm > 0 ? x.map((value) => value / norm) : x;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/**
 * The eigenvalue of greatest size in the plane of q, or the one nearest to `wanted`, and its eigenvector [re, im].
 * `apply` multiplies by the matrix.
 */
function dominant(q: Pair, apply: (x: Float64Array) => Float64Array, wanted?: Complex): [Complex, Pair] {
  const [y, z] = q.map(apply);
  const [a, b, c, d] = [dot(q[0], y), dot(q[0], z), dot(q[1], y), dot(q[1], z)]; // the matrix within the plane
  const half = (a + d) / 2;
  const square = ((a - d) / 2) ** 2 + b * c;
  const root = Math.sqrt(Math.abs(square));
  const values: Complex[] =
    square >= 0
      ? [
          [half + root, 0],
          [half - root, 0],
        ]
      : [
          [half, root],
          [half, -root],
        ];
  const distance = ([re, im]: Complex): number =>
    wanted ? Math.hypot(re - wanted[0], im - wanted[1]) : -Math.hypot(re, im);
  const lambda = distance(values[1]) < distance(values[0]) ? values[1] : values[0];
  // (M − λ)x = 0 within the plane: x = (b, λ − a), or (λ − d, c), whichever is longer.
  const one: [Complex, Complex] = [
    [b, 0],
    [lambda[0] - a, lambda[1]],
  ];
  const other: [Complex, Complex] = [
    [lambda[0] - d, lambda[1]],
    [c, 0],
  ];
  const length = (x: Complex[]): number => Math.hypot(...x.flat());
  let [x0, x1] = length(one) >= length(other) ? one : other;
  if (length([x0, x1]) === 0)
    [x0, x1] = [
      [1, 0],
      [0, 0],
    ]; // λ twice: every vector of the plane is one
  const part = (k: 0 | 1): Float64Array => q[0].map((value, i) => value * x0[k] + q[1][i] * x1[k]);
  return [lambda, [part(0), part(1)]];
}
