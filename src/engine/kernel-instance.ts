/** Functions that the compiled kernels export; see kernels/program.c. */
export interface Kernels {
  /** Runs the program at an address as one of `threads` threads. 1, or 0 when another thread died meanwhile. */
  run(program: number, thread: number, threads: number): number;
  /** Facts about the build: 0 columns of a tile, 1 scratch bytes of a thread, 2 elements of a norm's chunk. */
  describe(fact: number): number;
  readonly __stack_pointer: WebAssembly.Global;
  readonly __heap_base: WebAssembly.Global;
}

/**
 * One thread's instance of the kernels over the shared memory.
 * @param stackTop end of this thread's own stack: without one of its own, threads would overwrite each other's
 */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory, stackTop?: number): Kernels {
  const word = (address: number) => new Int32Array(memory.buffer, address >>> 0, 1);
  const env = {
    memory,
    sleep_while: (address: number, value: number) => void Atomics.wait(word(address), 0, value),
    wake_all: (address: number) => void Atomics.notify(word(address), 0),
  };
  const kernels = new WebAssembly.Instance(module, { env }).exports as unknown as Kernels;
  if (stackTop !== undefined) kernels.__stack_pointer.value = stackTop;
  return kernels;
}

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
  Atomics.notify(control, BARRIER_GENERATION);
}

/** What a kernel thread is started with. */
export interface KernelThreadData {
  memory: WebAssembly.Memory;
  module: WebAssembly.Module;
  /** Address of the control block. */
  control: number;
  stackTop: number;
  thread: number;
  threads: number;
}
