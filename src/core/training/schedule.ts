import type { Recipe } from '../recipe/schema';

/** Share of the highest rate at which a warm-up begins and a cosine ends. */
const FLOOR = 0.05;

/**
 * Learning rate at `progress`, the share of the budget that is used, 0 to 1.
 *
 * Over the warm-up it rises evenly from 5 % of the highest rate. Then it stays ("constant"), or falls to 5 % along half
 * a cosine ("cosine", Loshchilov and Hutter, 2017): rate · (0.05 + 0.95 · ½(1 + cos πq)), where q is the share of the
 * budget after the warm-up that is used.
 */
export function learningRate(training: Recipe['training'], progress: number): number {
  const { rate, schedule, warmup } = training;
  const used = Math.min(1, Math.max(0, progress));
  if (used < warmup) return rate * between(used / warmup);
  if (schedule === 'constant') return rate;
  const q = (used - warmup) / (1 - warmup);
  return rate * between((1 + Math.cos(Math.PI * q)) / 2);
}

/** From the floor (share 0) to 1 (share 1). */
function between(share: number): number {
  return FLOOR + (1 - FLOOR) * share;
}
