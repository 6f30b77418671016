import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { CONTROL, CONTROL_WORDS, STOP, breakBarrier, instantiate, stopWords } from './kernel-instance';
import type { KernelThreadData, WatcherData } from './kernel-instance';
import { testNative } from './native/self-test';

/** Looks at the sequence number before sleeping: some 100 us, the pause between two calls of a training step. */
const SPINS = 20_000;
/** The same while spinning mostly fails, since others want the cores; see spin_rounds in kernels/threads.h. */
const BRIEF_SPINS = SPINS / 16;
const [MISS, MISSES_AT_MOST, MANY_MISSES, FULL_EVERY] = [3, 12, 8, 8];
let misses = 0;
let waits = 0;

/** Waits until the sequence number differs from `seen`, first spinning, then asleep, and returns the new one. */
function nextSequence(control: Int32Array, seen: number): number {
  const full = misses < MANY_MISSES || waits++ % FULL_EVERY === 0;
  for (let spin = full ? SPINS : BRIEF_SPINS; spin > 0; spin--) {
    const sequence = Atomics.load(control, CONTROL.sequence);
    if (sequence === seen) continue;
    if (full && misses > 0) misses--;
    return sequence;
  }
  if (full) misses = Math.min(misses + MISS, MISSES_AT_MOST);
  Atomics.add(control, CONTROL.sleeping, 1);
  while (Atomics.load(control, CONTROL.sequence) === seen) Atomics.wait(control, CONTROL.sequence, seen);
  Atomics.sub(control, CONTROL.sleeping, 1);
  return Atomics.load(control, CONTROL.sequence);
}

/** Runs its share of every program until the pool closes (program address 0). */
function serve(data: KernelThreadData): void {
  const control = new Int32Array(data.memory.buffer, data.control, CONTROL_WORDS);
  const kernels = instantiate(data.module, data.memory);
  kernels.setStack(data.stackTop);
  let sequence = Atomics.load(control, CONTROL.sequence);
  parentPort?.postMessage('ready');
  for (;;) {
    sequence = nextSequence(control, sequence);
    const program = Atomics.load(control, CONTROL.program) >>> 0;
    if (program === 0) return;
    try {
      kernels.run(program, data.thread, data.threads);
    } catch (error) {
      // The others must not wait at the barrier for a thread that will never come.
      breakBarrier(control);
      throw error;
    }
  }
}

/** Sleeps until the signal changes, and tells the kernels when it means Stop; only their pool takes that back. */
function watch({ memory, stop: { buffer, cell, value } }: WatcherData): never {
  const [signal, words] = [new Int32Array(buffer), stopWords(memory)];
  parentPort?.postMessage('ready');
  for (;;) {
    const now = Atomics.load(signal, cell);
    if (now === value) Atomics.store(words, STOP.wanted, 1);
    Atomics.wait(signal, cell, now);
  }
}

// As a process of its own this script tries the native kernels out, so that a crash harms nobody; see native/verify.ts.
if (isMainThread) void testNative(process.argv[2], process.argv[3]).then((line) => console.log(line));
else if ('stop' in (workerData as object)) watch(workerData as WatcherData);
else serve(workerData as KernelThreadData);
