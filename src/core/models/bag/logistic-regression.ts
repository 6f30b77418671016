import { minimise, type Objective } from '../../training/lbfgs';
import { NgramBag, type SparseRows } from './bag';
import type { ClassifierData } from './labelled';
import { LinearClassifier } from './linear-classifier';

export interface LogisticRegressionOptions {
  /** Longest n-gram that is a feature; 1 is a bag of words. */
  ngrams: number;
  /** The loss is the sum over the examples plus l2 / 2 times the squared norm of the weights, biases left out. */
  l2: number;
  /** Whether only presence counts. */
  binary: boolean;
}

/** Multiplications between two yields: a few milliseconds. */
const SLICE = 1_000_000;
/** Of the gradient of the mean loss. */
const TOLERANCE = 1e-6;
/** Without l2, data that can be separated has no minimum. */
const MOST_ITERATIONS = 1000;

/**
 * Logistic regression to the minimum of its convex loss, as scikit-learn defines it with C = 1 / l2: one weight vector and
 * the logistic function for two labels, a vector each and softmax for more, a vector and the logistic function for each
 * where several labels may hold. Yields the share that is done.
 *
 * @param warn hears one sentence when the minimum was not reached
 */
export function* fitLogisticRegression(
  data: ClassifierData,
  { ngrams, l2, binary }: LogisticRegressionOptions,
  warn: (sentence: string) => void,
): Generator<number, LinearClassifier> {
  const bag = new NgramBag(ngrams, binary);
  const learning = bag.learnInSlices(data.train.ids);
  let step = learning.next();
  for (; !step.done; step = learning.next()) yield step.value * 0.1;
  const isPair = !data.multiLabel && data.labels.length === 2;
  const width = isPair ? 1 : data.labels.length;
  const problem: Problem = {
    rows: step.value,
    targets: targetsOf(data, width, isPair),
    width,
    isSoftmax: !data.multiLabel && !isPair,
    l2,
    biases: bag.size * width,
  };
  const x = new Float64Array((bag.size + 1) * width);
  const options = { tolerance: TOLERANCE, maxIterations: MOST_ITERATIONS };
  const minimising = minimise(x, objectiveOf(problem), options);
  let found = minimising.next();
  for (; !found.done; found = minimising.next()) yield 0.1 + 0.9 * found.value;
  if (!found.value.converged) {
    warn(`Logistic regression did not settle in ${found.value.iterations} iterations: raise model.l2.`);
  }
  const [weights, bias] = isPair ? asTwo(x, bag.size) : [x.subarray(0, problem.biases), x.subarray(problem.biases)];
  return new LinearClassifier(data.labels, data.multiLabel, bag, Float32Array.from(weights), Float32Array.from(bias));
}

interface Problem {
  rows: SparseRows;
  /** [examples, width]: 1 where the label holds. */
  targets: Uint8Array;
  /** Weight vectors. */
  width: number;
  isSoftmax: boolean;
  l2: number;
  /** Where the biases begin, behind the weights [features, width]. */
  biases: number;
}

function targetsOf({ train }: ClassifierData, width: number, isPair: boolean): Uint8Array {
  const targets = new Uint8Array(train.labels.length * width);
  train.labels.forEach((own, i) => {
    for (const label of own) if (!isPair) targets[i * width + label] = 1;
    if (isPair) targets[i] = own[0];
  });
  return targets;
}

/** The logistic function of one score is softmax over half of it and minus half of it. */
function asTwo(x: Float64Array, features: number): [Float64Array, Float64Array] {
  const two = Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 === 0 ? -x[i >> 1] / 2 : x[i >> 1] / 2));
  return [two.subarray(0, 2 * features), two.subarray(2 * features)];
}

/** Mean loss, so that the tolerance means the same for any number of examples. */
function objectiveOf(problem: Problem): Objective {
  const { rows, width, l2, biases } = problem;
  const examples = rows.starts.length - 1;
  const scores = new Float64Array(width);
  return function* (x, gradient) {
    gradient.fill(0);
    let loss = 0;
    let pause = SLICE;
    for (let i = 0; i < examples; i++) {
      loss += exampleLoss(problem, i, x, gradient, scores);
      if (rows.starts[i + 1] * width < pause) continue;
      pause = rows.starts[i + 1] * width + SLICE;
      yield;
    }
    let squares = 0;
    for (let at = 0; at < biases; at++) {
      squares += x[at] * x[at];
      gradient[at] += l2 * x[at];
    }
    for (let at = 0; at < gradient.length; at++) gradient[at] /= examples;
    return (loss + (l2 / 2) * squares) / examples;
  };
}

/** Loss of one example; adds its gradient. */
function exampleLoss(
  { rows: { starts, features, values }, targets, width, isSoftmax, biases }: Problem,
  i: number,
  x: Float64Array,
  gradient: Float64Array,
  scores: Float64Array,
): number {
  for (let k = 0; k < width; k++) scores[k] = x[biases + k];
  for (let entry = starts[i]; entry < starts[i + 1]; entry++) {
    const at = features[entry] * width;
    for (let k = 0; k < width; k++) scores[k] += values[entry] * x[at + k];
  }
  const loss = isSoftmax ? softmaxLoss(scores, targets, i * width) : logisticLoss(scores, targets, i * width);
  for (let k = 0; k < width; k++) gradient[biases + k] += scores[k];
  for (let entry = starts[i]; entry < starts[i + 1]; entry++) {
    const at = features[entry] * width;
    for (let k = 0; k < width; k++) gradient[at + k] += values[entry] * scores[k];
  }
  return loss;
}

/** Cross-entropy of softmax; the scores become its derivatives. */
function softmaxLoss(scores: Float64Array, targets: Uint8Array, from: number): number {
  let highest = -Infinity;
  for (const score of scores) highest = Math.max(highest, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  const logSum = highest + Math.log(sum);
  let loss = 0;
  for (let k = 0; k < scores.length; k++) {
    if (targets[from + k]) loss += logSum - scores[k];
    scores[k] = Math.exp(scores[k] - logSum) - targets[from + k];
  }
  return loss;
}

/** Sum of the binary cross-entropies; the scores become their derivatives. */
function logisticLoss(scores: Float64Array, targets: Uint8Array, from: number): number {
  let loss = 0;
  for (let k = 0; k < scores.length; k++) {
    const signed = targets[from + k] ? scores[k] : -scores[k];
    // ln(1 + e^-signed) without overflow.
    loss += Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed)));
    scores[k] = 1 / (1 + Math.exp(-scores[k])) - targets[from + k];
  }
  return loss;
}
