import type { CoOccurrences, PairFile, PairWriter } from './spill';

/** Pairs that are read from a run at once, and merged before the caller may look elsewhere. */
const [READ, SLICE] = [16_384, 65_536];

/** Counts of pairs of the first words: `dense` is [frequent, frequent], of which first <= second is used. */
interface DenseCounts {
  frequent: number;
  dense: Float64Array;
}

/** A run, or the table of frequent words, pair by pair in their order. */
interface Cursor {
  /** first · V + second of the present pair; infinite at the end. */
  key: number;
  count: number;
  next(): void;
}

/**
 * Merges sorted runs and the counts of frequent words: equal pairs are added up. Yields the share of pairs done.
 * @param vocabulary V
 */
export function* mergeRuns(
  runs: readonly PairFile[],
  counts: DenseCounts,
  vocabulary: number,
  out: PairWriter,
): Generator<number, void> {
  const total = runs.reduce((sum, run) => sum + run.length, 1);
  const heap = [...runs.map((run) => runCursor(run, vocabulary)), denseCursor(counts, vocabulary)];
  for (const cursor of heap) cursor.next();
  for (let place = heap.length - 1; place >= 0; place--) sink(heap, place);
  let done = 0;
  while (heap[0].key < Infinity) {
    const { key } = heap[0];
    let count = 0;
    while (heap[0].key === key) {
      count += heap[0].count;
      heap[0].next();
      sink(heap, 0);
      if (++done % SLICE === 0) yield Math.min(1, done / total);
    }
    const first = Math.floor(key / vocabulary);
    out.add(first, key - first * vocabulary, count);
  }
}

function runCursor(run: PairFile, vocabulary: number): Cursor {
  let block: CoOccurrences = run.read(0, 0);
  let [from, at] = [0, 0];
  return {
    key: 0,
    count: 0,
    next() {
      if (at === block.first.length) {
        block = run.read(from, READ);
        from += block.first.length;
        at = 0;
      }
      const isEnd = at === block.first.length;
      this.key = isEnd ? Infinity : block.first[at] * vocabulary + block.second[at];
      this.count = isEnd ? 0 : block.counts[at++];
    },
  };
}

function denseCursor({ frequent, dense }: DenseCounts, vocabulary: number): Cursor {
  let at = -1;
  return {
    key: 0,
    count: 0,
    next() {
      do at++;
      while (at < dense.length && dense[at] === 0);
      const isEnd = at >= dense.length;
      const first = Math.floor(at / frequent);
      this.key = isEnd ? Infinity : first * vocabulary + (at - first * frequent);
      this.count = isEnd ? 0 : dense[at];
    },
  };
}

/** Moves a cursor down a heap whose smallest key is on top. */
function sink(heap: Cursor[], place: number): void {
  const moving = heap[place];
  for (let child = 2 * place + 1; child < heap.length; child = 2 * place + 1) {
    if (child + 1 < heap.length && heap[child + 1].key < heap[child].key) child++;
    if (!(heap[child].key < moving.key)) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = moving;
}
