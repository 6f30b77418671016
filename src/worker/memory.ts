import { totalmem } from 'node:os';
import { UserError } from '../core/errors';

/** What the engine, V8 and Node say when an allocation fails. */
const FULL = /tensor memory is full|allocation failed|invalid typed array length|out of memory/i;
/** Bytes that 32-bit kernels can address. */
const ADDRESSABLE = 2 ** 32;
/** Share of the machine's memory that a model may take. */
const SHARE = 0.8;

/** A sentence for a failed allocation, since the recipe can mend that; undefined for every other error. */
export function tooLarge(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError || !FULL.test(error.message)) return undefined;
  return new UserError(
    'There is not enough memory for this model: lower model.hidden, model.layers, training.batch or training.length.',
  );
}

/** Bytes that a model may take on this machine. */
export function memoryLimit(): number {
  return Math.min(ADDRESSABLE, totalmem() * SHARE);
}
