import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { orthogonal, recurrentValues, type Initialisation } from '../../../src/core/layers/initialisation';
import { Random } from '../../../src/core/random';

const [GATES, INPUTS, UNITS] = [3, 20, 40];
const draw = (initialisation: Initialisation, seed = 1) =>
  recurrentValues(initialisation, { gates: GATES, inputs: INPUTS, units: UNITS }, new Random(seed));
const block = (values: Float32Array, gate: number) => values.subarray(gate * UNITS * UNITS, (gate + 1) * UNITS * UNITS);
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Greatest difference of W·Wᵀ from the identity. */
function distance(values: Float32Array, size: number): number {
  let worst = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = i === j ? -1 : 0;
      for (let k = 0; k < size; k++) sum += values[i * size + k] * values[j * size + k];
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
}

describe('recurrentValues', () => {
  test('orthogonal: each W_h is, no two alike', () => {
    const { weightHh, biasHh } = draw('orthogonal');
    for (let gate = 0; gate < GATES; gate++) expect(distance(block(weightHh, gate), UNITS)).toBeLessThan(1e-5);
    expect(block(weightHh, 0)).not.toEqual(block(weightHh, 1));
    expect(largest(biasHh)).toBe(0);
    expect(distance(orthogonal(1, new Random(1)), 1)).toBeLessThan(1e-6);
    expect(distance(orthogonal(130, new Random(1)), 130)).toBeLessThan(1e-5);
  });

  test('identity: each W_h is, W_x is small', () => {
    const { weightHh, weightIh } = draw('identity');
    for (let gate = 0; gate < GATES; gate++) {
      block(weightHh, gate).forEach((value, k) => expect(value).toBe(k % (UNITS + 1) === 0 ? 1 : 0));
    }
    expect(deviation(weightIh)).toBeGreaterThan(0.0009);
    expect(deviation(weightIh)).toBeLessThan(0.0011);
  });

  test.each<[Initialisation, number, number]>([
    ['default', 1 / Math.sqrt(UNITS), 1 / Math.sqrt(UNITS)],
    ['uniform', 0.1, 0.1],
    ['glorot', Math.sqrt(6 / (INPUTS + UNITS)), Math.sqrt(6 / (2 * UNITS))],
  ])('%s: uniform within its bounds', (name, input, hidden) => {
    const { weightIh, weightHh } = draw(name);
    for (const [values, bound] of [
      [weightIh, input],
      [weightHh, hidden],
    ] as const) {
      expect(largest(values)).toBeLessThanOrEqual(Math.fround(bound));
      expect(largest(values)).toBeGreaterThan(0.99 * bound);
      expect(deviation(values)).toBeCloseTo(bound / Math.sqrt(3), 2);
    }
  });

  test('he: normal with variance 2 / inputs', () => {
    const { weightIh, weightHh } = draw('he');
    expect(deviation(weightIh) / Math.sqrt(2 / INPUTS)).toBeCloseTo(1, 1);
    expect(deviation(weightHh) / Math.sqrt(2 / UNITS)).toBeCloseTo(1, 1);
  });

  test('the seed decides', () => {
    for (const name of ['default', 'orthogonal', 'uniform', 'glorot', 'he'] as const) {
      expect(draw(name)).toEqual(draw(name));
      expect(draw(name).weightHh).not.toEqual(draw(name, 2).weightHh);
    }
  });
});
