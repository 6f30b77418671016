/** More units than a tile is wide, more rows than one is high, and all odd. */
export const SIZE = { time: 5, batch: 27, units: 37, gates: 4 };
/** Numbers in -scale..scale without any pattern that a transposed or shifted result could hide in. */
export const wave = (count: number, seed: number, scale = 1) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin((i + 1) * (12.9898 + seed)));

/** Blocks one after the other in a fresh memory. */
export class Blocks {
  constructor(
    private readonly memory: WebAssembly.Memory,
    private next: number,
  ) {}

  /** A block of so many floats of 0, or with these values. */
  block(content: number | Float32Array): Float32Array {
    const count = typeof content === 'number' ? content : content.length;
    const address = Math.ceil(this.next / 64) * 64;
    this.next = address + count * 4;
    const missing = Math.ceil((this.next - this.memory.buffer.byteLength) / 65_536);
    if (missing > 0) this.memory.grow(missing);
    const view = new Float32Array(this.memory.buffer, address, count);
    if (typeof content !== 'number') view.set(content);
    return view;
  }
}

export const addressesOf = (...views: Float32Array[]) => views.map((view) => view.byteOffset);
