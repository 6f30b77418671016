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
 * @param blocks ids of the text, piece by piece: places in the vocabulary, UNKNOWN and LINE_END
 * @param words the two that are compared; @param probes those that are looked for near them
 * @param window most words between them, words without a vector left out
 */
export function* coOccurrenceRatios(
  blocks: Iterable<Int32Array>,
  words: readonly [number, number],
  probes: readonly number[],
  { vocabulary, window }: { vocabulary: number; window: number },
): Generator<void, CoOccurrenceRatio[]> {
  const near = [new Float64Array(vocabulary), new Float64Array(vocabulary)];
  const before = new Int32Array(window);
  let seen = 0;
  for (const ids of blocks) {
    for (const id of ids) {
      if (id === LINE_END) seen = 0;
      if (id < 0) continue;
      for (let d = 1; d <= Math.min(window, seen); d++) {
        const other = before[(seen - d) % window];
        words.forEach((word, k) => {
          if (id === word) near[k][other]++;
          if (other === word) near[k][id]++;
        });
      }
      before[seen % window] = id;
      seen++;
    }
    yield;
  }
  const totals = near.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  return probes.map((probe) => {
    const counts: [number, number] = [near[0][probe], near[1][probe]];
    const probabilities: [number, number] = [counts[0] / totals[0], counts[1] / totals[1]];
    return { probe, counts, probabilities, ratio: probabilities[0] / probabilities[1] };
  });
}
