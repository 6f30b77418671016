import { Heap } from './heap';
import { IntList } from './int-list';
import { PairTable } from './pair-table';

const NONE = -1;

/** One entry of the queue that has come up: a pair of neighbours and the places where it was seen. */
export interface Candidate {
  a: number;
  b: number;
  /** First of the places; see `PairQueue.places`. */
  places: number;
}

/**
 * Counts of neighbouring pairs, and a queue of them: the most frequent first, then the smaller ids. New places of a pair
 * are collected by `add` and join the queue at `flush` as an entry of their own, as in Hugging Face's BpeTrainer, whose
 * order of merges is the one to keep. Counts in the queue are made true only when an entry comes up.
 */
export class PairQueue {
  private readonly table: PairTable;
  private readonly firsts = new IntList();
  private readonly seconds = new IntList();
  private readonly counts: number[] = [];
  /** First and last of the places collected since the last flush, by pair. */
  private readonly heads = new IntList();
  private readonly tails = new IntList();
  private readonly touched: number[] = [];
  /** Places, in linked lists. */
  private readonly place: IntList;
  private readonly following: IntList;
  /** Entries: pair, its count when it was queued, first place. */
  private readonly pairs = new IntList();
  private readonly queued: number[] = [];
  private readonly starts = new IntList();
  private readonly heap = new Heap((x, y) => this.before(x, y));

  /** @param expected places that there will be at first */
  constructor(expected: number) {
    this.table = new PairTable(Math.min(expected, 1 << 16));
    this.place = new IntList(expected);
    this.following = new IntList(expected);
  }

  /** `count` more of the pair, seen at `place`. */
  add(a: number, b: number, count: number, place: number): void {
    const pair = this.pairOf(a, b);
    this.counts[pair] += count;
    const record = this.place.length;
    this.place.push(place);
    this.following.push(NONE);
    if (this.heads.data[pair] === NONE) {
      this.heads.data[pair] = record;
      this.touched.push(pair);
    } else {
      this.following.data[this.tails.data[pair]] = record;
    }
    this.tails.data[pair] = record;
  }

  /** `count` fewer of the pair. */
  remove(a: number, b: number, count: number): void {
    this.counts[this.pairOf(a, b)] -= count;
  }

  /** Queues what was added since the last flush. */
  flush(): void {
    for (const pair of this.touched) {
      if (this.counts[pair] > 0) this.queue(pair, this.heads.data[pair]);
      this.heads.data[pair] = NONE;
    }
    this.touched.length = 0;
  }

  /** The next pair with a count of at least `least`. */
  next(least: number): Candidate | undefined {
    while (this.heap.size > 0) {
      const entry = this.heap.pop();
      const pair = this.pairs.data[entry];
      const count = this.counts[pair];
      if (this.queued[entry] !== count) {
        this.queued[entry] = count;
        this.heap.push(entry);
        continue;
      }
      if (count < Math.max(1, least)) return undefined;
      return { a: this.firsts.data[pair], b: this.seconds.data[pair], places: this.starts.data[entry] };
    }
    return undefined;
  }

  /** The places of a candidate, in the order in which they were added. */
  *places({ places }: Candidate): Generator<number> {
    for (let record = places; record !== NONE; record = this.following.data[record]) yield this.place.data[record];
  }

  private pairOf(a: number, b: number): number {
    const known = this.table.get(a, b);
    if (known >= 0) return known;
    const pair = this.firsts.length;
    this.table.set(a, b, pair);
    this.firsts.push(a);
    this.seconds.push(b);
    this.counts.push(0);
    this.heads.push(NONE);
    this.tails.push(NONE);
    return pair;
  }

  private queue(pair: number, start: number): void {
    const entry = this.pairs.length;
    this.pairs.push(pair);
    this.queued.push(this.counts[pair]);
    this.starts.push(start);
    this.heap.push(entry);
  }

  private before(x: number, y: number): boolean {
    if (this.queued[x] !== this.queued[y]) return this.queued[x] > this.queued[y];
    const p = this.pairs.data[x];
    const q = this.pairs.data[y];
    const a = this.firsts.data[p] - this.firsts.data[q];
    return a !== 0 ? a < 0 : this.seconds.data[p] < this.seconds.data[q];
  }
}
