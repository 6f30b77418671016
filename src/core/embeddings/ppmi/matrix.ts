import type { PairFile } from '../counts/spill';

export interface PpmiOptions {
  /** k: ln k is taken off every mutual information, as k negative words do in skip-gram (Levy and Goldberg, 2014). */
  shift: number;
  /** Contexts count as count^this: rare ones count for more than they do (0.75; Levy et al., 2015). */
  smoothing: number;
}

/** Pairs that are read at once. */
const READ = 65_536;

/**
 * The matrix of shifted positive pointwise mutual information, max(0, ln P(w,c) / (P(w) P(c)) − ln k), of which nothing
 * but the counts of pairs is kept, in their file: products with it read them anew.
 */
export class PpmiMatrix {
  private constructor(
    readonly size: number,
    private readonly pairs: PairFile,
    /** ln of a word's counts, of its smoothed share as a context, and of the shift. */
    private readonly logWords: Float64Array,
    private readonly logContexts: Float64Array,
    private readonly logShift: number,
  ) {}

  /** Sums up the counts. Yields between reads. @param size words in the vocabulary */
  static *of(pairs: PairFile, size: number, { shift, smoothing }: PpmiOptions): Generator<void, PpmiMatrix> {
    const sums = new Float64Array(size);
    for (let from = 0; from < pairs.length; from += READ) {
      const { first, second, counts } = pairs.read(from, READ);
      for (let k = 0; k < counts.length; k++) {
        sums[first[k]] += counts[k];
        if (first[k] !== second[k]) sums[second[k]] += counts[k];
      }
      yield;
    }
    const smoothed = sums.map((sum) => sum ** smoothing);
    const total = smoothed.reduce((all, value) => all + value, 0);
    const logContexts = smoothed.map((value) => Math.log(value / total));
    return new PpmiMatrix(size, pairs, sums.map(Math.log), logContexts, Math.log(shift));
  }

  /**
   * M · X or, transposed, Mᵀ · X, added to `out`. Yields between reads.
   * @param x [V, columns], row-major; @param out the same shape
   */
  *multiply(x: Float64Array, columns: number, isTransposed: boolean, out: Float64Array): Generator<void, void> {
    const [rowLogs, columnLogs] = isTransposed ? [this.logContexts, this.logWords] : [this.logWords, this.logContexts];
    for (let from = 0; from < this.pairs.length; from += READ) {
      const { first, second, counts } = this.pairs.read(from, READ);
      for (let k = 0; k < counts.length; k++) {
        const [i, j] = [first[k], second[k]];
        const log = Math.log(counts[k]) - this.logShift;
        addRow(out, i, log - rowLogs[i] - columnLogs[j], x, j, columns);
        if (i !== j) addRow(out, j, log - rowLogs[j] - columnLogs[i], x, i, columns);
      }
      yield;
    }
  }
}

/** Row `to` of out += value · row `from` of x, where the value is above 0. */
function addRow(out: Float64Array, to: number, value: number, x: Float64Array, from: number, columns: number): void {
  if (!(value > 0)) return;
  for (let c = 0, o = to * columns, at = from * columns; c < columns; c++) out[o + c] += value * x[at + c];
}
