/** The smallest block, and the alignment of every block: one cache line. */
const LINE = 64;
const PAGE = 65_536;
/** Memory grows by at least this many pages (16 MB), so that growing stays rare. */
const GROWTH = 256;

/**
 * Bytes of the block that a request is rounded up to: about eight sizes a power of two, so that at most an eighth is
 * wasted and a freed block fits the next request of about the same size.
 */
export function blockSize(bytes: number): number {
  if (bytes <= 8 * LINE) return Math.max(LINE, Math.ceil(bytes / LINE) * LINE);
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  const unit = Math.max(LINE, step / 2);
  return Math.ceil(bytes / unit) * unit;
}

/**
 * Allocates blocks of one shared WebAssembly memory. Addresses are byte offsets; a freed block is kept for the next
 * request of its size. The memory grows on demand: views over it stay valid, since growing never moves shared memory.
 */
export class Heap {
  private readonly free = new Map<number, number[]>();
  private readonly sizes = new Map<number, number>();
  private readonly buffers = new WeakSet<object>();
  private current: ArrayBufferLike;
  private top: number;
  private used = 0;

  /**
   * @param memory shared memory that nobody else allocates from
   * @param start first byte that may be given away
   * @param limit bytes that the memory may grow to
   */
  constructor(
    readonly memory: WebAssembly.Memory,
    private readonly start: number,
    private readonly limit: number,
  ) {
    this.top = Math.ceil(start / LINE) * LINE;
    this.current = memory.buffer;
    this.buffers.add(this.current);
  }

  /** The memory as it is now; a new object after each growth. */
  get buffer(): ArrayBufferLike {
    return this.current;
  }

  /** Bytes given away at the moment, as requested sizes rounded up to blocks. */
  get bytesInUse(): number {
    return this.used;
  }

  /** Blocks given away at the moment. */
  get blocksInUse(): number {
    return this.sizes.size;
  }

  /** True when the view lies in this heap's memory. */
  owns(view: ArrayBufferView): boolean {
    return this.buffers.has(view.buffer);
  }

  /**
   * A block of at least `bytes` bytes, uninitialised.
   * @returns its address, a multiple of 64
   * @throws Error when the memory cannot grow any further, or the size is no size
   */
  allocate(bytes: number): number {
    if (!(bytes >= 0)) throw new Error(`A block of ${bytes} bytes was asked of the tensor heap.`);
    const size = blockSize(bytes);
    const address = this.free.get(size)?.pop() ?? this.extend(size) ?? this.larger(size);
    if (address === undefined) throw new Error(this.fullMessage(bytes));
    if (!this.sizes.has(address)) this.sizes.set(address, size);
    this.used += this.sizes.get(address)!;
    return address;
  }

  /** Gives a block back. Its contents may be overwritten at once. */
  release(address: number): void {
    const size = this.sizes.get(address);
    if (size === undefined) throw new Error(`No block of the tensor heap begins at ${address}.`);
    this.sizes.delete(address);
    this.used -= size;
    const list = this.free.get(size);
    if (list) list.push(address);
    else this.free.set(size, [address]);
  }

  /** Forgets all blocks. Views handed out before must not be used any more. */
  reset(): void {
    this.free.clear();
    this.sizes.clear();
    this.used = 0;
    this.top = Math.ceil(this.start / LINE) * LINE;
  }

  /** A block from the memory's end, growing it if need be. */
  private extend(size: number): number | undefined {
    const end = this.top + size;
    if (end > this.limit) return undefined;
    if (end > this.current.byteLength && !this.grow(end)) return undefined;
    const address = this.top;
    this.top = end;
    return address;
  }

  private grow(end: number): boolean {
    const missing = Math.ceil((end - this.current.byteLength) / PAGE);
    const allowed = Math.floor((this.limit - this.current.byteLength) / PAGE);
    try {
      this.memory.grow(Math.min(Math.max(missing, GROWTH), allowed));
    } catch {
      return false;
    }
    this.current = this.memory.buffer;
    this.buffers.add(this.current);
    return end <= this.current.byteLength;
  }

  /** The smallest free block that is larger than needed: only when the memory is at its limit. */
  private larger(size: number): number | undefined {
    let best = Infinity;
    for (const [candidate, list] of this.free)
      if (candidate > size && candidate < best && list.length) best = candidate;
    const address = this.free.get(best)?.pop();
    if (address !== undefined) this.sizes.set(address, best);
    return address;
  }

  private fullMessage(bytes: number): string {
    const mega = (n: number) => `${Math.ceil(n / 2 ** 20)} MB`;
    return (
      `The tensor memory is full: ${mega(bytes)} more were needed with ${mega(this.used)} of ${mega(this.limit)} in use. ` +
      'Choose a smaller batch, shorter sequences or a smaller model.'
    );
  }
}
