/** A number for each pair of ids, in open addressing: many times faster than a Map with a key made of both. */
export class PairTable {
  private first: Int32Array;
  private second: Int32Array;
  private numbers: Int32Array;
  private mask: number;
  private used = 0;

  /** @param expected pairs that it has room for before it grows */
  constructor(expected = 1024) {
    let capacity = 16;
    while (capacity < expected * 2) capacity *= 2;
    this.mask = capacity - 1;
    this.first = new Int32Array(capacity).fill(-1);
    this.second = new Int32Array(capacity);
    this.numbers = new Int32Array(capacity);
  }

  /** The number of a pair, or -1. */
  get(a: number, b: number): number {
    const slot = this.slot(a, b);
    return this.first[slot] < 0 ? -1 : this.numbers[slot];
  }

  set(a: number, b: number, number: number): void {
    const slot = this.slot(a, b);
    this.numbers[slot] = number;
    if (this.first[slot] >= 0) return;
    this.first[slot] = a;
    this.second[slot] = b;
    if (++this.used * 2 > this.mask) this.grow();
  }

  /** Where the pair is or belongs. */
  private slot(a: number, b: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = Math.imul(hash, 0x2c1b3c6d) & this.mask;
    while (this.first[slot] >= 0 && (this.first[slot] !== a || this.second[slot] !== b)) slot = (slot + 1) & this.mask;
    return slot;
  }

  private grow(): void {
    const { first, second, numbers } = this;
    const capacity = (this.mask + 1) * 2;
    this.mask = capacity - 1;
    this.first = new Int32Array(capacity).fill(-1);
    this.second = new Int32Array(capacity);
    this.numbers = new Int32Array(capacity);
    this.used = 0;
    for (let i = 0; i < first.length; i++) if (first[i] >= 0) this.set(first[i], second[i], numbers[i]);
  }
}
