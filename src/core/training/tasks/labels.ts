import { UserError } from '../../errors';

/** The distinct labels, in the order of their code points. Throws UserError unless there are two at least. */
export function labelVocabulary(labels: string[][]): string[] {
  const known = [...new Set(labels.flat())].sort((a, b) => (a < b ? -1 : 1));
  if (known.length >= 2) return known;
  throw new UserError(
    known.length === 0
      ? 'No example has a label: choose the column or format that holds them with source.label or source.format.'
      : `All examples have the label "${known[0]}": add examples of another one, for there is nothing to tell apart.`,
  );
}

/**
 * Labels as their places in `vocabulary`. Throws UserError when one is not there.
 * @param where what the examples are called in that sentence: "the held-out examples"
 */
export function labelIds(labels: string[][], vocabulary: string[], where: string): Int32Array[] {
  const ids = new Map(vocabulary.map((label, id) => [label, id]));
  return labels.map((each) =>
    Int32Array.from(each, (label) => {
      const id = ids.get(label);
      if (id !== undefined) return id;
      throw new UserError(
        `The label "${label}" in ${where} is not in the training data: correct it there, or add examples of it to train on.`,
      );
    }),
  );
}

/** Weights of the classes for a loss in which all count the same: n / (classes · count); 0 for a class that is absent. */
export function balancedWeights(labels: Int32Array[], classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const each of labels) for (const id of each) counts[id]++;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : total / (classes * count)));
}
