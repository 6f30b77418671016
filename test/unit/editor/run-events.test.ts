import { describe, expect, it } from 'vitest';
import type { RunEvent, StartedEvent, StepEvent } from '../../../src/core/runs/events';
import { advance, noProgress } from '../../../src/editor/runs/progress';
import { RunEvents } from '../../../src/editor/runs/run-events';

const step = (number: number, loss = 2): StepEvent => ({
  event: 'step',
  step: number,
  time: number / 10,
  epoch: 0,
  loss,
  gradientNorm: 1,
  groupNorms: [1],
  clipRatio: 1,
  rate: 0.01,
  tokensPerSecond: 1000,
  progress: number / 1000,
  secondsLeft: 100 - number / 10,
});
const started = (at: number, resumed: boolean): StartedEvent => ({
  event: 'started',
  step: at,
  time: 0,
  resumed,
  groups: ['rnn.0'],
  clip: 1,
  parameters: 10,
});
const evaluation = (at: number, validationLoss: number, best: boolean): RunEvent => ({
  event: 'evaluation',
  step: at,
  time: 1,
  validationLoss,
  perplexity: Math.exp(validationLoss),
  best,
});

describe('RunEvents', () => {
  it('stays small however long the run is, and keeps spikes and everything that is no step', () => {
    const run = new RunEvents(100);
    run.append([started(0, false)]);
    for (let i = 1; i <= 5000; i++) {
      run.append([step(i, i === 2500 ? 50 : 2)]);
      if (i % 1000 === 0) run.append([evaluation(i, 2, false)]);
    }
    const steps = run.events.filter((event) => event.event === 'step');
    expect(steps.length).toBeLessThanOrEqual(201);
    expect(steps.some((event) => event.step === 2500)).toBe(true);
    expect(steps.at(-1)?.step).toBe(5000);
    expect(run.events.filter((event) => event.event === 'evaluation')).toHaveLength(5);
    expect(run.events[0].event).toBe('started');
    const numbers = steps.map((event) => event.step);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('forgets what was logged past the checkpoint at which a run goes on', () => {
    const run = new RunEvents();
    run.append([started(0, false), step(1), step(2), step(3)]);
    run.append([started(2, true), step(3, 9)]);
    const steps = run.events.filter((event) => event.event === 'step');
    expect(steps.map((event) => [event.step, event.loss])).toEqual([
      [1, 2],
      [2, 2],
      [3, 9],
    ]);
  });
});

describe('progress', () => {
  it('knows the figures of the status bar', () => {
    const events: RunEvent[] = [
      started(0, false),
      step(1, 4),
      { event: 'baseline', step: 1, time: 1, name: '6-gram', validationLoss: 1.9, perplexity: 6.7, seconds: 1 },
      evaluation(1, 3, true),
      step(2, 2),
      evaluation(2, 3.5, false),
      { event: 'warning', step: 2, time: 1, message: 'odd' },
      { event: 'paused', step: 2, time: 1 },
    ];
    const progress = events.reduce(advance, noProgress());
    expect(progress).toMatchObject({ step: 2, paused: true, warnings: ['odd'] });
    expect(progress.measured).toMatchObject({ validationLoss: 3.5 });
    expect(progress.best).toMatchObject({ validationLoss: 3 });
    expect(progress.baseline).toMatchObject({ name: '6-gram', validationLoss: 1.9 });
    expect(progress.secondsLeft).toBeCloseTo(99.8);
    expect(progress.loss).toBeGreaterThan(2);
    expect(progress.loss).toBeLessThan(4);
  });

  it('follows the loss: fast at first, smoothly later', () => {
    let progress = noProgress();
    for (let i = 1; i <= 1000; i++) progress = advance(progress, step(i, i < 900 ? 3 : 1));
    expect(progress.loss).toBeGreaterThan(1);
    expect(progress.loss).toBeLessThan(1.05);
  });
});
