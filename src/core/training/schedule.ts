import type { Recipe } from '../recipe/schema';

/** Share of the highest rate at which a warm-up begins and cosine and line end. */
const FLOOR = 0.05;

/**
 * Learning rate at `progress`, the share of the budget that is used, 0 to 1.
 *
 * Over the warm-up it rises evenly from 5 % of the highest rate. With q, the share of the budget after the warm-up that is
 * used, it is then
 *
 *     constant   rate
 *     plateau    rate, times what a `Schedule` has heard
 *     linear     rate · (0.05 + 0.95 · (1 − q))
 *     cosine     rate · (0.05 + 0.95 · ½(1 + cos πq)) (Loshchilov and Hutter, 2017)
 *     step       rate · factor^n, with n = ⌊q·(drops + 1)⌋, at most `drops`
 */
export function learningRate(training: Recipe['training'], progress: number): number {
  const { rate, schedule, warmup, factor, drops } = training;
  const used = Math.min(1, Math.max(0, progress));
  if (used < warmup) return rate * between(used / warmup);
  const q = (used - warmup) / (1 - warmup);
  switch (schedule) {
    case 'cosine':
      return rate * between((1 + Math.cos(Math.PI * q)) / 2);
    case 'linear':
      return rate * between(1 - q);
    case 'step':
      return rate * factor ** Math.min(drops, Math.floor(q * (drops + 1)));
    case 'constant':
    case 'plateau':
      return rate;
  }
}

/** From the floor (share 0) to 1 (share 1). */
function between(share: number): number {
  return FLOOR + (1 - FLOOR) * share;
}

/** What a schedule remembers between steps. */
export interface ScheduleState {
  /** What "plateau" has multiplied the rate with so far. */
  scale: number;
  /** Lowest held-out loss so far; null before the first. */
  best: number | null;
  /** Evaluations since then. */
  waited: number;
}

/**
 * The learning rate over a run. "plateau" is multiplied by `factor` after `plateauPatience` + 1 evaluations in a row
 * that were not better.
 */
export class Schedule {
  private memory: ScheduleState = { scale: 1, best: null, waited: 0 };

  constructor(private readonly training: Recipe['training']) {}

  rate(progress: number): number {
    return learningRate(this.training, progress) * this.memory.scale;
  }

  /** Hears the held-out loss of an evaluation; says whether it was better than all before. */
  evaluated(loss: number): boolean {
    const { memory } = this;
    if (memory.best === null || loss < memory.best) {
      Object.assign(memory, { best: loss, waited: 0 });
      return true;
    }
    memory.waited++;
    if (this.training.schedule === 'plateau' && memory.waited > this.training.plateauPatience) {
      memory.scale *= this.training.factor;
      memory.waited = 0;
    }
    return false;
  }

  state(): ScheduleState {
    return { ...this.memory };
  }

  restore(state: ScheduleState): void {
    this.memory = { ...state };
  }
}
