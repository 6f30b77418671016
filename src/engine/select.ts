import { availableParallelism } from 'node:os';
import '@tensorflow/tfjs-backend-cpu';
import { backend, ready, setBackend, tensor2d, tidy, matMul } from '@tensorflow/tfjs-core';
import { HEAP_BACKEND, registerHeapBackend } from './backend';
import { UserError } from '../core/errors';
import type { KernelModule, StopSignal } from './kernel-instance';
import { compileKernels } from './modules';
import type { KernelBuild, NativeBuild, WasmBuild } from './modules';
import { INSTRUCTION_SETS, isNativeModule } from './native/addon';
import { hasNative, verifyNative } from './native/verify';
import { findTensorflow, useTensorflow } from './tensorflow/load';
import { defaultThreadCount } from './threads';

export interface BackendOptions {
  /** `auto` is the fastest of the own builds that works here; the setting sequenceLab.backend. */
  choice: 'auto' | 'kernels' | 'tensorflow' | 'cpu';
  /** Kernel threads including the calling one; 0 for `defaultThreadCount()`. */
  threads: number;
  /** Path of dist/kernel-thread.js. Without it only the calling thread computes. */
  threadScript?: string;
  /** Folder of relaxed.wasm and plain.wasm; the engine's own if left out. */
  kernelFolder?: string;
  /**
   * Folder of the native kernels, <folder>/linux-x64/kernels.node; without it, or where it holds none for this
   * platform, WebAssembly computes.
   */
  nativeFolder?: string;
  /** Where the results of the native kernels' self-test are remembered; the user's cache folder if left out. */
  cacheFolder?: string;
  /** Builds to try, in this order; for tests and measurements. The variable SEQUENCE_LAB_ENGINE_BUILD names one. */
  builds?: readonly KernelBuild[];
  /** Multiplications from which on a kernel's work is shared among the threads; 0 shares all, for tests. */
  shareFrom?: number;
  /** Folders to look for tfjs-node from. */
  tensorflowFolders?: readonly string[];
  /** Cuts long kernels short while `heedStop(true)`; only those of our own, and only with a thread script. */
  stop?: StopSignal;
}

export interface PreparedBackend {
  /** TF.js's name of the backend that is current now. */
  backend: 'heap' | 'tensorflow' | 'cpu';
  /** Build of the kernels, or `none` for the other backends. */
  build: WasmBuild | NativeBuild | 'none';
  /** Threads that compute, including the calling one. */
  threads: number;
  /** One sentence for each thing that was wanted and did not work. */
  notes: string[];
  /** From now on, Stop makes compiled kernels throw Cancelled in the middle of their work, or no longer. */
  heedStop(on: boolean): void;
  /** Ends the kernel threads. Tensors on the backend are lost. */
  close(): Promise<void>;
}

const reasonOf = (error: unknown) => (error as Error).message.split('\n')[0];

/**
 * Chooses a backend for this thread, makes it TF.js's current one and waits until it is ready. Own kernels that do not
 * work fall back: native, relaxed build, plain build, cpu, with a note each. Call `close` before preparing another one.
 * @throws UserError when `tensorflow` is wanted and not there
 */
export async function prepareBackend(options: BackendOptions): Promise<PreparedBackend> {
  if (options.choice === 'tensorflow') {
    await useTensorflow(options.tensorflowFolders ?? []);
    return { backend: 'tensorflow', ...NO_KERNELS, ...tensorflowThreads(options.threads) };
  }
  const notes: string[] = [];
  if (options.choice !== 'cpu') {
    const threads = usableThreads(options, notes);
    for (const build of buildsToTry(options)) {
      try {
        return { backend: 'heap', threads, notes, ...(await startKernels(build, threads, options)) };
      } catch (error) {
        notes.push(`The ${build}${isWasm(build) ? ' SIMD' : ''} kernels do not run here: ${reasonOf(error)}`);
      }
    }
    notes.push('No compiled kernels run here, so TensorFlow.js computes in plain JavaScript, some 50 times slower.');
  }
  await setBackend('cpu');
  await ready();
  (backend() as unknown as { firstUse: boolean }).firstUse = false; // it would advise another backend on its first tensor
  return { backend: 'cpu', threads: 1, notes, ...NO_KERNELS };
}

/** What the other backends have in the place of compiled kernels. */
const NO_KERNELS = { build: 'none', heedStop: () => undefined, close: async () => undefined } as const;

const isWasm = (build: KernelBuild): build is WasmBuild => build === 'relaxed' || build === 'plain';
const KERNEL_BUILDS: readonly KernelBuild[] = [
  'native',
  ...INSTRUCTION_SETS.map((name) => `native (${name})` as const),
  'relaxed',
  'plain',
];

/** The builds that the caller or the environment names, else all that are installed, the fastest first. */
function buildsToTry({ builds, nativeFolder }: BackendOptions): readonly KernelBuild[] {
  if (builds) return builds;
  const name = process.env.SEQUENCE_LAB_ENGINE_BUILD;
  if (!name) return hasNative(nativeFolder) ? ['native', 'relaxed', 'plain'] : ['relaxed', 'plain'];
  const build = KERNEL_BUILDS.find((each) => each === name);
  if (!build)
    throw new UserError(`SEQUENCE_LAB_ENGINE_BUILD is "${name}"; set it to one of ${KERNEL_BUILDS.join(', ')}.`);
  return [build];
}

/** What could be chosen on this machine, without starting anything. `native` may still fail its self-test. */
export function availableBackends(
  options: Pick<BackendOptions, 'kernelFolder' | 'nativeFolder' | 'tensorflowFolders'>,
): { builds: KernelBuild[]; tensorflow: boolean } {
  const wasm = (['relaxed', 'plain'] as const).filter((build) => {
    try {
      compileKernels(build, options.kernelFolder);
      return true;
    } catch {
      return false;
    }
  });
  const builds: KernelBuild[] = hasNative(options.nativeFolder) ? ['native', ...wasm] : wasm;
  return { builds, tensorflow: findTensorflow(options.tensorflowFolders ?? []) !== undefined };
}

/** TensorFlow takes all processors, or what its own variable said when the process began. */
function tensorflowThreads(wanted: number): Pick<PreparedBackend, 'threads' | 'notes'> {
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  if (!wanted || wanted === threads) return { threads, notes: [] };
  const note = `TensorFlow computes with ${threads} threads; set TF_NUM_INTRAOP_THREADS before the start to change that.`;
  return { threads, notes: [note] };
}

function usableThreads({ threads, threadScript }: BackendOptions, notes: string[]): number {
  const wanted = Math.max(1, Math.floor(threads) || defaultThreadCount());
  if (wanted === 1 || threadScript !== undefined) return wanted;
  notes.push('No script for kernel threads was given, so one thread computes.');
  return 1;
}

/** A build's code, ready to be started in any thread. */
function moduleOf(build: KernelBuild, options: BackendOptions): KernelModule | Promise<KernelModule> {
  if (isWasm(build)) return compileKernels(build, options.kernelFolder);
  const { nativeFolder: folder, threadScript: script, cacheFolder } = options;
  if (folder === undefined) throw new Error('no folder of native kernels was given.');
  return verifyNative({
    folder,
    script,
    cacheFolder,
    instructions: INSTRUCTION_SETS.find((name) => build.includes(name)),
  });
}

/** Starts one build and checks that it multiplies correctly. */
async function startKernels(
  build: KernelBuild,
  threads: number,
  options: BackendOptions,
): Promise<Pick<PreparedBackend, 'build' | 'heedStop' | 'close'>> {
  const module = await moduleOf(build, options);
  const { pool, close } = await registerHeapBackend({
    module,
    threads,
    script: options.threadScript,
    shareFrom: options.shareFrom,
    stop: options.stop,
  });
  try {
    if (!(await setBackend(HEAP_BACKEND))) throw new Error('the backend did not start.');
    await ready();
    checkProduct();
    const heedStop = (on: boolean) => {
      pool.forgetStop();
      pool.heedsStop = on;
    };
    return {
      build: isNativeModule(module) ? `native (${module.instructions})` : (build as WasmBuild),
      heedStop,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Multiplies small whole numbers, which every build must do without any error, on all threads. */
function checkProduct(): void {
  const [rows, depth, columns] = [67, 45, 83];
  const a = Float32Array.from({ length: rows * depth }, (_, i) => (i % 7) - 3);
  const b = Float32Array.from({ length: depth * columns }, (_, i) => (i % 5) - 2);
  const product = tidy(() => matMul(tensor2d(a, [rows, depth]), tensor2d(b, [depth, columns])).dataSync());
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += a[i * depth + k] * b[k * columns + j];
      if (product[i * columns + j] !== sum) throw new Error('a test product came out wrong.');
    }
  }
}
