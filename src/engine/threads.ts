import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Cancelled } from '../core/errors';
import {
  BARRIER,
  CONTROL,
  CONTROL_WORDS,
  ENDED,
  STACK_BYTES,
  STOP,
  breakBarrier,
  instantiate,
  isWanted,
  stopWords,
} from './kernel-instance';
import type { KernelModule, KernelThreadData, Kernels, StopSignal, WatcherData } from './kernel-instance';
import { sharedBy, type Program } from './program';

/** Most words of all programs that wait; OptimiserStep over some thousand parameters. */
const PROGRAM_WORDS = 65_536;
/** Words before the operations, as in kernels/program.c, and the places of some of them. */
const HEADER_WORDS = 5;
const HEADER = { words: 3, from: 4 } as const;
/** Below so many multiplications a program runs on the calling thread alone: waking the others would take longer. */
const SHARE_FROM = 60_000;

export interface PoolOptions {
  /** The compiled kernels. */
  module: KernelModule;
  /** Shared memory; the pool uses its beginning, see `KernelPool.end`. */
  memory: WebAssembly.Memory;
  /** Threads including the calling one, at least 1. */
  threads: number;
  /** Path of the bundled kernel-thread.js; only needed for more than one thread. */
  script?: string;
  /** Multiplications from which on a program is shared among the threads; 0 shares all, for tests. */
  shareFrom?: number;
  /** What cuts programs short while `heedsStop`; needs the script. */
  stop?: StopSignal;
}

/**
 * Threads for the kernels: physical cores minus one, so that the editor stays quick, but two where there are only two,
 * and at most eight.
 */
export function defaultThreadCount(cores = physicalCores()): number {
  return Math.max(1, Math.min(8, cores <= 2 ? cores : cores - 1));
}

/** Physical cores that this process may use: two hardware threads of one core compute no faster than one. */
export function physicalCores(): number {
  const logical = Math.max(1, availableParallelism());
  const siblings = new Set(cpus().map((_, cpu) => siblingsOf(cpu) ?? `${cpu}`));
  return Math.max(1, Math.round(logical * (siblings.size / Math.max(1, cpus().length))));
}

/** The hardware threads of a logical processor's core, as Linux names them; undefined elsewhere. */
function siblingsOf(cpu: number): string | undefined {
  try {
    return readFileSync(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, 'utf8').trim();
  } catch {
    // macOS has one hardware thread a core on all that is sold; Windows on x64 mostly two.
    return process.platform === 'win32' && process.arch === 'x64' ? `${cpu >> 1}` : undefined;
  }
}

/**
 * Runs programs on the calling thread and `threads - 1` others, all side by side on one shared memory. Programs wait until
 * somebody wants to see what they compute and then run in one call, one behind the other; when it returns, all threads are
 * done. The others spin for a moment between calls, then sleep.
 */
export class KernelPool {
  /** Calls that have run what waited: what was added since the last one has not been computed yet. */
  calls = 0;
  private heeds = false;
  /** Words of the programs that wait, where each of them begins, and whether one of them is worth sharing. */
  private used = 0;
  private readonly begins: number[] = [];
  private shared = false;
  private closed = false;
  private failure: Error | undefined;

  private constructor(
    readonly threads: number,
    /** First byte of the memory that the pool does not use itself. */
    readonly end: number,
    private readonly kernels: Kernels,
    private readonly control: Int32Array,
    private readonly program: Int32Array,
    private readonly workers: Worker[],
    private readonly shareFrom: number,
    private readonly stopWords: Int32Array,
    private readonly stop: StopSignal | undefined,
  ) {}

  /**
   * Starts the threads and waits until they are ready.
   * @throws Error when the script is missing or a thread does not start
   */
  static async start(options: PoolOptions): Promise<KernelPool> {
    const { module, memory, threads, script, shareFrom = SHARE_FROM, stop } = options;
    if (threads > 1 && !(script && existsSync(script)))
      throw new Error(`The kernel thread's script is missing: ${script}`);
    const kernels = instantiate(module, memory);
    const layout = layoutFor(kernels, threads);
    const missing = Math.ceil((layout.end - memory.buffer.byteLength) / 65_536);
    if (missing > 0) memory.grow(missing);
    kernels.setStack(layout.stackTop(0));
    const control = new Int32Array(memory.buffer, layout.control, CONTROL_WORDS).fill(0);
    const program = new Int32Array(memory.buffer, layout.program, PROGRAM_WORDS);
    program.set([layout.control + BARRIER * 4, layout.scratch, layout.scratchBytes]);

    const workers: Worker[] = [];
    const words = stopWords(memory);
    const pool = new KernelPool(threads, layout.end, kernels, control, program, workers, shareFrom, words, stop);
    const started: Promise<void>[] = [];
    const startThread = (name: string, workerData: KernelThreadData | WatcherData) => {
      const worker = new Worker(script!, { workerData, name });
      workers.push(worker);
      started.push(ready(worker));
      worker.on('error', (error) => pool.breakOff(error));
    };
    for (let thread = 1; thread < threads; thread++) {
      const stackTop = layout.stackTop(thread);
      startThread(`kernel ${thread}`, { memory, module, control: layout.control, stackTop, thread, threads });
    }
    if (stop && script) startThread('stop', { memory, stop });
    try {
      await Promise.all(started);
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw error;
    }
    // From here on they do not keep the process alive.
    for (const worker of workers) worker.unref();
    return pool;
  }

  /** Facts about the build that the callers of its kernels must know. */
  get facts(): { tileColumns: number; normChunk: number } {
    return { tileColumns: this.kernels.describe(0), normChunk: this.kernels.describe(2) };
  }

  /** Whether Stop cuts programs short at the moment. */
  get heedsStop(): boolean {
    return this.heeds;
  }

  set heedsStop(on: boolean) {
    // What waits was added under the other rule. It is not cut short: whoever ends a job wants no error of it.
    if (this.used > 0) this.runAll(false);
    this.heeds = on;
  }

  /** Whether a program waits. */
  get waits(): boolean {
    return this.used > 0;
  }

  /**
   * Adds a program to those that wait; one that changes what it reads is run at once, with all before it. On all threads if
   * its work is worth it. What it reads must stay as it is until it has run.
   * @throws as `settle`, and Error when the program is too long
   */
  add({ words, work, inPlace }: Program): void {
    if (this.closed) throw this.failure ?? new Error('The kernel threads are closed.');
    const isShared = work >= this.shareFrom;
    const head = sharedBy(isShared ? this.threads : 1);
    const length = head.length + words.length;
    const room = this.program.length - HEADER_WORDS;
    if (length > room) throw new Error('The kernel program is too long.');
    if (inPlace || this.used + length > room) this.settle();
    const at = HEADER_WORDS + this.used;
    this.program.set(head, at);
    this.program.set(words, at + head.length);
    this.begins.push(this.used);
    this.used += length;
    this.shared ||= isShared;
    if (inPlace) this.runAll(false);
  }

  /**
   * Runs what waits to its end.
   * @throws Cancelled when it was cut short; its outputs then hold anything
   * @throws Error when the pool is closed or one of its threads has died; it stays unusable then
   */
  settle(): void {
    if (this.used > 0) this.runAll(this.heeds);
  }

  /** Runs a program now; see `add` and `settle`. */
  run(program: Program): void {
    this.add(program);
    this.settle();
  }

  /** Forgets what waits: nobody will look at it. */
  drop(): void {
    [this.used, this.begins.length, this.shared] = [0, 0, false];
  }

  private runAll(heeds: boolean): void {
    try {
      if (this.closed) throw this.failure ?? new Error('The kernel threads are closed.');
      this.program[HEADER.words] = this.used;
      this.program[HEADER.from] = 0;
      Atomics.store(this.stopWords, STOP.heeded, heeds ? 1 : 0);
      while (this.runThreads(this.shared ? this.threads : 1) === ENDED.cutShort) {
        if (this.stop && isWanted(this.stop)) throw new Cancelled();
        this.forgetStop(); // an old wish that reached us late: the program that it has cut runs again
        const cut = this.program[HEADER.from];
        this.program[HEADER.from] = this.begins.findLast((begin) => begin <= cut)!;
      }
    } finally {
      this.drop();
      this.calls++;
    }
  }

  /** Forgets a wish to stop that is no longer there. */
  forgetStop(): void {
    Atomics.store(this.stopWords, STOP.wanted, 0);
    if (this.stop && isWanted(this.stop)) Atomics.store(this.stopWords, STOP.wanted, 1); // it came just now
  }

  /** Runs the programs; returns ENDED's complete or cutShort. */
  private runThreads(threads: number): number {
    if (threads > 1) {
      Atomics.store(this.control, CONTROL.program, this.program.byteOffset);
      Atomics.add(this.control, CONTROL.sequence, 1);
      if (Atomics.load(this.control, CONTROL.sleeping) > 0) Atomics.notify(this.control, CONTROL.sequence);
    }
    let ended: number = ENDED.broken;
    try {
      ended = this.kernels.run(this.program.byteOffset, 0, threads);
    } catch (error) {
      this.breakOff(error as Error);
      throw error;
    }
    if (ended === ENDED.broken) {
      this.breakOff(new Error('A kernel thread died; start the engine anew.'));
      throw this.failure;
    }
    return ended;
  }

  /** Ends the threads. The pool cannot be used any more. */
  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.drop();
      Atomics.store(this.control, CONTROL.program, 0);
      Atomics.add(this.control, CONTROL.sequence, 1);
      Atomics.notify(this.control, CONTROL.sequence);
    }
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private breakOff(error: Error): void {
    this.failure ??= error;
    this.closed = true;
    breakBarrier(this.control);
  }
}

/** Where things lie at the beginning of the memory: [kernels' data][control][program][stacks][scratch]... */
function layoutFor(kernels: Kernels, threads: number) {
  const align = (address: number, to: number) => Math.ceil(address / to) * to;
  const control = align(kernels.dataEnd, 128);
  const program = align(control + CONTROL_WORDS * 4, 128);
  const stacks = align(program + PROGRAM_WORDS * 4, 128);
  const scratch = align(stacks + threads * STACK_BYTES, 4096);
  const scratchBytes = align(kernels.describe(1), 4096);
  return {
    control,
    program,
    stackTop: (thread: number) => stacks + (thread + 1) * STACK_BYTES,
    scratch,
    scratchBytes,
    end: scratch + threads * scratchBytes,
  };
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`A kernel thread ended with code ${code} before it was ready.`)));
  });
}
