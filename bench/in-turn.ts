import { setTimeout as sleep } from 'node:timers/promises';

/** Who takes turns with others. */
export interface Taker {
  /** Why it takes no further part. */
  failure?: string;
}

/**
 * One after the other, leaving out those that have failed.
 * @param pause milliseconds between turns, in which the threads of the one before stop spinning
 */
export async function everyoneInTurn<T extends Taker>(
  takers: readonly T[],
  pause: number,
  body: (taker: T) => Promise<void>,
): Promise<void> {
  for (const taker of takers) {
    if (taker.failure !== undefined) continue;
    try {
      await body(taker);
    } catch (error) {
      taker.failure = (error as Error).message;
    }
    await sleep(pause);
  }
}
