import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Stopwatch } from '../../../src/worker/control';
import { Budget, EvaluationPlan, Speed } from '../../../src/worker/budget';

test('the first of minutes, steps and epochs ends a run; epochs become steps', () => {
  expect(new Budget({}, 50)).toMatchObject({ steps: undefined, seconds: 180 });
  expect(new Budget({ epochs: 2.5 }, 50)).toMatchObject({ steps: 125, seconds: undefined });
  expect(new Budget({ epochs: 0.001 }, 50).steps).toBe(1);
  expect(new Budget({ epochs: 2, steps: 70 }, 50).steps).toBe(70);
  const both = new Budget({ minutes: 1, steps: 100 }, 50);
  expect(both.progress({ step: 50, time: 6 })).toBe(0.5);
  expect(both.progress({ step: 50, time: 45 })).toBe(0.75);
  expect(both.progress({ step: 300, time: 0 })).toBe(1);
  expect(both.secondsLeft({ step: 90, time: 45 }, 0.5)).toBe(5);
  expect(both.secondsLeft({ step: 10, time: 45 }, 0.5)).toBe(15);
});

test('a used budget is refused with the way out', () => {
  const budget = new Budget({ steps: 2000 }, 50);
  expect(() => budget.refuseUsed({ step: 1999, time: 0 })).not.toThrow();
  expect(() => budget.refuseUsed({ step: 2000, time: 90 })).toThrow(/budget of 2,000 steps: give it a larger one/);
});

/** Steps after which an evaluation is made. */
function evaluations(total: number, every: number, from?: number): number[] {
  const budget = new Budget({ steps: total }, 10);
  const plan = new EvaluationPlan(every, budget, from === undefined ? undefined : { step: from, time: 0 });
  const steps: number[] = [];
  for (let step = (from ?? 0) + 1; step <= total; step++) {
    if (!plan.due({ step, time: 0 })) continue;
    steps.push(step);
    plan.made({ step, time: 0 }, 1000);
  }
  return steps;
}

test('about 40 evaluations are spread over a budget of steps, one soon after the start and one at the end', () => {
  const steps = evaluations(4000, 0);
  expect(steps).toHaveLength(41);
  expect(steps.slice(0, 3)).toEqual([20, 100, 200]);
  expect(steps.at(-1)).toBe(4000);
  expect(evaluations(30, 10)).toEqual([10, 20, 30]);
});

test('a run that goes on evaluates where one that never stopped does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 20 }), fc.nat(), (total, every, pick) => {
      const whole = evaluations(total, every);
      if (whole.length === 0) return;
      const cut = pick % whole.length;
      expect(evaluations(total, every, whole[cut])).toEqual(whole.slice(cut + 1));
    }),
  );
});

test('with a budget of minutes evaluations keep to a share of the time', () => {
  const plan = new EvaluationPlan(0, new Budget({ minutes: 1 }, 10), undefined);
  let time = 0;
  let measured = 0;
  while (time < 60) {
    time += 0.05;
    if (!plan.due({ step: 1, time })) continue;
    plan.made({ step: 1, time }, 0.5);
    time += 0.5;
    measured++;
  }
  expect(measured * 0.5).toBeLessThan(60 / 16 + 1);
  expect(measured).toBeGreaterThan(5);
});

test('the speed follows what was measured of late', () => {
  const speed = new Speed();
  expect(speed.tokensPerSecond).toBe(0);
  for (let i = 0; i < 100; i++) speed.add(100, 0.1);
  expect(speed.tokensPerSecond).toBeCloseTo(1000);
  expect(speed.stepSeconds).toBeCloseTo(0.1);
  for (let i = 0; i < 200; i++) speed.add(100, 0.05);
  expect(speed.tokensPerSecond).toBeGreaterThan(1950);
});

test('training time stands still in a pause', () => {
  let now = 100;
  const watch = new Stopwatch(5, () => now);
  expect(watch.seconds).toBe(5);
  watch.start();
  now += 3;
  expect(watch.seconds).toBe(8);
  watch.pause();
  now += 50;
  expect(watch.seconds).toBe(8);
  watch.start();
  watch.start();
  now += 1;
  expect(watch.seconds).toBe(9);
});
