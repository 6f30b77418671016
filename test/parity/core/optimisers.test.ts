import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createOptimiser, type OptimiserName, type OptimiserOptions } from '../../../src/core/ops/optimiser';
import { scoped } from '../../../src/core/ops/scope';
import { expectClose, noise } from '../engine/harness';
import { onEachBackend } from './check';
import { optimise } from './reference-optimisers';

const NONE = { momentum: 0.9, nesterov: false, decay: 0.9, weightDecay: 0, clip: 0, clipValue: 0 };
const DEFAULTS: Omit<OptimiserOptions, 'optimiser'> = { beta1: 0.9, beta2: 0.99, epsilon: 1e-3, ...NONE };
const NAMES: OptimiserName[] = ['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'asgd'];
const CHANGES: Partial<OptimiserOptions>[] = [
  {},
  { weightDecay: 0.1, clip: 0.5 },
  { clipValue: 0.25 },
  { clip: 0.7, clipValue: 0.3, weightDecay: 0.01 },
];
const CASES: OptimiserOptions[] = [
  ...NAMES.flatMap((optimiser) => CHANGES.map((change) => ({ ...DEFAULTS, optimiser, ...change }))),
  ...CHANGES.map((change) => ({ ...DEFAULTS, optimiser: 'momentum' as const, nesterov: true, ...change })),
  { ...DEFAULTS, optimiser: 'asgd', averageFrom: 3 },
];
const SHAPES = [[1], [3, 5], [257], [9000]];
const STEPS = 6;
const sizes = SHAPES.map((shape) => tf.util.sizeFromShape(shape));
const gradientsAt = (step: number) => sizes.map((size, k) => noise(size, 50 * step + k));
const rateAt = (step: number) => 0.01 * step;
const startValues = () => sizes.map((size, k) => noise(size, k + 1));
const variablesOf = (values: Float32Array[]) =>
  values.map((array, k) => tf.tidy(() => tf.variable(tf.tensor(array.slice(), SHAPES[k]))));
const title = (options: OptimiserOptions) =>
  Object.entries(options)
    .filter(([name, value]) => DEFAULTS[name as keyof typeof DEFAULTS] !== value)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** Steps from `first` to `last`. */
function take(optimiser: ReturnType<typeof createOptimiser>, first: number, last: number) {
  for (let step = first; step <= last; step++) {
    const gradients = gradientsAt(step);
    const norms = scoped(() =>
      optimiser.apply(
        gradients.map((array, k) => tf.tensor(array, SHAPES[k])),
        rateAt(step),
      ),
    );
    gradients.forEach((gradient, k) => expect(norms.each[k]).toBeCloseTo(Math.hypot(...gradient), 3));
    expect(norms.global).toBeCloseTo(Math.hypot(...norms.each), 3);
  }
}

onEachBackend(() => {
  test.each(CASES.map((options) => ({ options, name: title(options) })))('$name agrees with its equations', (given) => {
    const { options } = given;
    const variables = variablesOf(startValues());
    const optimiser = createOptimiser(variables, options);
    take(optimiser, 1, STEPS);
    const expected = optimise(startValues(), options, Array.from({ length: STEPS }, (_, k) => gradientsAt(k + 1)), (k) => rateAt(k)); // prettier-ignore
    const names = SHAPES.map((_, k) => `parameter ${k}`);
    const values = variables.map((variable) => variable.dataSync());
    expectClose(values, expected.p, names, 1e-5);
    const state = optimiser.state();
    expect(state.step).toBe(STEPS);
    expect(Object.keys(state.slots)).toEqual(Object.keys(expected.slots));
    for (const slot of Object.keys(state.slots)) expectClose(state.slots[slot], expected.slots[slot], names, 1e-5);
    optimiser.dispose();
    tf.dispose(variables);
  });

  test.each(NAMES)('%s goes on from its state as if it had not stopped', (name) => {
    const options = { ...DEFAULTS, optimiser: name, clip: 1, weightDecay: 0.1 };
    const whole = variablesOf(startValues());
    const first = createOptimiser(whole, options);
    take(first, 1, 2);
    const half = variablesOf(whole.map((variable) => variable.dataSync() as Float32Array));
    const second = createOptimiser(half, options);
    second.restore(first.state());
    take(first, 3, 4);
    take(second, 3, 4);
    half.forEach((variable, k) => expect(variable.dataSync()).toEqual(whole[k].dataSync()));
    first.dispose();
    second.dispose();
    tf.dispose([whole, half]);
  });

  test.each(NAMES.flatMap((name) => [NaN, Infinity].map((bad) => ({ name, bad }))))(
    '$name leaves everything as it is for a gradient with $bad in it',
    ({ name, bad }) => {
      const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
      const optimiser = createOptimiser([variable], { ...DEFAULTS, optimiser: name, clip: 1, clipValue: 0.5 });
      const before = optimiser.state();
      const norms = scoped(() => optimiser.apply([tf.tensor1d([0, bad, 1])], 0.1));
      expect(Number.isFinite(norms.global)).toBe(false);
      expect([...variable.dataSync()]).toEqual([1, 2, 3]);
      expect(optimiser.state()).toEqual(before);
      optimiser.dispose();
      variable.dispose();
    },
  );

  test('the means of asgd: swapped in, swapped back, begun anew', () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1])));
    const optimiser = createOptimiser([variable], { ...DEFAULTS, optimiser: 'asgd' });
    const go = () => scoped(() => optimiser.apply([tf.tensor1d([1])], 0.25));
    for (let step = 0; step < 4; step++) go(); // 0.75, 0.5, 0.25, 0: the mean is that of the last three
    optimiser.average?.swap();
    expect(variable.dataSync()[0]).toBeCloseTo(0.25, 6);
    expect(go).toThrow('swap them back');
    optimiser.average?.swap();
    expect(variable.dataSync()[0]).toBeCloseTo(0, 6);
    optimiser.average?.restart();
    const { averageFrom } = optimiser.state();
    expect(averageFrom).toBe(4);
    for (let step = 0; step < 3; step++) go(); // -0.25, -0.5, -0.75
    optimiser.average?.swap();
    expect(variable.dataSync()[0]).toBeCloseTo(-0.625, 6);
    optimiser.dispose();
    variable.dispose();
  });
});

const PYTHON = process.env.SEQUENCE_LAB_TORCH_PYTHON ?? 'python3';
const hasTorch = ((): boolean => {
  try {
    execFileSync(PYTHON, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasTorch)("the equations are PyTorch's, step for step (needs Python with torch)", () => {
  const cases = CASES.map((options) => {
    const small = [0, 1]; // parameters
    const gradients = Array.from({ length: STEPS }, (_, s) => small.map((k) => [...gradientsAt(s + 1)[k]]));
    const start = small.map((k) => [...startValues()[k]]);
    return { options, gradients, start, rates: Array.from({ length: STEPS }, (_, s) => rateAt(s + 1)) };
  });
  const script = join(import.meta.dirname, '../../reference/pytorch-optimisers.py');
  const answer = execFileSync(PYTHON, [script], { input: JSON.stringify(cases), encoding: 'utf8' });
  const theirs = JSON.parse(answer) as { p: number[][]; average: number[][] }[];
  cases.forEach(({ options, gradients, start }, c) => {
    const ours = optimise(start, options, gradients, rateAt);
    const tolerance = 1e-9;
    expectClose(ours.p, theirs[c].p, ['parameter 0', 'parameter 1'].map((name) => `${title(options)}: ${name}`), tolerance); // prettier-ignore
    if (options.optimiser === 'asgd') expectClose(ours.slots.ax, theirs[c].average, ['mean 0', 'mean 1'], tolerance);
  });
});
