import { Program, type Operation } from '../program';
import { beginBackward, beginForward, layOut, sequenceScratch, sequenceWork } from '../replacements/sequence';
import type { KernelPool } from '../threads';
import { addressesOf, Blocks, SIZE, wave } from './self-test-blocks';

const { time, batch, units } = SIZE;
const [STATE, STEPS] = [batch * units, time * batch * units];

/** What a cell's programs share: sizes, weights, states and the blocks that go in and out. */
class Cell {
  readonly size: { time: number; batch: number; units: number; gates: number };
  readonly bias: Float32Array;
  readonly dgates: Float32Array;
  readonly dx: Float32Array;
  /** What is compared. */
  readonly results: Float32Array[];
  private readonly sequence: { weight: number; h0: number; y: number };
  private readonly blocks: Record<'x' | 'weight' | 'h0' | 'y' | 'hLast' | 'dy' | 'dhLast' | 'dh0', Float32Array>;
  private readonly scratch: number;

  constructor(
    memory: Blocks,
    private readonly tileColumns: number,
    gates: number,
    seed: number,
  ) {
    this.size = { time, batch, units, gates };
    const input = (count: number, step: number, scale = 1) => memory.block(wave(count, seed + step, scale));
    const [y, hLast, dh0] = [memory.block(STEPS), memory.block(STATE), memory.block(STATE)];
    this.blocks = {
      ...{ x: input(gates * STEPS, 1), weight: input(gates * units * units, 2, 0.3), h0: input(STATE, 3), y, hLast },
      ...{ dy: input(STEPS, 4), dhLast: input(STATE, 5), dh0 },
    };
    this.bias = input(gates * units, 6);
    [this.dgates, this.dx] = [memory.block(gates * STEPS), memory.block(gates * STEPS)];
    this.scratch = memory.block(sequenceScratch(this.size, tileColumns).floats).byteOffset;
    const [weight, h0, atY] = addressesOf(this.blocks.weight, this.blocks.h0, y);
    this.sequence = { weight, h0, y: atY };
    this.results = [y, hLast, dh0, this.dgates];
  }

  forward(program: Program, operation: Operation, words: readonly number[]): void {
    const { x, hLast } = this.blocks;
    const begin = beginForward(program, this.size, this.sequence, this.scratch, this.tileColumns);
    const own = [x.byteOffset, 0, ...addressesOf(this.bias, hLast)];
    program.add(operation, [...begin, ...own, ...words], sequenceWork(this.size));
  }

  backward(program: Program, operation: Operation, words: readonly number[], parts?: readonly number[]): void {
    const { dy, dhLast, dh0 } = this.blocks;
    const begin = beginBackward(program, this.size, this.sequence, this.scratch, this.tileColumns, parts);
    const own = [...addressesOf(dy, dhLast, dh0, this.dgates), 0];
    program.add(operation, [...begin, ...own, ...words], sequenceWork(this.size));
  }
}

/** Runs every recurrent layer but the LSTM forward and back; its states and the gradients of its gates. */
export function computeCells(pool: KernelPool, memory: WebAssembly.Memory, first: number): Float32Array[] {
  const blocks = new Blocks(memory, first);
  const { tileColumns } = pool.facts;
  const program = new Program();
  const cells = [addRnn, addGru, addGruResetBefore, addLayerNormLstm].map((add, k) =>
    add(program, blocks, (gates) => new Cell(blocks, tileColumns, gates, 30 + 10 * k)),
  );
  pool.run(program);
  return cells.flat().map((view) => view.slice());
}

type Add = (program: Program, blocks: Blocks, cell: (gates: number) => Cell) => Float32Array[];

const addRnn: Add = (program, _, make) => {
  const cell = make(1);
  cell.forward(program, 'rnnForward', [0]);
  cell.backward(program, 'rnnBackward', [0]);
  return cell.results;
};

const addGru: Add = (program, blocks, make) => {
  const cell = make(3);
  const gates = blocks.block(4 * STEPS).byteOffset;
  cell.forward(program, 'gruForward', [gates]);
  cell.backward(program, 'gruBackward', [gates, cell.dx.byteOffset]);
  return [...cell.results, cell.dx];
};

const addGruResetBefore: Add = (program, blocks, make) => {
  const cell = make(3);
  const kept = addressesOf(blocks.block(3 * STEPS), blocks.block(STEPS));
  cell.forward(program, 'gruResetBeforeForward', kept);
  const spare = blocks.block(batch * (units + 64)).byteOffset;
  cell.backward(program, 'gruResetBeforeBackward', [kept[0], spare], [2, 1]);
  return cell.results;
};

const addLayerNormLstm: Add = (program, blocks, make) => {
  const cell = make(4);
  const address = (content: number | Float32Array) => blocks.block(content).byteOffset;
  const kept = [address(4 * STEPS), address(STEPS + STATE), address(STEPS)];
  const gains = [4 * units, 4 * units, units].map((count, k) => address(wave(count, 70 + k, 0.3)));
  const norms = [4 * STEPS, 4 * STEPS, STEPS, 3 * time * batch].map((count) => address(count));
  const [c0, cLast] = [blocks.block(wave(STATE, 80)), blocks.block(STATE)];
  const [dcLast, dc0] = [blocks.block(wave(STATE, 81)), blocks.block(STATE)];
  cell.forward(program, 'layerNormLstmForward', [
    ...addressesOf(c0, cLast),
    ...[...kept, ...gains, address(wave(units, 79)), ...norms],
  ]);
  const own = layOut([4 * STEPS, STEPS]);
  const scratch = address(own.floats);
  cell.backward(program, 'layerNormLstmBackward', [
    ...addressesOf(dcLast, dc0),
    ...[...kept, ...norms, ...gains, ...own.offsets.map((offset) => scratch + offset), cell.dx.byteOffset],
  ]);
  return [...cell.results, cell.dx, cLast, dc0];
};
