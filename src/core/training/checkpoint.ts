import type { Variable } from '@tensorflow/tfjs-core';
import { UserError } from '../errors';
import type { NamedVariable } from '../layers/parameters';
import { floatTensor, OPTIMIZER_PREFIX } from '../models/checkpoint-model';
import type { AdamState } from '../ops/adam';
import type { NamedTensor } from '../runs/safetensors';

/** A tensor for a checkpoint; the values are copied. */
export function namedTensor(name: string, shape: number[], values: ArrayLike<number>): NamedTensor {
  return { name, dtype: 'F32', shape: [...shape], data: Float32Array.from(values) };
}

/** The weights of a model under their names. */
export function weightTensors(parameters: NamedVariable[]): NamedTensor[] {
  return parameters.map(({ name, variable }) => namedTensor(name, variable.shape, variable.dataSync()));
}

/** Adam's moments: "optimizer.m.<parameter>" and "optimizer.v.<parameter>". */
export function momentTensors(parameters: NamedVariable[], state: AdamState): NamedTensor[] {
  return parameters.flatMap(({ name, variable: { shape } }, k) => [
    namedTensor(`${OPTIMIZER_PREFIX}m.${name}`, shape, state.m[k]),
    namedTensor(`${OPTIMIZER_PREFIX}v.${name}`, shape, state.v[k]),
  ]);
}

/** The opposite of momentTensors. Throws UserError when a moment is missing or has another shape. */
export function readMoments(parameters: NamedVariable[], tensors: Map<string, NamedTensor>, step: number): AdamState {
  const read = (kind: string, name: string, variable: Variable) =>
    floatTensor(tensors, `${OPTIMIZER_PREFIX}${kind}.${name}`, variable.shape);
  return {
    step,
    m: parameters.map(({ name, variable }) => read('m', name, variable)),
    v: parameters.map(({ name, variable }) => read('v', name, variable)),
  };
}

/** Throws UserError when the metadata lack a number of steps. */
export function readStep(metadata: Record<string, string>): number {
  if (/^\d{1,15}$/.test(metadata.step ?? '')) return Number(metadata.step);
  throw new UserError('The checkpoint does not say after how many steps it was made: train again from the start.');
}

/** Throws UserError when the metadata lack a generator's state; its words are checked by Random.restore. */
export function readRandomState(metadata: Record<string, string>): number[] {
  try {
    return JSON.parse(metadata.random ?? '') as number[];
  } catch {
    throw new UserError('The checkpoint lacks the state of its random generator: train again from the start.');
  }
}
