import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { copyRegisteredKernels, engine, registerBackend, removeBackend, util } from '@tensorflow/tfjs-core';
import type { DataType, DataTypeMap, TensorInfo, backend_util } from '@tensorflow/tfjs-core';
import { Heap } from './heap';
import { saveLightly } from './light-saves';
import type { Program } from './program';
import { registerReplacements } from './replacements';
import { KernelPool } from './threads';
import type { PoolOptions } from './threads';

/** The name under which TF.js knows this backend. */
export const HEAP_BACKEND = 'heap';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** Booleans take a byte, everything else that may lie in the heap four. */
const bytesFor = (dtype: DataType, count: number) => (dtype === 'bool' ? count : count * 4);

/** A tensor's record, as MathBackendCPU keeps it, and the address of its block once its values lie in the heap. */
interface TensorRecord {
  values: backend_util.BackendValues;
  dtype: DataType;
  refCount: number;
  address?: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
}

/** The record of what a program computes: whoever asks for its values makes all programs run that wait. */
class ComputedRecord implements TensorRecord {
  refCount = 1;
  private seen: Numbers | undefined;

  constructor(
    readonly dtype: DataType,
    public address: number | undefined,
    private readonly pool: KernelPool,
    private readonly view: () => Numbers,
  ) {}

  get values(): backend_util.BackendValues {
    this.pool.settle();
    return (this.seen ??= this.view());
  }
}

/**
 * A TF.js backend whose tensors lie in one shared WebAssembly memory. It inherits all kernels of the cpu backend; the
 * hot ones are replaced by compiled ones (see replacements/), which several threads run side by side.
 *
 * Values that arrive as an ordinary array are adopted as they are and moved into the heap when a compiled kernel first
 * asks for their address.
 *
 * Compiled kernels wait until somebody asks for values, and then run in order: between them the processor's caches would
 * lose what TF.js needs, and threads would have to be woken again (half of the time that a small step spends outside of
 * kernels).
 */
export class HeapBackend extends MathBackendCPU {
  /** Outputs of the kernel that runs at the moment. */
  private made: object[] = [];
  /** Blocks given back since `call`, the last one of the kernels: programs that wait may still use what is in them. */
  private readonly released = new Set<number>();
  private call = 0;

  constructor(
    readonly heap: Heap,
    readonly pool: KernelPool,
  ) {
    super();
    // MathBackendCPU would advise, on its first tensor, to install another backend.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  /** Bytes from the beginning of the heap, where the compiled kernels find the tensor's values. */
  address(tensor: TensorInfo): number {
    const record = this.record(tensor.dataId);
    if (record.dtype !== tensor.dtype) throw new Error(`A ${tensor.dtype} tensor holds ${record.dtype} values.`);
    if (record.address === undefined) {
      const values = record.values as Numbers; // or a plain array: some inherited kernels leave one
      record.address = this.blankBlock(bytesFor(record.dtype, values.length));
      record.values = this.view(record.dtype, record.address, values.length);
      (record.values as Numbers).set(values);
    }
    return record.address;
  }

  /** The tensor's values in place: valid until it is disposed of. */
  values(tensor: TensorInfo): Numbers {
    return this.record(tensor.dataId).values as Numbers;
  }

  /** The tensor's values in the heap, where kernels change them; see core/ops/in-place.ts. */
  inPlace(tensor: TensorInfo): Numbers {
    this.address(tensor);
    this.pool.settle(); // the values may be changed now, and what waits reads the old ones
    return this.values(tensor);
  }

  /** A part of the scratch of a program that is being built, to be written to at once. */
  scratchView<D extends 'float32' | 'int32'>(dtype: D, address: number, count: number): DataTypeMap[D] {
    this.pool.settle();
    return this.view(dtype, address, count) as DataTypeMap[D];
  }

  /**
   * A new tensor with uninitialised values, for the output of a kernel.
   * @param count elements of its block if more than the shape needs: an opaque reserve is declared with shape [1]
   */
  output(shape: number[], dtype: DataType = 'float32', count = util.sizeFromShape(shape)): TensorInfo {
    const address = this.heap.allocate(bytesFor(dtype, count));
    const dataId = {};
    this.keep(dataId, new ComputedRecord(dtype, address, this.pool, () => this.view(dtype, address, count)));
    this.made.push(dataId);
    return { dataId, shape, dtype };
  }

  /** Runs a kernel; if it fails, the outputs that it had made are given back. */
  guarded<T>(kernel: () => T): T {
    const outer = this.made;
    this.made = [];
    try {
      return kernel();
    } catch (error) {
      for (const dataId of this.made) this.disposeData(dataId, true);
      throw error;
    } finally {
      this.made = outer;
    }
  }

  /**
   * Runs a program when somebody asks for the values of an output (it may write to nothing else), or at once if it changes
   * what it reads.
   * @param scratch floats of working memory at its disposal, at the address that it is built with
   */
  run(build: (scratch: number) => Program, scratch = 0): void {
    if (scratch === 0) {
      this.pool.add(build(0));
      return;
    }
    const address = this.heap.allocate(scratch * 4);
    try {
      this.pool.add(build(address));
    } finally {
      this.release(address);
    }
  }

  override write(values: backend_util.BackendValues, _shape: number[], dtype: DataType): object {
    const dataId = {};
    this.adopt(dataId, values, dtype, 1);
    return dataId;
  }

  override move(
    dataId: object,
    values: backend_util.BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.adopt(dataId, values, dtype, refCount);
  }

  /** Callers outside kernels get a copy: a view would change under them when the block is used again. */
  override readSync(dataId: object): backend_util.BackendValues {
    const values = super.readSync(dataId as never);
    const insideKernel = engine().state.kernelDepth > 0;
    return insideKernel || !ArrayBuffer.isView(values) || !this.heap.owns(values)
      ? values
      : (values as Float32Array).slice();
  }

  override disposeData(dataId: object, force = false): boolean {
    const record = this.data.has(dataId) ? this.record(dataId) : undefined;
    const gone = super.disposeData(dataId as never, force);
    if (gone && record?.address !== undefined) {
      this.release(record.address);
      record.address = undefined;
    }
    return gone;
  }

  /** The engine drops its records without disposing of each tensor, then calls this. */
  override dispose(): void {
    this.pool.drop();
    this.heap.reset();
  }

  override memory(): { unreliable: boolean; reasons: string[]; heapBytes: number } {
    return { unreliable: false, reasons: [], heapBytes: this.heap.bytesInUse };
  }

  /**
   * An ordinary array is taken as it is. A view of the heap (the cpu's Slice returns parts of its input) is copied,
   * since its block belongs to another tensor.
   */
  private adopt(dataId: object, values: backend_util.BackendValues, dtype: DataType, refCount: number): void {
    if (!ArrayBuffer.isView(values) || !this.heap.owns(values)) {
      this.keep(dataId, { values, dtype, refCount });
      return;
    }
    const { length } = values as Numbers;
    const address = this.blankBlock(bytesFor(dtype, length));
    const copy = this.view(dtype, address, length);
    copy.set(values as Numbers);
    this.keep(dataId, { values: copy, dtype, refCount, address });
  }

  /** A block that can be written to at once. */
  private blankBlock(bytes: number): number {
    const address = this.heap.allocate(bytes);
    if (this.call === this.pool.calls && this.released.has(address)) this.pool.settle();
    return address;
  }

  /** Gives a block back. The programs that wait may use it still: those behind them run later, and so may have it. */
  private release(address: number): void {
    if (this.call !== this.pool.calls) {
      this.call = this.pool.calls;
      this.released.clear();
    }
    if (this.pool.waits) this.released.add(address);
    this.heap.release(address);
  }

  private view(dtype: DataType, address: number, count: number): Numbers {
    const buffer = this.heap.buffer;
    if (dtype === 'float32') return new Float32Array(buffer, address, count);
    if (dtype === 'int32') return new Int32Array(buffer, address, count);
    return new Uint8Array(buffer, address, count);
  }

  private record(dataId: object): TensorRecord {
    return this.data.get(dataId) as TensorRecord;
  }

  private keep(dataId: object, record: TensorRecord): void {
    this.data.set(dataId, record);
  }
}

export interface HeapOptions extends Omit<PoolOptions, 'memory'> {
  /** Bytes that all tensors together may take; 4 GB if left out. */
  limit?: number;
  /** Name to register under; `heap` if left out. */
  name?: string;
}

/** Most that 32-bit addresses reach, less one page. */
const ADDRESSABLE = 2 ** 32 - 65_536;

/** Reserves address space for the memory: less of it where the system does not grant the full range. */
function reserveMemory(limit: number): { memory: WebAssembly.Memory; limit: number } {
  for (let size = Math.min(limit, ADDRESSABLE); ; size = Math.floor(size / 2)) {
    const pages = Math.floor(size / 65_536);
    try {
      return { memory: new WebAssembly.Memory({ initial: 64, maximum: pages, shared: true }), limit: pages * 65_536 };
    } catch (error) {
      if (size < 2 ** 26) throw error;
    }
  }
}

/**
 * Starts the kernel threads and registers the backend, with all cpu kernels and the replacements. It is not made the
 * current one.
 * @returns its threads; `close` unregisters the backend and ends them
 * @throws Error when the kernels do not start
 */
export async function registerHeapBackend(options: HeapOptions): Promise<{ pool: KernelPool; close(): Promise<void> }> {
  const name = options.name ?? HEAP_BACKEND;
  const { memory, limit } = reserveMemory(options.limit ?? ADDRESSABLE);
  const pool = await KernelPool.start({ ...options, memory });
  const heap = new Heap(memory, pool.end, limit);
  if (!registeredKernels.has(name)) {
    copyRegisteredKernels('cpu', name);
    registerReplacements(name);
    saveLightly(() => engine().backendName === name);
    registeredKernels.add(name);
  }
  registerBackend(name, () => new HeapBackend(heap, pool), 0);
  return {
    pool,
    async close() {
      removeBackend(name);
      await pool.close();
    },
  };
}

const registeredKernels = new Set<string>();
