import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { prepareBackend } from '../../../src/engine/select';
import type { BackendOptions, PreparedBackend } from '../../../src/engine/select';
import { cacheFolder, nativeBuilds, nativeFolder } from './native-folder';
import { threadScript } from './thread-script';

export type Shape = number[];

/** Every build that this machine can run, at thread counts that must not change a bit of the results. */
export const everyBuild = [
  ...(['relaxed', ...nativeBuilds] as const).flatMap((build) => [1, 2, 3].map((threads) => ({ threads, build }))),
  { threads: 2, build: 'plain' as const },
];

/** Starts the compiled kernels, sharing even the smallest work, and fails with the engine's words where they do not run. */
export async function startKernels(threads: number, options: Partial<BackendOptions> = {}): Promise<PreparedBackend> {
  const prepared = await prepareBackend({
    choice: 'kernels',
    threads,
    threadScript: await threadScript(),
    shareFrom: 0,
    nativeFolder,
    cacheFolder,
    // As the environment says if it does: all suites can run on any build.
    builds: process.env.SEQUENCE_LAB_ENGINE_BUILD ? undefined : ['relaxed'],
    ...options,
  });
  expect(prepared.backend, prepared.notes.join(' ')).toBe('heap');
  expect(prepared.threads).toBe(threads);
  return prepared;
}

/** Numbers in -1..1, the same for the same seed (mulberry32). */
export function noise(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  });
}

export const sizeOf = (shape: Shape) => shape.reduce((product, size) => product * size, 1);

/** A tensor of noise, and the same numbers as an array. */
export function noisy(shape: Shape, seed: number, scale = 1): { tensor: tf.Tensor; values: Float32Array } {
  const values = noise(sizeOf(shape), seed).map((value) => value * scale);
  return { tensor: tf.tensor(values.slice(), shape), values };
}

/** Runs a kernel by name; a single output comes as a list of one. */
export function run(kernel: string, inputs: Record<string, tf.Tensor>, attrs: tf.NamedAttrMap = {}): tf.Tensor[] {
  const outputs = tf.engine().runKernel(kernel, inputs, attrs) as tf.Tensor | tf.Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** Values of tensors as arrays of their own. */
export const read = (tensors: tf.Tensor[]) => tensors.map((tensor) => tensor.dataSync() as Float32Array);

/** Greatest difference relative to the greatest expected value (at least 1). */
export function error(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let difference = 0;
  let scale = 1;
  for (let i = 0; i < expected.length; i++) {
    if (!(Number.isNaN(actual[i]) && Number.isNaN(expected[i]))) {
      const distance = Math.abs(actual[i] - expected[i]);
      if (!(distance <= difference)) difference = distance;
    }
    if (Math.abs(expected[i]) > scale) scale = Math.abs(expected[i]);
  }
  return difference / scale;
}

/** Expects each output to agree with its reference to float32's precision over sums of that length. */
export function expectClose(
  actual: ArrayLike<number>[],
  expected: ArrayLike<number>[],
  names: string[],
  tolerance = 2e-5,
): void {
  names.forEach((name, k) => expect(error(actual[k], expected[k]), name).toBeLessThan(tolerance));
}

/** Bytes that are in use after Node's collector has run: of JavaScript's own heap, outside it, and of the process. */
export function memoryInUse(): { heap: number; external: number; resident: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed: heap, external, rss: resident } = process.memoryUsage();
  return { heap, external, resident };
}

/** Fails when more than what compiling hot code explains was added since `before`. */
export function expectFlat(before: ReturnType<typeof memoryInUse>): void {
  const now = memoryInUse();
  expect(now.heap - before.heap).toBeLessThan(2 ** 21);
  expect(now.external - before.external).toBeLessThan(2 ** 18);
  expect(now.resident - before.resident).toBeLessThan(2 ** 25);
}
