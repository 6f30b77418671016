import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/runs/events';
import {
  initialState,
  listedRuns,
  missingHistory,
  reduce,
  shownStatus,
  type State,
} from '../../../webview/dashboard/state';
import { hostRun, record, started, step, steps } from './events';

const A = '/runs/a';
const B = '/runs/b';
const stepsOf = (state: State, folder: string) => [...(state.runs.get(folder)?.series.step.values ?? [])];
const upTo = (end: number) => Array.from({ length: end }, (_, i) => i + 1);

function hydrated(...runs: ReturnType<typeof hostRun>[]): State {
  const state = initialState();
  reduce(state, { type: 'hydrated', runs, current: runs[0]?.folder });
  return state;
}

describe('a run that begins', () => {
  it('takes runs of other tasks off the charts, and leaves those of its own', () => {
    const classifier = hostRun('c', []);
    classifier.record = record('c', {}, { task: 'classification' });
    const state = hydrated(hostRun('a', []), hostRun('b', []), classifier);
    for (const folder of [A, B]) reduce(state, { type: 'show', folder, shown: true });
    reduce(state, { type: 'focus', folder: B, byHost: true });
    expect([...state.shown].sort()).toEqual([A, B]);
    reduce(state, { type: 'focus', folder: '/runs/c', byHost: true });
    expect(state.shown).toEqual(['/runs/c']);
    reduce(state, { type: 'focus', folder: A });
    expect(state.shown).toEqual(['/runs/c', A]);
  });
});

describe('a run that goes on while the page asks for it', () => {
  /** A host that sends batches, and answers `hydrate` with a copy of what it had sent when it was asked. */
  const story = fc.record({
    batches: fc.array(fc.nat(8), { minLength: 1, maxLength: 12 }),
    opened: fc.nat(12),
    copied: fc.nat(12),
    answered: fc.nat(12),
    resumeAt: fc.option(fc.tuple(fc.nat(11), fc.nat(30))),
  });

  it('is complete and holds nothing twice, whenever the answer comes', () => {
    fc.assert(
      fc.property(story, ({ batches, opened, copied, answered, resumeAt }) => {
        const order = [opened, copied, answered].map((at) => Math.min(at, batches.length)).sort((a, b) => a - b);
        const { sent, log } = tell(batches, resumeAt);
        const state = initialState();
        let copy: RunEvent[] = log.slice(0, 1);
        for (let at = 0; at <= sent.length; at++) {
          if (at === order[1]) copy = [started(), ...sent.slice(0, at).flat()];
          if (at === order[2]) reduce(state, { type: 'hydrated', runs: [hostRun('a', copy)], current: A });
          if (at >= order[0] && at < sent.length) reduce(state, { type: 'events', folder: A, events: sent[at] });
        }
        expect(stepsOf(state, A)).toEqual(upTo(lastStep(log)));
      }),
      { numRuns: 500 },
    );
  });

  function tell(batches: number[], resumeAt: [number, number] | null): { sent: RunEvent[][]; log: RunEvent[] } {
    let end = 0;
    const sent = batches.map((count, index) => {
      const events: RunEvent[] = [];
      if (resumeAt && resumeAt[0] === index && end > 0) {
        end = Math.min(end, resumeAt[1]);
        events.push(started(end, true));
      }
      events.push(...steps(end + 1, end + count));
      end += count;
      return events;
    });
    return { sent, log: [started(), ...sent.flat()] };
  }

  function lastStep(log: RunEvent[]): number {
    return log.at(-1)?.step ?? 0;
  }
});

describe('reduce', () => {
  it('shows the current run first, and what was shown before when it still exists', () => {
    const state = initialState({ shown: [B, '/runs/gone'] });
    reduce(state, { type: 'hydrated', runs: [hostRun('a', [started()]), hostRun('b', [], {}, false)], current: A });
    expect(state.focus).toBe(A);
    expect(state.shown).toEqual([B, A]);
    expect(missingHistory(state)).toEqual([B]);
  });

  it('keeps the run that a person looked at until the host asks for another', () => {
    const runs = [
      hostRun('a', [started()]),
      hostRun('b', [started()], {}, false),
      hostRun('c', [started()], {}, false),
    ];
    const kept = { shown: [B], focus: B, asked: A };
    const state = initialState(kept);
    reduce(state, { type: 'hydrated', runs, current: A });
    expect([state.focus, state.shown]).toEqual([B, [B]]);
    const other = initialState(kept);
    reduce(other, { type: 'hydrated', runs, current: '/runs/c' });
    expect([other.focus, other.shown, other.asked]).toEqual(['/runs/c', [B, '/runs/c'], '/runs/c']);
    reduce(other, { type: 'focus', folder: A, byHost: true });
    reduce(other, { type: 'focus', folder: B });
    expect([other.focus, other.asked]).toEqual([B, A]);
  });

  it('holds back events while a history is fetched, and puts them behind it', () => {
    const state = hydrated(hostRun('a', [started()]), hostRun('b', []));
    reduce(state, { type: 'events', folder: B, events: steps(1, 3) });
    reduce(state, { type: 'show', folder: B, shown: true });
    expect(missingHistory(state)).toEqual([B]);
    reduce(state, { type: 'loading', folders: [B] });
    expect(missingHistory(state)).toEqual([]);
    reduce(state, { type: 'events', folder: B, events: steps(4, 8) });
    expect(stepsOf(state, B)).toEqual([]);
    reduce(state, { type: 'loaded', runs: [hostRun('b', [started(), ...steps(1, 6)])] });
    reduce(state, { type: 'events', folder: B, events: steps(8, 9) });
    expect(stepsOf(state, B)).toEqual(upTo(9));
  });

  it('asks again for what could not be had only when it is switched on again', () => {
    const state = hydrated(hostRun('a', [started()]), hostRun('b', []));
    reduce(state, { type: 'show', folder: B, shown: true });
    reduce(state, { type: 'loading', folders: [B] });
    reduce(state, { type: 'loadFailed', folders: [B] });
    expect(missingHistory(state)).toEqual([]);
    reduce(state, { type: 'show', folder: B, shown: true });
    expect(missingHistory(state)).toEqual([B]);
  });

  it('needs no history of a run that begins before its eyes', () => {
    const state = hydrated();
    reduce(state, { type: 'events', folder: A, events: [started(), step(1)] });
    reduce(state, { type: 'runChanged', folder: A, record: record('a'), live: true });
    reduce(state, { type: 'focus', folder: A });
    reduce(state, { type: 'events', folder: A, events: [step(2)] });
    expect(missingHistory(state)).toEqual([]);
    expect(stepsOf(state, A)).toEqual([1, 2]);
    expect(state.shown).toEqual([A]);
  });

  it('turns to another run when the one in hand is deleted', () => {
    const state = hydrated(hostRun('a', [started()]), hostRun('b', [started()]));
    reduce(state, { type: 'runDeleted', folder: A });
    expect([state.focus, state.shown]).toEqual([B, [B]]);
    reduce(state, { type: 'runDeleted', folder: B });
    expect([state.focus, state.shown, state.runs.size]).toEqual([undefined, [], 0]);
  });

  it('tells what changed', () => {
    const state = hydrated(hostRun('a', [started()]));
    expect([...reduce(state, { type: 'events', folder: A, events: [step(1), step(2)] })]).toEqual(['steps']);
    expect([...reduce(state, { type: 'events', folder: A, events: [step(2)] })]).toEqual([]);
  });

  it('lists the newest run first', () => {
    const state = hydrated(hostRun('a', [], { created: '2026-01-01' }), hostRun('b', [], { created: '2026-02-01' }));
    expect(listedRuns(state).map((run) => run.folder)).toEqual([B, A]);
  });

  it('tells a run of another window from one of ours', () => {
    const state = hydrated(hostRun('a', [started()]), hostRun('b', [started()], {}, false));
    const status = (folder: string) => shownStatus(state.runs.get(folder)!);
    expect([status(A), status(B)]).toEqual(['running', 'elsewhere']);
    reduce(state, { type: 'events', folder: A, events: [{ event: 'paused', step: 1, time: 1 }] });
    expect(status(A)).toBe('paused');
    reduce(state, { type: 'runChanged', folder: A, record: record('a', { status: 'failed' }), live: false });
    expect(status(A)).toBe('failed');
  });
});
