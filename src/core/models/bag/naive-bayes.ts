import { NgramBag, type SparseRows } from './bag';
import { type ClassifierData, labelCounts } from './labelled';
import { LinearClassifier } from './linear-classifier';

export interface NaiveBayesOptions {
  /** Longest n-gram that is a feature; 1 is a bag of words. */
  ngrams: number;
  /** What is added to every count; above zero. */
  alpha: number;
}

/** Entries between two yields: a few milliseconds. */
const SLICE = 65_536;

/**
 * Multinomial naive Bayes: p(class) times the product over the n-grams of p(n-gram | class), with
 * p(n-gram | class) = (count + alpha) / (all counts of the class + alpha * features). With several labels at once, each
 * label is a class against the rest. Yields the share that is done.
 */
export function* fitNaiveBayes(data: ClassifierData, options: NaiveBayesOptions): Generator<number, LinearClassifier> {
  const bag = new NgramBag(options.ngrams, false);
  const learning = bag.learnInSlices(data.train.ids);
  let step = learning.next();
  for (; !step.done; step = learning.next()) yield step.value / 2;
  const width = data.labels.length;
  const counts = new Float64Array(bag.size * width);
  const all = new Float64Array(bag.size);
  for (const share of addCounts(step.value, data.train.labels, width, counts, all)) yield (1 + share) / 2;
  const weights = data.multiLabel
    ? againstRest(counts, all, width, options.alpha)
    : amongAll(counts, width, options.alpha);
  return new LinearClassifier(data.labels, data.multiLabel, bag, weights, priors(data, options.alpha));
}

/** Fills counts[feature, label] and all[feature], of every example. */
function* addCounts(
  { starts, features, values }: SparseRows,
  labels: readonly Int32Array[],
  width: number,
  counts: Float64Array,
  all: Float64Array,
): Generator<number, void> {
  let pause = SLICE;
  for (let i = 0; i < labels.length; i++) {
    for (let entry = starts[i]; entry < starts[i + 1]; entry++) {
      all[features[entry]] += values[entry];
      for (const label of labels[i]) counts[features[entry] * width + label] += values[entry];
    }
    if (starts[i + 1] < pause) continue;
    pause = starts[i + 1] + SLICE;
    yield i / labels.length;
  }
}

/** Logarithms of p(feature | class), less their mean over the classes, which changes no prediction but keeps digits. */
function amongAll(counts: Float64Array, width: number, alpha: number): Float32Array {
  const totals = columnSums(counts, width, alpha);
  const weights = new Float32Array(counts.length);
  const row = new Float64Array(width);
  for (let from = 0; from < counts.length; from += width) {
    let mean = 0;
    for (let k = 0; k < width; k++) mean += (row[k] = Math.log((counts[from + k] + alpha) / totals[k])) / width;
    for (let k = 0; k < width; k++) weights[from + k] = row[k] - mean;
  }
  return weights;
}

/** ln p(feature | label) - ln p(feature | not label). */
function againstRest(counts: Float64Array, all: Float64Array, width: number, alpha: number): Float32Array {
  const rest = counts.map((count, at) => all[Math.floor(at / width)] - count);
  const [own, others] = [columnSums(counts, width, alpha), columnSums(rest, width, alpha)];
  return Float32Array.from(counts, (count, at) => {
    const label = at % width;
    return Math.log((count + alpha) / own[label]) - Math.log((rest[at] + alpha) / others[label]);
  });
}

/** Sum of count + alpha over the features, for each label. */
function columnSums(counts: Float64Array, width: number, alpha: number): Float64Array {
  const sums = new Float64Array(width).fill((alpha * counts.length) / width);
  for (let at = 0; at < counts.length; at++) sums[at % width] += counts[at];
  return sums;
}

/**
 * ln p(class) from the examples' labels, or ln of the odds against the rest. Where training lacks a class altogether,
 * every class counts `alpha` examples more, so that none is impossible.
 */
export function priors({ train, labels, multiLabel }: ClassifierData, alpha: number): Float32Array {
  const counts = labelCounts(train, labels.length);
  const all = train.ids.length;
  const isIncomplete = counts.some((count) => count === 0 || (multiLabel && count === all));
  const added = isIncomplete ? alpha : 0;
  return Float32Array.from(counts, (count) =>
    multiLabel
      ? Math.log(count + added) - Math.log(all - count + added)
      : Math.log((count + added) / (all + added * labels.length)),
  );
}
