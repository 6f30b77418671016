/** Filled share of the slots above which they are doubled. */
const LOAD = 0.7;

/**
 * Numbers n-grams in the order in which they come. An n-gram is its last token after another n-gram, its parent (-1 for a
 * single token), so a key of any length is two numbers. A hash table with open addressing.
 */
export class NgramIndex {
  size = 0;
  private parents = new Int32Array(64);
  private tokens = new Int32Array(64);
  /** Number plus one; 0 is a free slot. */
  private slots = new Int32Array(128);

  /** Parents of all n-grams, by number. */
  get parent(): Int32Array {
    return this.parents.subarray(0, this.size);
  }

  /** Last tokens of all n-grams, by number. */
  get token(): Int32Array {
    return this.tokens.subarray(0, this.size);
  }

  /** Number of the n-gram, or -1. */
  find(parent: number, token: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash(parent, token) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] - 1;
      if (row < 0 || (this.tokens[row] === token && this.parents[row] === parent)) return row;
    }
  }

  /** Number of the n-gram, which is new if it was not there. */
  findOrAdd(parent: number, token: number): number {
    const found = this.find(parent, token);
    if (found >= 0) return found;
    if (this.size === this.parents.length) {
      this.parents = doubled(this.parents);
      this.tokens = doubled(this.tokens);
    }
    const row = this.size++;
    this.parents[row] = parent;
    this.tokens[row] = token;
    if (this.size > this.slots.length * LOAD) this.rehash();
    else this.place(row);
    return row;
  }

  /** The tokens of an n-gram. */
  tokensOf(row: number): Int32Array {
    const tokens: number[] = [];
    for (let at = row; at >= 0; at = this.parents[at]) tokens.unshift(this.tokens[at]);
    return Int32Array.from(tokens);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    for (let row = 0; row < this.size; row++) this.place(row);
  }

  private place(row: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hash(this.parents[row], this.tokens[row]) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }
}

function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}

/** Multiplicative mixing with a final shift so that the low bits, which choose the slot, depend on all others. */
function hash(parent: number, token: number): number {
  let mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
