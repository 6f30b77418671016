import { registerKernel, unregisterKernel, getKernel } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';

/** A compiled kernel's TypeScript side: checks shapes, makes the outputs, builds and runs the program. */
export type HeapKernel<I, A> = (inputs: I, attrs: A, backend: HeapBackend) => TensorInfo | TensorInfo[];

/** Registers a kernel for the backend, in the place of an inherited one of that name. */
export function register<I, A = object>(backendName: string, kernelName: string, kernel: HeapKernel<I, A>): void {
  if (getKernel(kernelName, backendName)) unregisterKernel(kernelName, backendName);
  registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const heap = backend as HeapBackend;
      return heap.guarded(() => kernel(inputs as I, (attrs ?? {}) as A, heap));
    },
  });
}

/** Runs the cpu's kernel of that name on the same inputs, for the cases that a compiled one leaves to it. */
export function inherited(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap,
  backend: HeapBackend,
): TensorInfo {
  const config = getKernel(kernelName, 'cpu');
  if (!config) throw new Error(`The cpu backend has no kernel ${kernelName}.`);
  return config.kernelFunc({ inputs, attrs, backend }) as TensorInfo;
}

/**
 * Fails unless a tensor has the expected shape.
 * @param kernel and @param name for the message: "LstmSequence: weight must be [8,2], not [2,8]."
 */
export function expectShape(kernel: string, name: string, tensor: TensorInfo, shape: readonly number[]): void {
  if (tensor.shape.length === shape.length && shape.every((size, i) => size === tensor.shape[i])) return;
  throw new Error(`${kernel}: ${name} must be [${shape.join(',')}], not [${tensor.shape.join(',')}].`);
}

/** Fails unless all numbers lie in 0..size-1; `weights` of 0 excuse their numbers. */
export function expectInRange(
  kernel: string,
  ids: Int32Array,
  size: number,
  what: string,
  weights?: Float32Array,
): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i];
    if (id >= 0 && id < size) continue;
    if (weights && weights[i] === 0) continue;
    throw new Error(`${kernel}: ${what} ${id} at position ${i} is outside 0 to ${size - 1}.`);
  }
}

/** Fails unless `lengths` is [batch] of int32, each in 0..time. */
export function expectLengths(
  kernel: string,
  lengths: TensorInfo,
  batch: number,
  time: number,
  backend: HeapBackend,
): void {
  expectShape(kernel, 'lengths', lengths, [batch]);
  expectInRange(kernel, backend.values(lengths) as Int32Array, time + 1, 'length');
}
