import { UserError } from '../../errors';

/** Examples as token sequences, with the ids of the labels of each. */
export interface LabelledIds {
  ids: Int32Array[];
  /** Exactly one each, unless several labels may hold at once. */
  labels: Int32Array[];
}

/** What a classifier learns from and is measured on. */
export interface ClassifierData {
  train: LabelledIds;
  validation: LabelledIds;
  /** Names of the labels, by id. */
  labels: string[];
  /** Whether an example may have any number of labels, each then decided for itself. */
  multiLabel: boolean;
}

/** Throws UserError when there is nothing to tell apart, and RangeError for ids that do not fit. */
export function checkLabels({ train, validation, labels, multiLabel }: ClassifierData): void {
  if (train.ids.length === 0) throw new UserError('There are no training examples: add some, or hold out fewer.');
  if (labels.length < (multiLabel ? 1 : 2)) {
    throw new UserError('A classifier needs examples of two labels at least: check which column holds the label.');
  }
  for (const part of [train, validation]) {
    if (part.ids.length !== part.labels.length) throw new RangeError('Every example needs its labels.');
    for (const own of part.labels) {
      if (!multiLabel && own.length !== 1) throw new RangeError(`An example has ${own.length} labels.`);
      for (const label of own) if (!(label >= 0 && label < labels.length)) throw new RangeError(`No label ${label}.`);
    }
  }
}

/** How many examples have each label. */
export function labelCounts({ labels }: LabelledIds, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const own of labels) for (const label of own) counts[label]++;
  return counts;
}
