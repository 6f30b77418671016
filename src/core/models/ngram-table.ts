/** Filled share of the hash slots, in quarters, above which the table grows. */
const LOAD_QUARTERS = 3;
/** Entries that are put into new slots between two yields: a few milliseconds. */
const REHASH_SLICE = 32_768;

/**
 * Hash table with open addressing from n-grams to rows of typed arrays. An n-gram is its last token under the row of
 * the n-gram before it (its parent), so a key of any order is two numbers and no two n-grams are confused.
 * 14 bytes an n-gram, and 5 to 11 for the slots.
 */
export class NgramTable {
  size = 0;
  parent: Int32Array;
  token: Uint16Array;
  /** Occurrences, or in orders below the highest the number of different tokens seen before the n-gram. */
  count: Uint32Array;
  /** Row of the n-gram without its first token. */
  suffix: Int32Array;
  /** Row plus one; 0 is a free slot. */
  private slots: Int32Array;
  private mask: number;

  constructor(slots = 4096) {
    const rows = rowsFor(slots);
    this.parent = new Int32Array(rows);
    this.token = new Uint16Array(rows);
    this.count = new Uint32Array(rows);
    this.suffix = new Int32Array(rows);
    this.slots = new Int32Array(slots);
    this.mask = slots - 1;
  }

  /** Rows that fit before `grow` is needed. */
  get capacity(): number {
    return this.parent.length;
  }

  /** Bytes of all arrays. */
  get bytes(): number {
    return this.capacity * 14 + this.slots.byteLength;
  }

  /** Row of the n-gram, or -1. */
  find(parent: number, token: number): number {
    const { slots, mask } = this;
    for (let slot = hash(parent, token) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] - 1;
      if (row < 0 || (this.token[row] === token && this.parent[row] === parent)) return row;
    }
  }

  /** Adds an n-gram that `find` did not find, with count 0; the capacity must suffice. */
  add(parent: number, token: number): number {
    const row = this.size++;
    this.parent[row] = parent;
    this.token[row] = token;
    this.place(row);
    return row;
  }

  /** Doubles the capacity, in slices. Nothing may use the table until it is done. */
  *grow(): Generator<void, void> {
    const slots = this.slots.length * 2;
    this.slots = new Int32Array(slots);
    this.mask = slots - 1;
    this.resize(rowsFor(slots));
    for (let row = 0; row < this.size; row++) {
      if (row % REHASH_SLICE === REHASH_SLICE - 1) yield;
      this.place(row);
    }
  }

  /** Gives back the rows that are not used; nothing can be added afterwards. */
  trim(): void {
    this.resize(this.size);
  }

  private place(row: number): void {
    const { slots, mask } = this;
    let slot = hash(this.parent[row], this.token[row]) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }

  private resize(rows: number): void {
    this.parent = resized(this.parent, new Int32Array(rows));
    this.token = resized(this.token, new Uint16Array(rows));
    this.count = resized(this.count, new Uint32Array(rows));
    this.suffix = resized(this.suffix, new Int32Array(rows));
  }
}

/** Copies what fits of one typed array into another and returns that. */
export function resized<T extends Int32Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from.length > to.length ? from.subarray(0, to.length) : from);
  return to;
}

function rowsFor(slots: number): number {
  return (slots / 4) * LOAD_QUARTERS;
}

/** Multiplicative mixing with a final shift so that the low bits, which choose the slot, depend on all others. */
function hash(parent: number, token: number): number {
  let mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
