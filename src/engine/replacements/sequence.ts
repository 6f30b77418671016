import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import type { Program } from '../program';

/** Sizes of a recurrent sequence; `gates` is the number of [units, units] blocks in its weight. */
export interface SequenceSize {
  time: number;
  batch: number;
  units: number;
  gates: number;
  reversed?: boolean;
}

/** Addresses of the blocks that every pass reads or writes; see `Sequence` in kernels/recurrent.h. */
export interface SequenceBlocks {
  weight: number;
  h0: number;
  y: number;
  lengths?: number;
  mask?: number;
  /** Only where h0 and y are not what the products read, see `keepsRead`. */
  read?: number;
}

/** Work of one step's activations of one unit, in multiplications. */
const ACTIVATIONS = 64;

/** All multiplications of a pass through time. */
export function sequenceWork({ time, batch, units, gates }: SequenceSize): number {
  return time * batch * units * (gates * units + ACTIVATIONS);
}

/** Whether a pass must keep what its products read: masked states, or those of rows that join at different steps. */
export function keepsRead({
  reversed,
  lengths,
  mask,
}: {
  reversed?: boolean;
  lengths?: unknown;
  mask?: unknown;
}): boolean {
  return Boolean(mask || (reversed && lengths));
}

/** A step or two of sampling reads the weight as it is; packing it first pays only for longer work. */
function usesPlainWeight({ time, batch }: SequenceSize): boolean {
  return batch === 1 || time * batch <= 4;
}

export const paddedUnits = (units: number, tileColumns: number) => Math.ceil(units / tileColumns) * tileColumns;

/** Scratch of one pass, laid out one after the other; see `Sequence` in kernels/recurrent.h. */
export function sequenceScratch({ batch, units, gates }: SequenceSize, tileColumns: number) {
  const padded = paddedUnits(units, tileColumns);
  const panels = gates * padded * units;
  const rows = batch * gates * units;
  const products = batch * Math.max(gates * tileColumns, padded);
  return { panels, rows, products, floats: panels + rows + products };
}

/** The words that every recurrent operation begins with. */
function sequenceWords(
  size: SequenceSize,
  { weight, h0, y, lengths = 0, mask = 0, read = 0 }: SequenceBlocks,
  scratch: number,
  tileColumns: number,
  plain: boolean,
): number[] {
  const { time, batch, units, reversed } = size;
  const { panels, rows } = sequenceScratch(size, tileColumns);
  const atRows = scratch + panels * 4;
  return [
    ...[time, batch, units, reversed ? 1 : 0, lengths, mask, read],
    ...[weight, plain ? 0 : scratch, atRows, atRows + rows * 4, h0, y],
  ];
}

/** Begins a forward program, packing the weight if that pays; returns the words of `Sequence`. */
export function beginForward(
  program: Program,
  size: SequenceSize,
  blocks: SequenceBlocks,
  scratch: number,
  tileColumns: number,
): number[] {
  const { units, gates } = size;
  const { weight } = blocks;
  const plain = usesPlainWeight(size);
  // Column j of a gate's block is row j of the weight: h · Wᵀ.
  if (!plain)
    program.add('packWeight', [gates, units, units, weight, 1, units, units * units, scratch], gates * units * units);
  return sequenceWords(size, blocks, scratch, tileColumns, plain);
}

/**
 * Begins a backward program, packing the weight for dgates · W; returns the words of `Sequence`.
 * @param parts gates that are multiplied together; all in one if left out
 */
export function beginBackward(
  program: Program,
  size: SequenceSize,
  blocks: SequenceBlocks,
  scratch: number,
  tileColumns: number,
  parts: readonly number[] = [size.gates],
): number[] {
  const { units } = size;
  let first = 0;
  for (const gates of parts) {
    const depth = gates * units;
    const [from, to] = [blocks.weight + first * units * units * 4, first * units * paddedUnits(units, tileColumns) * 4];
    program.add('packWeight', [1, depth, units, from, units, 1, 0, scratch + to], depth * units);
    first += gates;
  }
  return sequenceWords(size, blocks, scratch, tileColumns, false);
}

/**
 * Adds the weight's gradient to a backward program: dweight = Σ_t dgates[t]ᵀ · (what the products at t read).
 * @param dgates address of the gradient of W·h + b, [time, batch, gates * units]
 * @param rows of the weight; all if left out
 */
export function weightGradient(
  program: Program,
  size: SequenceSize,
  { h0, y, read }: SequenceBlocks,
  { dgates, dweight }: { dgates: number; dweight: number },
  rows = { first: 0, count: size.gates * size.units },
): void {
  const { time, batch, units, gates, reversed } = size;
  const width = gates * units;
  const c = { address: dweight + rows.first * units * 4, row: units };
  const add = (steps: number, from: number, states: number, start?: 'c') =>
    program.multiply({
      ...{ rows: rows.count, columns: units, depth: steps * batch },
      a: { address: dgates + (from * batch * width + rows.first) * 4, row: 1, column: width },
      b: { address: states, row: units, column: 1 },
      c,
      start,
    });
  if (read !== undefined) {
    add(time, 0, read);
    return;
  }
  // The first step read h0; each other one the y of the step before it, which stands one place to its side.
  add(1, reversed ? time - 1 : 0, h0);
  if (time > 1) add(time - 1, reversed ? 0 : 1, reversed ? y + batch * units * 4 : y, 'c');
}

/** Offsets in bytes of blocks of so many floats, one after the other, and what they take together. */
export function layOut(counts: readonly number[]): { offsets: number[]; floats: number } {
  const offsets: number[] = [];
  let floats = 0;
  for (const count of counts) {
    offsets.push(floats * 4);
    floats += count;
  }
  return { offsets, floats };
}

/** A new tensor [T, B, width] of the first `width` numbers of each row of a block [T, B, stride] in a reserve. */
export function copyOut(
  backend: HeapBackend,
  reserve: TensorInfo,
  from: number,
  stride: number,
  [time, batch, width]: [number, number, number],
): TensorInfo {
  const copy = backend.output([time, batch, width]);
  const [to, values] = [backend.values(copy) as Float32Array, backend.values(reserve) as Float32Array];
  for (let row = 0; row < time * batch; row++) {
    to.set(values.subarray(from + row * stride, from + row * stride + width), row * width);
  }
  return copy;
}
