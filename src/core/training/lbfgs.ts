/** A differentiable function: fills `gradient` and returns the value at x; may yield in between. */
export type Objective = (x: Float64Array, gradient: Float64Array) => Generator<void, number>;

export interface MinimiseOptions {
  /** Done when no element of the gradient is above it in size. */
  tolerance: number;
  maxIterations: number;
}

export interface Minimum {
  value: number;
  iterations: number;
  /** Whether the tolerance was reached. */
  converged: boolean;
}

/** Steps of the past that shape the next direction. */
const MEMORY = 10;
/** Constants of the weak Wolfe conditions: enough decrease, and a slope that has flattened. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 50;

interface Point {
  x: Float64Array;
  gradient: Float64Array;
  value: number;
}
interface Pair {
  s: Float64Array;
  y: Float64Array;
  /** 1 / (s · y) */
  rho: number;
}

/**
 * L-BFGS (Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.4) with a bisecting line search for the weak
 * Wolfe conditions (Lewis and Overton, 2013). Changes `x` in place. Deterministic. Yields the share that is done, judged
 * by how far the gradient has fallen.
 */
export function* minimise(
  x: Float64Array,
  objective: Objective,
  { tolerance, maxIterations }: MinimiseOptions,
): Generator<number, Minimum> {
  let point: Point = { x: x.slice(), gradient: new Float64Array(x.length), value: 0 };
  point.value = yield* measured(objective, point, 0);
  const start = largest(point.gradient);
  const pairs: Pair[] = [];
  let progress = 0;
  let iterations = 0;
  for (; iterations < maxIterations && largest(point.gradient) > tolerance; iterations++) {
    const direction = directionOf(point.gradient, pairs);
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(point.gradient, point.gradient)));
    const next = yield* lineSearch(objective, point, direction, first, progress);
    if (!next) break; // no decrease is left in the digits of a double
    remember(pairs, point, next);
    point = next;
    progress = Math.max(
      progress,
      Math.min(0.99, Math.log(start / largest(point.gradient)) / Math.log(start / tolerance)),
    );
    yield progress;
  }
  x.set(point.x);
  return { value: point.value, iterations, converged: largest(point.gradient) <= tolerance };
}

function* measured(objective: Objective, { x, gradient }: Point, progress: number): Generator<number, number> {
  const work = objective(x, gradient);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    yield progress;
  }
}

/** Two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function directionOf(gradient: Float64Array, pairs: Pair[]): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas = new Array<number>(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    alphas[i] = pairs[i].rho * dot(pairs[i].s, q);
    add(q, -alphas[i], pairs[i].y);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i] *= scale;
  }
  pairs.forEach(({ s, y, rho }, i) => add(q, alphas[i] - rho * dot(y, q), s));
  return q;
}

function* lineSearch(
  objective: Objective,
  from: Point,
  direction: Float64Array,
  first: number,
  progress: number,
): Generator<number, Point | undefined> {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return undefined;
  let [low, high, step] = [0, Infinity, first];
  const point: Point = { x: from.x.slice(), gradient: new Float64Array(from.x.length), value: 0 };
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    for (let i = 0; i < point.x.length; i++) point.x[i] = from.x[i] + step * direction[i];
    point.value = yield* measured(objective, point, progress);
    if (!(point.value <= from.value + DECREASE * step * slope)) high = step;
    else if (dot(point.gradient, direction) < CURVATURE * slope) low = step;
    else return point;
    step = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function remember(pairs: Pair[], before: Point, after: Point): void {
  const s = after.x.map((value, i) => value - before.x[i]);
  const y = after.gradient.map((value, i) => value - before.gradient[i]);
  const curvature = dot(s, y);
  if (!(curvature > 0)) return;
  pairs.push({ s, y, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * from[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
