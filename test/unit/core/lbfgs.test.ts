import { expect, test } from 'vitest';
import { minimise, type Minimum, type Objective } from '../../../src/core/training/lbfgs';

function minimum(x: Float64Array, objective: Objective, maxIterations = 500): Minimum {
  const work = minimise(x, objective, { tolerance: 1e-9, maxIterations });
  let last = 0;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(last);
    last = step.value;
  }
}

test("Rosenbrock's valley ends at (1, 1)", () => {
  const x = Float64Array.of(-1.2, 1);
  const result = minimum(x, function* ([a, b], gradient) {
    yield;
    gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[1] = 200 * (b - a * a);
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  });
  expect(result.converged).toBe(true);
  expect(result.iterations).toBeLessThan(60);
  expect(x[0]).toBeCloseTo(1, 7);
  expect(x[1]).toBeCloseTo(1, 7);
});

test('an ill-conditioned quadratic in many dimensions', () => {
  const size = 50;
  const x = new Float64Array(size).fill(1);
  const result = minimum(
    x,
    function* (at, gradient) {
      let value = 0;
      for (let i = 0; i < size; i++) {
        const curvature = 10 ** (i / 12);
        gradient[i] = curvature * (at[i] - i);
        value += (curvature * (at[i] - i) ** 2) / 2;
      }
      yield;
      return value;
    },
    5000,
  );
  expect(result.converged).toBe(true);
  x.forEach((value, i) => expect(value).toBeCloseTo(i, 6));
});

test('what has no minimum ends at the last iteration, and a minimum is left alone', () => {
  const falling: Objective = function* ([a], gradient) {
    yield;
    gradient[0] = -Math.exp(-a);
    return Math.exp(-a);
  };
  expect(minimum(new Float64Array(1), falling, 5)).toMatchObject({ iterations: 5, converged: false });
  const x = Float64Array.of(3);
  const bowl: Objective = function* ([a], gradient) {
    yield;
    gradient[0] = 2 * (a - 3);
    return (a - 3) ** 2;
  };
  expect(minimum(x, bowl)).toEqual({ value: 0, iterations: 0, converged: true });
  expect(x[0]).toBe(3);
});
