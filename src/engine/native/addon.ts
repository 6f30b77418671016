/** Instruction sets that the native kernels are compiled for, as addon.c names them. */
export const INSTRUCTION_SETS = ['avx512', 'avx2', 'sse2', 'neon'] as const;
export type InstructionSet = (typeof INSTRUCTION_SETS)[number];

/** What stands in for a WebAssembly module where the kernels are native; can be sent to another thread. */
export interface NativeModule {
  /** Path of kernels.node. */
  addon: string;
  instructions: InstructionSet;
}

export const isNativeModule = (module: object): module is NativeModule => 'addon' in module;

/** What addon.c exports. */
interface Addon {
  /** Those that run on this processor, the fastest first. */
  instructionSets: InstructionSet[];
  attach(bytes: Uint8Array, instructions: InstructionSet): NativeFunctions;
}

/** The same two functions that the WebAssembly builds export. */
export interface NativeFunctions {
  run(program: number, thread: number, threads: number): number;
  describe(fact: number): number;
}

/**
 * Loads the addon into this thread. Machine code that does not fit this machine can end the process: what comes from
 * outside must have passed `verifyNative` before.
 * @throws Error when the file is missing or no addon
 */
export function loadAddon(path: string): Addon {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Addon;
}

/**
 * The native kernels over the bytes of a shared memory, which may grow later.
 * @throws Error when the addon does not load, or the processor lacks the instructions
 */
export function attachNative({ addon, instructions }: NativeModule, memory: WebAssembly.Memory): NativeFunctions {
  return loadAddon(addon).attach(new Uint8Array(memory.buffer), instructions);
}
