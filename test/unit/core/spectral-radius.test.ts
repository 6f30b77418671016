import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/core/random';
import { SpectralRadius } from '../../../src/core/training/spectral-radius';

const radiusOf = (matrix: ArrayLike<number>, size: number) =>
  new SpectralRadius(size).addGradient(matrix, 0, new Float32Array(size * size), () => 0);

describe('SpectralRadius', () => {
  const angle = 0.7;
  test.each<[string, number[], number]>([
    ['one number', [-3], 3],
    ['a diagonal', [2, 0, 0, 0, -5, 0, 0, 0, 1], 5],
    ['a rotation', [2, -2, 2, 2].map((v, k) => (k === 1 || k === 2 ? v / 2 : v) / 2), Math.hypot(1, 0.5)],
    [
      'a scaled rotation',
      [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)].map((v) => 1.5 * v),
      1.5,
    ],
    ['a triangle', [1, 9, 9, 0, 0.5, 9, 0, 0, -2], 2],
    ['the identity', [1, 0, 0, 0, 1, 0, 0, 0, 1], 1],
    ['nothing', [0, 0, 0, 0], 0],
  ])('of %s', (_, matrix, radius) => {
    expect(radiusOf(matrix, Math.sqrt(matrix.length))).toBeCloseTo(radius, 6);
  });

  // The dominant eigenvalue is real for some of these and one of a complex pair for others.
  test.each([1, 2, 3, 4, 5, 6])('its gradient is that of finite differences (seed %i)', (seed) => {
    const size = 5;
    const random = new Random(seed);
    const matrix = Float64Array.from({ length: size * size }, () => random.normal() / 2);
    const precise = (values: Float64Array) => {
      const radius = new SpectralRadius(size);
      for (let k = 0; k < 300; k++) radius.addGradient(values, 0, new Float32Array(size * size), () => 0);
      return radius;
    };
    const gradient = new Float32Array(size * size);
    const rho = precise(matrix).addGradient(matrix, 0, gradient, () => 1);
    const h = 1e-4;
    matrix.forEach((value, k) => {
      const at = (v: number) => {
        const moved = matrix.slice();
        moved[k] = v;
        return precise(moved).addGradient(moved, 0, new Float32Array(size * size), () => 0);
      };
      expect(Math.abs((at(value + h) - at(value - h)) / (2 * h) - gradient[k])).toBeLessThan(1e-4 * Math.max(1, rho));
    });
  });

  test('follows a matrix that changes slowly, and goes on from its state', () => {
    const size = 12;
    const random = new Random(1);
    const matrix = Float64Array.from({ length: size * size }, () => random.normal() / 3);
    const [a, b] = [new SpectralRadius(size), new SpectralRadius(size)];
    const follow = (radius: SpectralRadius) => radius.addGradient(matrix, 0, new Float32Array(size * size), () => 0);
    follow(a);
    for (let step = 0; step < 300; step++) {
      matrix.forEach((value, k) => (matrix[k] = value * 1.001));
      follow(a);
    }
    // Only its scale has changed.
    const still = new SpectralRadius(size);
    for (let k = 0; k < 300; k++) follow(still);
    expect(follow(a)).toBeCloseTo(follow(still), 4);
    b.restore(a.state());
    expect(follow(b)).toBe(follow(a));
  });
});
