import type { RunEvent, StepEvent } from './events';

/** Steps that are all logged. */
const COMPLETE = 100_000;

/**
 * Decides which steps are logged, so that a log of a very long run stays readable. All steps up to 100,000 are kept;
 * up to 200,000 every 2nd, up to 400,000 every 4th, and so on: each doubling of the run adds 50,000 lines, so a run of
 * n steps has at most about 100,000 (1 + log2(n / 100,000)). Only step events are thinned, never others. The rule looks
 * at the step's number alone, so a resumed run goes on in the same way.
 */
export class LogThinner {
  /** @param step steps done, 1 or more. */
  keep(step: number): boolean {
    let stride = 1;
    for (let limit = COMPLETE; step > limit; limit *= 2) stride *= 2;
    return step % stride === 0;
  }
}

/**
 * At most `max` step events (2 at least), for drawing, and all other events, in their order. The steps are cut into
 * buckets of equal size, of each of which the one with the lowest and the one with the highest loss stay, so that
 * spikes are not lost; a loss that is not a number counts as the highest.
 */
export function thinEvents(events: RunEvent[], max: number): RunEvent[] {
  const steps = events.filter((event) => event.event === 'step');
  if (steps.length <= max) return events;
  const buckets = Math.max(1, Math.floor(max / 2));
  const kept = new Set<RunEvent>();
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * steps.length) / buckets);
    const to = Math.floor(((bucket + 1) * steps.length) / buckets);
    for (const event of extremes(steps.slice(from, to))) kept.add(event);
  }
  return events.filter((event) => event.event !== 'step' || kept.has(event));
}

/**
 * The events of a run as one history. A run that ended without warning goes on from its last checkpoint, which may lie
 * before the last logged step: what the log has past that point is then repeated, and the first version is left out.
 * Warnings and samples are dropped with it; `started` and baseline events stay.
 */
export function dropRepeated(events: RunEvent[]): RunEvent[] {
  const history: RunEvent[] = [];
  // From the end, so that each event meets the earliest step that was gone back to after it.
  let earliest = Infinity;
  for (const event of events.toReversed()) {
    if (event.step <= earliest || event.event === 'started' || event.event === 'baseline') history.push(event);
    if (event.event === 'started' && event.resumed) earliest = Math.min(earliest, event.step);
  }
  return history.reverse();
}

function extremes(steps: StepEvent[]): StepEvent[] {
  let lowest = steps[0];
  let highest = steps[0];
  for (const step of steps) {
    if (height(step) < height(lowest)) lowest = step;
    if (height(step) > height(highest)) highest = step;
  }
  return lowest === highest ? [lowest] : [lowest, highest];
}

function height(step: StepEvent): number {
  return Number.isNaN(step.loss) ? Infinity : step.loss;
}
