import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import type { Program } from '../program';

/** Sizes of a recurrent sequence; `gates` is the number of [units, units] blocks in its weight. */
export interface SequenceSize {
  time: number;
  batch: number;
  units: number;
  gates: number;
}

/** Work of one step's activations of one unit, in multiplications. */
const ACTIVATIONS = 64;

/** All multiplications of a pass through time. */
export function sequenceWork({ time, batch, units, gates }: SequenceSize): number {
  return time * batch * units * (gates * units + ACTIVATIONS);
}

/** A step or two of sampling reads the weight as it is; packing it first pays only for longer work. */
function usesPlainWeight({ time, batch }: SequenceSize): boolean {
  return batch === 1 || time * batch <= 4;
}

/** Scratch of one pass, laid out one after the other; see `Sequence` in kernels/recurrent.h. */
export function sequenceScratch({ batch, units, gates }: SequenceSize, tileColumns: number) {
  const padded = Math.ceil(units / tileColumns) * tileColumns;
  const panels = gates * padded * units;
  const rows = batch * gates * units;
  const products = batch * Math.max(gates * tileColumns, padded);
  return { panels, rows, products, floats: panels + rows + products };
}

/**
 * Begins a forward program: packs the weight if that pays.
 * @returns the words that every recurrent operation begins with
 */
export function beginForward(
  program: Program,
  size: SequenceSize,
  weight: number,
  scratch: number,
  tileColumns: number,
): number[] {
  const { time, batch, units, gates } = size;
  const plain = usesPlainWeight(size);
  const { panels, rows } = sequenceScratch(size, tileColumns);
  // Column j of a gate's block is row j of the weight: h · Wᵀ.
  if (!plain)
    program.add('packWeight', [gates, units, units, weight, 1, units, units * units, scratch], gates * units * units);
  const [atRows, atProducts] = [scratch + panels * 4, scratch + (panels + rows) * 4];
  return [time, batch, units, weight, plain ? 0 : scratch, atRows, atProducts];
}

/** Begins a backward program: packs the whole weight as one block, for dgates · W. */
export function beginBackward(
  program: Program,
  size: SequenceSize,
  weight: number,
  scratch: number,
  tileColumns: number,
): number[] {
  const { time, batch, units, gates } = size;
  const { panels, rows } = sequenceScratch(size, tileColumns);
  program.add('packWeight', [1, gates * units, units, weight, units, 1, 0, scratch], gates * units * units);
  return [time, batch, units, weight, scratch, scratch + panels * 4, scratch + (panels + rows) * 4];
}

/**
 * Ends a backward program with the weight's and the bias's gradients.
 *   dweight = Σ_t dgates[t]ᵀ · h[t-1], where h[-1] = h0 and h[t] = y[t]; dbias = Σ_t,b dgates[t, b]
 * @param dgates address of the gradient of W·h + b, [time, batch, gates * units]
 */
export function weightGradients(
  program: Program,
  size: SequenceSize,
  backend: HeapBackend,
  tensors: { dgates: number; h0: TensorInfo; y: TensorInfo; dweight: TensorInfo; dbias: TensorInfo },
): void {
  const { time, batch, units, gates } = size;
  const width = gates * units;
  if (time * batch === 0) {
    // A product over nothing writes nothing.
    for (const gradient of [tensors.dweight, tensors.dbias]) backend.values(gradient).fill(0);
    return;
  }
  const c = { address: backend.address(tensors.dweight), row: units };
  program.multiply({
    ...{ rows: width, columns: units, depth: batch },
    a: { address: tensors.dgates, row: 1, column: width },
    b: { address: backend.address(tensors.h0), row: units, column: 1 },
    c,
  });
  if (time > 1)
    program.multiply({
      ...{ rows: width, columns: units, depth: (time - 1) * batch },
      a: { address: tensors.dgates + batch * width * 4, row: 1, column: width },
      b: { address: backend.address(tensors.y), row: units, column: 1 },
      c,
      start: 'c',
    });
  program.small(
    'columnSums',
    [time * batch, width],
    [tensors.dgates, backend.address(tensors.dbias)],
    time * batch * width,
  );
}
