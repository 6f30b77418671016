import type { RunEvent } from '../../core/runs/events';
import { dropRepeated, thinEvents } from '../../core/runs/thinning';

/** Steps that are kept of a live run; drawing needs no more. */
export const KEPT_STEPS = 4000;

/**
 * What a live run has told so far, for a page that becomes visible later. Steps are thinned, never evaluations, samples
 * or warnings: when twice `KEPT_STEPS` have come, only the lowest and highest loss of each stretch stay.
 */
export class RunEvents {
  private list: RunEvent[] = [];
  private steps = 0;

  /** @param kept steps that stay after thinning, 2 or more */
  constructor(private readonly kept = KEPT_STEPS) {}

  get events(): readonly RunEvent[] {
    return this.list;
  }

  append(events: readonly RunEvent[]): void {
    for (const event of events) {
      // The next word on how far it is comes in a moment.
      if (event.event === 'progress') continue;
      this.list.push(event);
      if (event.event === 'step') this.steps++;
      // A resumed run goes on from its checkpoint: what was logged past it comes again.
      if (event.event === 'started' && event.resumed) this.list = dropRepeated(this.list);
    }
    if (this.steps > 2 * this.kept) this.thin();
  }

  private thin(): void {
    this.list = thinEvents(this.list, this.kept);
    this.steps = this.list.filter((event) => event.event === 'step').length;
  }
}
