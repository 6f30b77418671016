import { Heap } from './heap';
import { PairTable } from './pair-table';

const NONE = -1;

/** What learned merges do to the bytes of a word. */
export class Merger {
  private readonly ranks: PairTable;
  private readonly made: Int32Array;
  private ids = new Int32Array(64);
  private previous = new Int32Array(64);
  private next = new Int32Array(64);
  /** Places of pairs that can be merged, and the rank of their merge when they were found; by entry. */
  private readonly places: number[] = [];
  private readonly found: number[] = [];
  private readonly heap = new Heap((x, y) => {
    const byRank = this.found[x] - this.found[y];
    return byRank !== 0 ? byRank < 0 : this.places[x] < this.places[y];
  });

  /** @param merges ids of two neighbours and of what they become, the first merge first */
  constructor(merges: [a: number, b: number, made: number][]) {
    this.ranks = new PairTable(merges.length);
    this.made = Int32Array.from(merges, ([, , made]) => made);
    merges.forEach(([a, b], rank) => this.ranks.set(a, b, rank));
  }

  /** Ids after all merges: of the pairs there are, always the one learned first, from the left. */
  merge(ids: ArrayLike<number>): number[] {
    const count = ids.length;
    if (count > this.ids.length) this.reserve(count);
    this.ids.set(ids);
    for (let at = 0; at < count; at++) {
      this.previous[at] = at - 1;
      this.next[at] = at + 1 < count ? at + 1 : NONE;
    }
    this.places.length = 0;
    this.found.length = 0;
    for (let at = 0; at < count; at++) this.find(at);
    while (this.heap.size > 0) this.apply(this.heap.pop());
    const merged: number[] = [];
    for (let at = count > 0 ? 0 : NONE; at !== NONE; at = this.next[at]) merged.push(this.ids[at]);
    return merged;
  }

  /** Queues the pair that begins at `at`, if it can be merged. */
  private find(at: number): void {
    const second = this.next[at];
    if (second === NONE) return;
    const rank = this.ranks.get(this.ids[at], this.ids[second]);
    if (rank < 0) return;
    this.found.push(rank);
    this.places.push(at);
    this.heap.push(this.places.length - 1);
  }

  private apply(entry: number): void {
    const at = this.places[entry];
    const second = this.next[at];
    // An entry may be out of date: its pair is then another, or gone.
    if (this.ids[at] === NONE || second === NONE) return;
    if (this.ranks.get(this.ids[at], this.ids[second]) !== this.found[entry]) return;
    this.ids[at] = this.made[this.found[entry]];
    this.ids[second] = NONE;
    const after = this.next[second];
    this.next[at] = after;
    if (after !== NONE) this.previous[after] = at;
    if (this.previous[at] !== NONE) this.find(this.previous[at]);
    this.find(at);
  }

  private reserve(count: number): void {
    const size = Math.max(count, this.ids.length * 2);
    this.ids = new Int32Array(size);
    this.previous = new Int32Array(size);
    this.next = new Int32Array(size);
  }
}
