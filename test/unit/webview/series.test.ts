import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_ROWS, RunSeries } from '../../../webview/dashboard/series';
import { baseline, evaluation, sample, started, step, steps } from './events';

function seriesOf(...events: Parameters<RunSeries['apply']>[0][]): RunSeries {
  const series = new RunSeries();
  for (const event of events) series.apply(event);
  return series;
}

describe('RunSeries', () => {
  it('keeps each step once, in order, however often a stretch is repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 20 }), (stretches) => {
        const series = seriesOf(started());
        let end = 0;
        for (const [back, on] of stretches) {
          const from = Math.max(1, end - back);
          for (const one of steps(from, end + on)) series.apply(one);
          end += on;
        }
        expect([...series.step.values]).toEqual(Array.from({ length: end }, (_, i) => i + 1));
        expect(series.values.loss.length).toBe(end);
        expect(series.groupNorms.map((column) => column.length)).toEqual([end, end]);
      }),
    );
  });

  it('writes anew what a resumed run repeats, and keeps what came before its checkpoint', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (at, on) => {
        const again = steps(at + 1, at + on).map((one) => ({ ...one, loss: -one.loss }));
        const series = seriesOf(started(), ...steps(1, 40), started(at, true), ...again);
        expect(series.step.length).toBe(at + on);
        const losses = [...series.values.loss.values];
        expect(losses.slice(0, at).every((loss) => loss > 0)).toBe(true);
        expect(losses.slice(at).every((loss) => loss < 0)).toBe(true);
      }),
    );
  });

  it('takes back evaluations, samples and the end, and keeps the baseline, when a run resumes', () => {
    const series = seriesOf(
      started(), ...steps(1, 30), baseline, evaluation(10, 3), evaluation(20, 2), sample(10), sample(20),
      { event: 'finished', step: 30, time: 3, reason: 'stopped', metrics: {} }, started(15, true),
    ); // prettier-ignore
    expect(series.evaluations.map((one) => one.step)).toEqual([10]);
    expect(series.samples.map((one) => one.step)).toEqual([10]);
    expect(series.finished).toBeUndefined();
    expect(series.last).toBeUndefined();
    expect(series.baselines.map((one) => one.validationLoss)).toEqual([2]);
  });

  it('keeps two samples of one step and drops a repeated one', () => {
    const series = seriesOf(sample(5, 'a'), sample(5, 'b'), sample(5, 'a'), sample(3, 'old'), sample(6, 'c'));
    expect(series.samples.map((one) => one.text)).toEqual(['a', 'b', 'c']);
  });

  it('keeps rows aligned and spikes whole when it has to thin', () => {
    const series = seriesOf(started());
    const spike = 1234;
    for (let at = 1; at <= MOST_ROWS + 1; at++) series.apply(step(at, at === spike ? 99 : 1 + (at % 7) / 100));
    expect(series.step.length).toBeLessThanOrEqual(MOST_ROWS / 2 + 2);
    const row = [...series.step.values].indexOf(spike);
    expect(series.values.loss.at(row)).toBe(99);
    expect(series.time.at(row)).toBe(spike / 10);
    expect(series.step.last()).toBe(MOST_ROWS + 1);
    expect(series.groupNorms[0].length).toBe(series.step.length);
  });

  it('takes numbers that JSON could not carry as gaps', () => {
    const broken = { ...step(1), loss: null as unknown as number, groupNorms: undefined as unknown as number[] };
    const series = seriesOf(started(), broken);
    expect(series.values.loss.at(0)).toBeNaN();
    expect(series.groupNorms[0].at(0)).toBeNaN();
  });

  it('knows the epoch between and outside its steps', () => {
    const series = seriesOf(started(), step(10), step(20));
    expect(series.epochAt(15)).toBeCloseTo(0.15);
    expect(series.epochAt(5)).toBeCloseTo(0.05);
    expect(series.epochAt(25)).toBeCloseTo(0.2);
    expect(new RunSeries().epochAt(3)).toBe(0);
  });

  it('finds the best evaluation, and whether the run waits', () => {
    const series = seriesOf(evaluation(1, 3), evaluation(2, 1), evaluation(3, 2));
    expect(series.best()?.step).toBe(2);
    series.apply({ event: 'paused', step: 3, time: 1 });
    expect(series.paused).toBe(true);
    series.apply({ event: 'continued', step: 3, time: 1 });
    expect(series.paused).toBe(false);
  });
});
