import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program, type Operation } from '../program';
import { expectInRange, expectShape } from './kernel';
import {
  beginBackward,
  beginForward,
  keepsRead,
  sequenceScratch,
  sequenceWork,
  weightGradient,
  type SequenceBlocks,
  type SequenceSize,
} from './sequence';

/** What all sequence kernels take besides their own; one that is missing or empty is not in use. */
interface OptionalInputs {
  /** [T·B] int32: x is then a table [V, G·H], and step t of row b reads its row ids[t·B + b]. */
  ids?: TensorInfo;
  /** [B] int32, each in 0..T. */
  lengths?: TensorInfo;
  /** [B, H]: the recurrent products read h times this. */
  mask?: TensorInfo;
}
export interface ForwardInputs extends OptionalInputs {
  /** [T, B, G·H] without ids. */
  x: TensorInfo;
  weight: TensorInfo;
  bias: TensorInfo;
  h0: TensorInfo;
}
export interface BackwardInputs extends OptionalInputs {
  weight: TensorInfo;
  h0: TensorInfo;
  y: TensorInfo;
  reserve: TensorInfo;
  dy: TensorInfo;
  dhN: TensorInfo;
}
export interface SequenceAttrs {
  reversed?: number;
  /** Forward: return the gates (and cells) after the other outputs. */
  trace?: number;
  /** Backward: rows of the table, with ids. */
  vocabulary?: number;
  /** Backward: if there, return the sums of squares of the gradients of h, [T, B], after the other outputs. */
  probe?: object;
}

const present = (tensor: TensorInfo | undefined) =>
  tensor && util.sizeFromShape(tensor.shape) > 0 ? tensor : undefined;

/** What the two directions have in common: sizes, checked options, the states' blocks. */
abstract class Pass {
  protected readonly ids?: TensorInfo;
  readonly lengths?: TensorInfo;
  protected readonly mask?: TensorInfo;

  protected constructor(
    protected readonly kernel: string,
    readonly backend: HeapBackend,
    readonly size: SequenceSize,
    { ids, lengths, mask }: OptionalInputs,
  ) {
    const { time, batch, units } = size;
    this.ids = present(ids);
    this.lengths = present(lengths);
    this.mask = present(mask);
    if (this.ids) this.expect('ids', this.ids, [time * batch]);
    if (this.mask) this.expect('mask', this.mask, [batch, units]);
    if (!this.lengths) return;
    this.expect('lengths', this.lengths, [batch]);
    expectInRange(kernel, backend.values(this.lengths) as Int32Array, time + 1, 'length');
  }

  /** Fails unless a tensor has the expected shape. */
  expect(name: string, tensor: TensorInfo, shape: readonly number[]): void {
    expectShape(this.kernel, name, tensor, shape);
  }

  /** Floats of the reserve's first part. */
  get readFloats(): number {
    const { time, batch, units, reversed } = this.size;
    return keepsRead({ reversed, lengths: this.lengths, mask: this.mask }) ? time * batch * units : 0;
  }

  protected optional(tensor: TensorInfo | undefined): number {
    return tensor ? this.backend.address(tensor) : 0;
  }

  protected blocks(weight: TensorInfo, h0: TensorInfo, y: TensorInfo, reserve: TensorInfo): SequenceBlocks {
    const [atWeight, atH0, atY] = [weight, h0, y].map((tensor) => this.backend.address(tensor));
    return {
      ...{ weight: atWeight, h0: atH0, y: atY },
      ...{ lengths: this.optional(this.lengths), mask: this.optional(this.mask) },
      read: this.readFloats ? this.backend.address(reserve) : undefined,
    };
  }
}

/** A forward pass: checks the inputs, makes y and hN, and runs the program. */
export class ForwardPass extends Pass {
  readonly y: TensorInfo;
  readonly hN: TensorInfo;

  /** @param gates blocks of the weight, and of the input's share */
  constructor(
    kernel: string,
    backend: HeapBackend,
    private readonly inputs: ForwardInputs,
    { reversed }: SequenceAttrs,
    gates: number,
  ) {
    const { x, weight, bias, h0 } = inputs;
    const [batch, units] = h0.shape;
    const ids = present(inputs.ids);
    const time = ids ? ids.shape[0] / Math.max(1, batch) : x.shape[0];
    super(kernel, backend, { time, batch, units, gates, reversed: Boolean(reversed) }, inputs);
    const width = gates * units;
    this.expect('x', x, ids ? [x.shape[0], width] : [time, batch, width]);
    if (ids) expectInRange(kernel, backend.values(ids) as Int32Array, x.shape[0], 'id');
    this.expect('weight', weight, [width, units]);
    this.expect('bias', bias, [width]);
    this.y = backend.output([time, batch, units]);
    this.hN = backend.output([batch, units]);
  }

  /**
   * @param reserve whose first `readFloats` floats the pass may keep its states in
   * @param words of the cell, after those of `Forward` in kernels/walk.h
   */
  run(operation: Operation, reserve: TensorInfo, words: readonly number[]): void {
    const { backend, size } = this;
    const { weight, h0, x, bias } = this.inputs;
    const { tileColumns } = backend.pool.facts;
    const blocks = this.blocks(weight, h0, this.y, reserve);
    const own = [backend.address(x), this.optional(this.ids), backend.address(bias), backend.address(this.hN)];
    backend.run((scratch) => {
      const program = new Program();
      const begin = beginForward(program, size, blocks, scratch, tileColumns);
      return program.add(operation, [...begin, ...own, ...words], sequenceWork(size));
    }, sequenceScratch(size, tileColumns).floats);
  }
}

/** Addresses that a cell's backward program is built from. */
export interface BackwardBlocks extends SequenceBlocks {
  /** The gradient of W·h + b, [T, B, G·H]. */
  dgates: number;
  /** The gradient of x where it is another one; else the same. */
  dx: number;
  /** Scratch of the cell's own. */
  own: number;
  dweight: number;
  dbias: number;
}

interface BackwardPlan {
  operation: Operation;
  /** Words of the cell, after those of `Backward` in kernels/walk.h. */
  words: (blocks: BackwardBlocks) => number[];
  /** Whether the gradient of x differs from that of W·h + b and needs a block of its own. */
  separate?: boolean;
  /** Floats of scratch of the cell's own. */
  scratch?: number;
  /** Gates that go back through the weight together, see `beginBackward`. */
  parts?: readonly number[];
  /** Adds the gradients of weight and bias, where the usual way does not fit. */
  gradients?: (program: Program, blocks: BackwardBlocks) => void;
}

/** A backward pass: checks the inputs, makes the gradients, and runs the program. */
export class BackwardPass extends Pass {
  /** Of x, [T, B, G·H], or of the table, [V, G·H]. */
  readonly dx: TensorInfo;
  readonly dweight: TensorInfo;
  readonly dbias: TensorInfo;
  readonly dh0: TensorInfo;
  /** [T, B], if asked for. */
  readonly squares: TensorInfo[];

  constructor(
    kernel: string,
    backend: HeapBackend,
    private readonly inputs: BackwardInputs,
    { reversed, vocabulary = 0, probe }: SequenceAttrs,
    gates: number,
  ) {
    const { weight, h0, y, dy, dhN } = inputs;
    const [time, batch, units] = y.shape;
    super(kernel, backend, { time, batch, units, gates, reversed: Boolean(reversed) }, inputs);
    const width = gates * units;
    this.expect('weight', weight, [width, units]);
    this.expect('dy', dy, y.shape);
    this.expect('h0', h0, [batch, units]);
    this.expect('dhN', dhN, [batch, units]);
    this.dx = backend.output(this.ids ? [vocabulary, width] : [time, batch, width]);
    this.dweight = backend.output([width, units]);
    this.dbias = backend.output([width]);
    this.dh0 = backend.output([batch, units]);
    this.squares = probe ? [backend.output([time, batch])] : [];
  }

  run(plan: BackwardPlan): void {
    const { backend, size } = this;
    const { time, batch, units, gates } = size;
    const { weight, h0, y, reserve, dy, dhN } = this.inputs;
    const { tileColumns } = backend.pool.facts;
    const { floats } = sequenceScratch(size, tileColumns);
    const steps = time * batch * gates * units;
    const needed = { dgates: plan.separate ? steps : 0, dx: this.ids ? steps : 0, own: plan.scratch ?? 0 };
    const base = this.blocks(weight, h0, y, reserve);
    const [atDx, dweight, dbias] = [this.dx, this.dweight, this.dbias].map((tensor) => backend.address(tensor));
    const [atDy, atDhN, atDh0] = [dy, dhN, this.dh0].map((tensor) => backend.address(tensor));
    const squares = this.squares.length > 0 ? backend.address(this.squares[0]) : 0;
    // Products and sums over nothing write nothing.
    if (steps === 0) for (const empty of [this.dx, this.dweight, this.dbias]) backend.values(empty).fill(0);
    backend.run(
      (scratch) => {
        const program = new Program();
        const spare = scratch + floats * 4;
        const dx = this.ids ? spare + needed.dgates * 4 : atDx;
        const own = spare + (needed.dgates + needed.dx) * 4;
        const blocks = { ...base, dgates: plan.separate ? spare : dx, dx, own, dweight, dbias };
        const begin = beginBackward(program, size, blocks, scratch, tileColumns, plan.parts);
        const words = [...begin, atDy, atDhN, atDh0, blocks.dgates, squares, ...plan.words(blocks)];
        program.add(plan.operation, words, sequenceWork(size));
        if (steps > 0) this.addGradients(program, plan, blocks, atDx);
        return program;
      },
      floats + needed.dgates + needed.dx + needed.own,
    );
  }

  private addGradients(program: Program, plan: BackwardPlan, blocks: BackwardBlocks, dtable: number): void {
    const { time, batch, units, gates } = this.size;
    const [rows, width] = [time * batch, gates * units];
    const { dgates, dx, dweight, dbias } = blocks;
    const [vocabulary] = this.dx.shape;
    if (this.ids) {
      const work = (rows + vocabulary) * width;
      const ids = this.backend.address(this.ids);
      program.small('embeddingBackward', [rows, width, vocabulary], [ids, dx, dtable], work);
    }
    if (plan.gradients) {
      plan.gradients(program, blocks);
      return;
    }
    weightGradient(program, this.size, blocks, { dgates, dweight });
    // The bias's gradient is the sum over all steps; the table's rows have those of a row summed up already.
    const sums = this.ids && !plan.separate ? { count: vocabulary, of: dtable } : { count: rows, of: dgates };
    program.small('columnSums', [sums.count, width], [sums.of, dbias], sums.count * width);
  }
}
