import type { ClassFigures } from './learner';

/** Figures of a classifier's decisions, fractions; 0 where nothing was there to divide by. */
export interface ClassificationFigures {
  /** Share of examples (one label each) or of decisions (several labels) that were right. */
  accuracy: number;
  /** Mean of the classes' F1 (macro), or with several labels at once that of all decisions together (micro). */
  f1: number;
  /** In the order of the labels. */
  classes: ClassFigures[];
}

/**
 * Figures for one label an example. A class that neither occurs nor is predicted has an F1 of 0 and counts in the mean
 * (as scikit-learn's `f1_score(labels=..., average="macro", zero_division=0)`).
 *
 * @param actual label of each example, 0 to labels.length - 1
 * @param predicted of the same length
 * @returns the figures and confusion[actual][predicted], counts. Throws RangeError when lengths or labels do not fit.
 */
export function classificationFigures(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  labels: string[],
): ClassificationFigures & { confusion: number[][] } {
  checkLengths(actual.length, predicted.length);
  const confusion = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let i = 0; i < actual.length; i++) {
    checkLabel(actual[i], labels);
    checkLabel(predicted[i], labels);
    confusion[actual[i]][predicted[i]]++;
  }
  const classes = labels.map((label, k) => {
    const claimed = confusion.reduce((sum, row) => sum + row[k], 0);
    const count = confusion[k].reduce((sum, n) => sum + n, 0);
    return figuresOf(label, confusion[k][k], claimed, count);
  });
  const right = confusion.reduce((sum, row, k) => sum + row[k], 0);
  const f1 = ratio(
    classes.reduce((sum, figures) => sum + figures.f1, 0),
    labels.length,
  );
  return { accuracy: ratio(right, actual.length), f1, classes, confusion };
}

/**
 * Figures for any number of labels an example, each a decision of its own.
 *
 * @param actual labels of each example, in any order, none of them twice
 * @param predicted the same for the predictions
 */
export function multiLabelFigures(
  actual: readonly ArrayLike<number>[],
  predicted: readonly ArrayLike<number>[],
  labels: string[],
): ClassificationFigures {
  checkLengths(actual.length, predicted.length);
  const hits = new Array<number>(labels.length).fill(0);
  const claims = new Array<number>(labels.length).fill(0);
  const counts = new Array<number>(labels.length).fill(0);
  for (let i = 0; i < actual.length; i++) {
    const right = new Set(Array.from(actual[i]));
    for (const label of right) counts[checkLabel(label, labels)]++;
    for (const label of new Set(Array.from(predicted[i]))) {
      claims[checkLabel(label, labels)]++;
      if (right.has(label)) hits[label]++;
    }
  }
  const [hit, claimed, count] = [hits, claims, counts].map((list) => list.reduce((sum, n) => sum + n, 0));
  const decisions = actual.length * labels.length;
  return {
    accuracy: ratio(decisions - (claimed - hit) - (count - hit), decisions),
    f1: ratio(2 * hit, claimed + count),
    classes: labels.map((label, k) => figuresOf(label, hits[k], claims[k], counts[k])),
  };
}

/** @param claimed examples for which the class was predicted; count: those that have it; hits: both */
function figuresOf(label: string, hits: number, claimed: number, count: number): ClassFigures {
  return {
    label,
    precision: ratio(hits, claimed),
    recall: ratio(hits, count),
    f1: ratio(2 * hits, claimed + count),
    count,
  };
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function checkLengths(actual: number, predicted: number): void {
  if (actual !== predicted) throw new RangeError(`${actual} examples cannot have ${predicted} predictions.`);
}

function checkLabel(label: number, labels: string[]): number {
  if (!(Number.isInteger(label) && label >= 0 && label < labels.length)) throw new RangeError(`No label ${label}.`);
  return label;
}
