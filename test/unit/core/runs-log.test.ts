import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent, StepEvent } from '../../../src/core/runs/events';
import { decodeEvents, dropRepeated, encodeEvent, LogThinner, thinEvents } from '../../../src/core/runs/metrics-log';

const step = (number: number, loss = 2): StepEvent => ({
  event: 'step',
  step: number,
  time: number / 10,
  epoch: 0.5,
  loss,
  gradientNorm: 1,
  groupNorms: [1, 0.5],
  clipRatio: 1,
  rate: 0.01,
  tokensPerSecond: 1000,
  progress: 0.5,
  secondsLeft: 9,
});
const started = (number: number, resumed: boolean): RunEvent => ({
  event: 'started',
  step: number,
  time: number / 10,
  resumed,
  groups: ['embedding', 'rnn.0'],
  clip: 1,
  parameters: 100,
});
const evaluation = (number: number): RunEvent => ({
  event: 'evaluation',
  step: number,
  time: number / 10,
  validationLoss: 2,
  perplexity: 7.4,
  best: true,
});
const every: RunEvent[] = [
  started(0, false),
  step(1, NaN),
  { ...step(2, Infinity), gradientNorm: -Infinity, groupNorms: [NaN, 1] },
  evaluation(2),
  {
    event: 'evaluation',
    step: 3,
    time: 1,
    validationLoss: 800,
    perplexity: Infinity,
    bitsPerCharacter: 3,
    accuracy: 0.25,
    best: false,
  },
  {
    event: 'baseline',
    step: 3,
    time: 1,
    name: '6-gram, Kneser-Ney',
    validationLoss: 1.5,
    perplexity: 4.5,
    bitsPerCharacter: 2.2,
    seconds: 0.3,
  },
  { event: 'sample', step: 3, time: 1, text: 'NaN\n"Infinity" \u2028 😀 {"event":"step"}', temperature: 0.8 },
  { event: 'checkpoint', step: 3, time: 1, kind: 'best' },
  { event: 'paused', step: 3, time: 1 },
  { event: 'continued', step: 3, time: 1 },
  { event: 'warning', step: 3, time: 1, message: 'Two lines\nof text' },
  {
    event: 'finished',
    step: 3,
    time: 1,
    reason: 'early',
    metrics: { validationLoss: 2, perplexity: Infinity },
    bestStep: 2,
  },
  { event: 'finished', step: 3, time: 1, reason: 'failed', message: 'Because.', metrics: {} },
];
const log = every.map(encodeEvent).join('');

describe('the metrics log', () => {
  it('gives back every kind of event, numbers that are not finite too', () => {
    expect(decodeEvents(log)).toEqual(every);
    expect(log.split('\n')).toHaveLength(every.length + 1);
  });

  it('cut anywhere, gives the events of the whole lines', () => {
    fc.assert(
      fc.property(fc.nat(log.length), (end) => {
        const events = decodeEvents(log.slice(0, end));
        const whole = log.slice(0, end).split('\n').length - 1;
        // A line that lacks nothing but its line feed counts.
        const complete = log[end] === '\n' ? whole + 1 : whole;
        expect(events).toEqual(every.slice(0, complete));
      }),
      { numRuns: 400 },
    );
  });

  it('finds an event that was appended behind a torn one', () => {
    const torn = encodeEvent(step(7)).slice(0, 50);
    expect(decodeEvents(encodeEvent(step(6)) + torn + encodeEvent(started(6, true)))).toEqual([
      step(6),
      started(6, true),
    ]);
  });

  it.each([
    '',
    'null',
    '5',
    '[]',
    '{}',
    '{"event":"unheard","step":1,"time":1}',
    '{"event":"__proto__","step":1,"time":1}',
    '{"event":"paused","step":1}',
    '{"event":"paused","step":"1","time":1}',
    '{"event":"paused","step":1.5,"time":1}',
    '{"event":"paused","step":1,"time":"NaN"}',
    '{"event":"paused","step":1,"time":null}',
    '{"event":"checkpoint","step":1,"time":1,"kind":"middle"}',
    '{"event":"finished","step":1,"time":1,"reason":"bored","metrics":{}}',
    '{"event":"sample","step":1,"time":1,"text":5,"temperature":1}',
    '{"event":"started","step":1,"time":1,"resumed":true,"groups":[1],"clip":1,"parameters":1}',
    encodeEvent(step(1)).replace('"loss":2', '"loss":"much"'),
    encodeEvent(step(1)).replace('[1,0.5]', '[1,null]'),
    encodeEvent(step(1)).replace('"loss":2,', ''),
  ])('leaves out %s', (line) => {
    expect(decodeEvents(`${line}\n${encodeEvent(step(1))}`)).toEqual([step(1)]);
  });

  it('keeps only the fields it knows', () => {
    expect(decodeEvents('{"event":"paused","step":1,"time":1,"extra":{"a":1},"__proto__":{"b":1}}')).toEqual([
      { event: 'paused', step: 1, time: 1 },
    ]);
  });
});

describe('LogThinner', () => {
  it('keeps all of the first 100,000 steps, then half, then a quarter', () => {
    const thinner = new LogThinner();
    const kept = (from: number, to: number): number => {
      let count = 0;
      for (let i = from + 1; i <= to; i++) if (thinner.keep(i)) count++;
      return count;
    };
    expect(kept(0, 100_000)).toBe(100_000);
    expect(kept(100_000, 200_000)).toBe(50_000);
    expect(kept(200_000, 400_000)).toBe(50_000);
    expect(kept(400_000, 800_000)).toBe(50_000);
    expect([200_002, 200_004, 400_004, 400_008, 1e9].map((i) => thinner.keep(i))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe('thinEvents', () => {
  it('keeps spikes, other events and the order, and at most the number that was asked for', () => {
    const losses = fc.array(fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.constantFrom(NaN, Infinity)), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(losses, fc.integer({ min: 2, max: 50 }), (values, max) => {
        const events = values.flatMap((loss, i) =>
          i % 10 === 3 ? [step(i + 1, loss), evaluation(i + 1)] : [step(i + 1, loss)],
        );
        const thin = thinEvents(events, max);
        expect(thin.filter(({ event }) => event === 'step').length).toBeLessThanOrEqual(max);
        expect(thin.filter(({ event }) => event !== 'step')).toEqual(events.filter(({ event }) => event !== 'step'));
        let at = -1;
        for (const event of thin) {
          const next = events.indexOf(event, at + 1);
          expect(next).toBeGreaterThan(at);
          at = next;
        }
        // NaN counts as Infinity, so what stands for the highest of a bucket with both may be either.
        const heights = (losses: number[]) => losses.map((loss) => (Number.isNaN(loss) ? Infinity : loss));
        const kept = heights(thin.filter((event) => event.event === 'step').map(({ loss }) => loss));
        if (values.length > 0) {
          expect(kept).toContain(Math.min(...heights(values)));
          expect(kept).toContain(Math.max(...heights(values)));
        }
        if (values.length <= max) expect(thin).toBe(events);
      }),
    );
  });

  it('takes a long log: anything slower than n log n would run into the time limit', () => {
    const events = Array.from({ length: 1_000_000 }, (_, i) => step(i + 1, Math.sin(i)));
    expect(thinEvents(events, 2000)).toHaveLength(2000);
  });
});

describe('dropRepeated', () => {
  it('leaves out what a resumed run did again', () => {
    const events = [
      started(0, false),
      step(1),
      step(2),
      evaluation(2),
      step(3),
      evaluation(3),
      started(2, true),
      step(3),
      step(4),
    ];
    expect(dropRepeated(events)).toEqual([
      started(0, false),
      step(1),
      step(2),
      evaluation(2),
      started(2, true),
      step(3),
      step(4),
    ]);
  });

  it('takes a log of nothing but resumptions in its stride', () => {
    const events = Array.from({ length: 200_000 }, (_, i) => started(200_000 - i, true));
    expect(dropRepeated(events)).toHaveLength(200_000);
  });

  it('leaves a run alone that was stopped in good order', () => {
    const events = [started(0, false), step(1), evaluation(1), started(1, true), step(2)];
    expect(dropRepeated(events)).toEqual(events);
  });
});
