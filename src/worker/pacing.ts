import { Cancelled } from '../core/errors';
import { yieldToMessages } from './control';

/** Milliseconds of work after which messages get their turn. */
const YIELD = 10;

/** The values of a generator, with pauses in which messages flow. Throws Cancelled. */
export async function* paced<T>(values: Generator<T, unknown>, signal: AbortSignal): AsyncGenerator<T> {
  let from = performance.now();
  for (const value of values) {
    yield value;
    if (performance.now() - from < YIELD) continue;
    await yieldToMessages();
    if (signal.aborted) throw new Cancelled();
    from = performance.now();
  }
}

/** What a generator returns, with the same pauses. Throws Cancelled; the generator is then closed. */
export async function finished<R>(work: Generator<unknown, R>, signal: AbortSignal): Promise<R> {
  try {
    for (let from = -Infinity; ;) {
      const { done, value } = work.next();
      if (done) return value;
      if (performance.now() - from < YIELD) continue;
      await yieldToMessages();
      if (signal.aborted) throw new Cancelled();
      from = performance.now();
    }
  } finally {
    work.return(undefined as never);
  }
}

/** Milliseconds between two calls: what people see need not be told more often. */
const PAUSE = 100;

/** Passes a share on that is done, at most ten times a second. */
export function seldom(tell: (share: number) => void): (share: number) => void {
  let told = -Infinity;
  return (share) => {
    if (performance.now() - told < PAUSE) return;
    told = performance.now();
    tell(share);
  };
}
