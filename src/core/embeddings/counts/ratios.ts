import { LINE_END } from '../word-counter';

/** How often a word stands near each of two others, and what that says. */
export interface CoOccurrenceRatio {
  /** Place of the word in the vocabulary. */
  probe: number;
  /** Times that it stands near the first and near the second word. */
  counts: [number, number];
  /** P(probe | first) and P(probe | second): the share of all words near them. */
  probabilities: [number, number];
  /** Their ratio: large when the probe belongs to the first word only, near 1 when to both or to none; NaN for 0 / 0. */
  ratio: number;
}

/**
 * Co-occurrence ratios as in GloVe's table of ice and steam (Pennington et al., 2014), by a window of whole counts that no
 * line end crosses. Memory grows with the vocabulary only.
 */
export class RatioCounter {
  private readonly near: [Float64Array, Float64Array];
  private readonly before: Int32Array;
  /** Words of the line so far, and the place there of the last that is one of the two. */
  private seen = 0;
  private asked = -Infinity;

  /**
   * @param words places of the two that are compared
   * @param window most words between them, words without a vector left out
   */
  constructor(
    private readonly words: readonly [number, number],
    private readonly options: { vocabulary: number; window: number },
  ) {
    this.near = [new Float64Array(options.vocabulary), new Float64Array(options.vocabulary)];
    this.before = new Int32Array(options.window);
  }

  /** Counts the next piece of the text: places in the vocabulary, UNKNOWN and LINE_END. */
  push(ids: Int32Array): void {
    for (const id of ids) {
      if (id >= 0) this.count(id);
      else if (id === LINE_END) {
        this.seen = 0;
        this.asked = -Infinity;
      }
    }
  }

  /** How often each probe stood near the two. */
  ratios(probes: readonly number[]): CoOccurrenceRatio[] {
    const totals = this.near.map((counts) => counts.reduce((sum, count) => sum + count, 0));
    return probes.map((probe) => {
      const counts: [number, number] = [this.near[0][probe], this.near[1][probe]];
      const probabilities: [number, number] = [counts[0] / totals[0], counts[1] / totals[1]];
      return { probe, counts, probabilities, ratio: probabilities[0] / probabilities[1] };
    });
  }

  private count(id: number): void {
    const { before, words, options } = this;
    const isAsked = words.includes(id);
    // Most words have neither of the two near them.
    if (isAsked || this.seen - this.asked <= options.window) {
      for (let d = 1; d <= Math.min(options.window, this.seen); d++)
        this.pair(id, before[(this.seen - d) % options.window]);
    }
    if (isAsked) this.asked = this.seen;
    before[this.seen++ % options.window] = id;
  }

  private pair(id: number, other: number): void {
    for (const [k, word] of this.words.entries()) {
      if (id === word) this.near[k][other]++;
      if (other === word) this.near[k][id]++;
    }
  }
}
