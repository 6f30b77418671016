/** Milliseconds of work before others have their turn. */
const TURN = 4;

/** Runs long work a slice at a time, so that typing never waits for it. Undefined when `isWanted` says no meanwhile. */
export async function inSlices<T>(work: Generator<void, T>, isWanted: () => boolean): Promise<T | undefined> {
  for (;;) {
    const until = performance.now() + TURN;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < until);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (!isWanted()) return undefined;
  }
}
