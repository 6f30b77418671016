import { UserError } from '../errors';
import type { NamedVariable } from '../layers/parameters';
import type { NamedTensor } from '../runs/safetensors';
import type { SpectralPenalty } from './regularisers';
import type { ScheduleState } from './schedule';

/** What a weight update remembers besides weights and the optimiser's tensors; JSON in a checkpoint's metadata. */
export interface UpdateState {
  schedule: ScheduleState;
  /** Whether the mean of the weights has begun. */
  averaging: boolean;
  /** Steps before it began. */
  averageFrom: number;
  /** What the spectral penalty remembers of each matrix. */
  spectral: number[][];
}

/** A tensor for a checkpoint; the values are copied. */
export function namedTensor(name: string, shape: number[], values: ArrayLike<number>): NamedTensor {
  return { name, dtype: 'F32', shape: [...shape], data: Float32Array.from(values) };
}

/** The weights of a model under their names. */
export function weightTensors(parameters: NamedVariable[]): NamedTensor[] {
  return parameters.map(({ name, variable }) => namedTensor(name, variable.shape, variable.dataSync()));
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

/** Throws UserError when the metadata lack what a weight update remembers, or it does not fit. */
export function readUpdateState(metadata: Record<string, string>, penalty: SpectralPenalty): UpdateState {
  try {
    const state = JSON.parse(metadata.update ?? '') as UpdateState;
    const { scale, best, waited } = state.schedule;
    const numbers = [scale, best ?? 0, waited, state.averageFrom];
    if (!numbers.every(Number.isFinite) || typeof state.averaging !== 'boolean' || !penalty.accepts(state.spectral)) {
      throw new RangeError('The state does not fit.');
    }
    return state;
  } catch {
    throw new UserError('The checkpoint lacks the state of its schedule: train again from the start.');
  }
}
