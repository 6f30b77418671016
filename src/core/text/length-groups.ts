/**
 * Groups of sequences of similar length, each of at most `most` steps with their padding, or of one sequence alone.
 * @returns places in `lengths`, each in one group
 */
export function* lengthGroups(lengths: ArrayLike<number>, most: number): Generator<number[]> {
  const order = Array.from({ length: lengths.length }, (_, index) => index);
  order.sort((a, b) => lengths[a] - lengths[b] || a - b);
  let group: number[] = [];
  for (const index of order) {
    if (group.length > 0 && (group.length + 1) * lengths[index] > most) {
      yield group;
      group = [];
    }
    group.push(index);
  }
  if (group.length > 0) yield group;
}
