import { attachNative, isNativeModule } from './native/addon';
import type { NativeModule } from './native/addon';

/** A compiled build of the kernels, ready to be instantiated in any thread. */
export type KernelModule = WebAssembly.Module | NativeModule;

/** The compiled kernels in one thread; see kernels/program.c. */
export interface Kernels {
  /** Runs the program at an address as one of `threads` threads; one of ENDED. */
  run(program: number, thread: number, threads: number): number;
  /** Facts about the build: 0 columns of a tile, 1 scratch bytes of a thread, 2 elements of a norm's chunk. */
  describe(fact: number): number;
  /** First byte of the memory that the kernels do not use for themselves. */
  readonly dataEnd: number;
  /** Sets the end of this thread's own stack: without one of its own, threads would overwrite each other's. */
  setStack(top: number): void;
}

interface WasmExports {
  run: Kernels['run'];
  describe: Kernels['describe'];
  readonly __stack_pointer: WebAssembly.Global;
  readonly __heap_base: WebAssembly.Global;
}

/** Native code keeps its data elsewhere, but no block may begin at address 0. */
const NATIVE_DATA_END = 1024;

/**
 * One thread's instance of the kernels over the shared memory.
 * @throws Error when this machine or runtime cannot run the build
 */
export function instantiate(module: KernelModule, memory: WebAssembly.Memory): Kernels {
  if (isNativeModule(module)) {
    const { run, describe } = attachNative(module, memory);
    return { run, describe, dataEnd: NATIVE_DATA_END, setStack: () => undefined };
  }
  const word = (address: number) => new Int32Array(memory.buffer, address >>> 0, 1);
  const env = {
    memory,
    sleep_while: (address: number, value: number) => void Atomics.wait(word(address), 0, value),
    wake_all: (address: number) => void Atomics.notify(word(address), 0),
  };
  const exports = new WebAssembly.Instance(module, { env }).exports as unknown as WasmExports;
  return {
    run: exports.run,
    describe: exports.describe,
    dataEnd: exports.__heap_base.value,
    setStack: (top) => void (exports.__stack_pointer.value = top),
  };
}

/** How a program ended, as in kernels/threads.h. */
export const ENDED = { broken: 0, complete: 1, cutShort: 2 } as const;

/** Address of the two words that say whether Stop is wanted and whether the program may heed it, below all data. */
const STOP_ADDRESS = 64;
export const STOP = { wanted: 0, heeded: 1 } as const;
export const stopWords = (memory: WebAssembly.Memory): Int32Array => new Int32Array(memory.buffer, STOP_ADDRESS, 2);

/** A cell of a shared Int32Array that holds `value` as long as someone outside wants long work to stop. */
export interface StopSignal {
  buffer: SharedArrayBuffer;
  cell: number;
  value: number;
}
export const isWanted = ({ buffer, cell, value }: StopSignal): boolean =>
  Atomics.load(new Int32Array(buffer), cell) === value;

/** Bytes of one thread's stack. */
export const STACK_BYTES = 65_536;
/** Words of the control block that the threads of a pool share; the barrier follows at BARRIER (see kernels/threads.h). */
export const CONTROL = { sequence: 0, program: 1, sleeping: 2 } as const;
export const BARRIER = 16;
export const CONTROL_WORDS = 32;
const BARRIER_GENERATION = BARRIER + 1;
const BARRIER_BROKEN = BARRIER + 3;

/** Lets all threads that wait at the barrier go, and tells them that a thread has died. */
export function breakBarrier(control: Int32Array): void {
  Atomics.store(control, BARRIER_BROKEN, 1);
  Atomics.add(control, BARRIER_GENERATION, 1);
  Atomics.notify(control, BARRIER_GENERATION); // sleepers in native code look again by themselves, see native/sleep.h
}

/** What a thread is started with that only passes the wish to stop on, since whoever runs kernels cannot look. */
export interface WatcherData {
  memory: WebAssembly.Memory;
  stop: StopSignal;
}

/** What a kernel thread is started with. */
export interface KernelThreadData {
  memory: WebAssembly.Memory;
  module: KernelModule;
  /** Address of the control block. */
  control: number;
  stackTop: number;
  thread: number;
  threads: number;
}
