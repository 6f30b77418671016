/** Losses, attention and convolution in float64 and plain loops; see reference.ts. */
import type { Numbers } from './reference';

const logSumExp = (row: number[]) => {
  const highest = Math.max(...row);
  return highest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - highest), 0));
};
const rowOf = (values: Numbers, row: number, width: number) =>
  Array.from({ length: width }, (_, k) => values[row * width + k]);

/** Cross-entropy with row weights w, class weights c and smoothing ε, as its equation in softmax-cross-entropy.ts. */
export function smoothedCrossEntropy(
  logits: Numbers,
  labels: Numbers,
  weights: Numbers,
  classWeights: Numbers,
  smoothing: number,
): number {
  const classes = classWeights.length;
  let sum = 0;
  let total = 0;
  for (let n = 0; n < labels.length; n++) {
    const row = rowOf(logits, n, classes);
    const normaliser = logSumExp(row);
    row.forEach((z, v) => {
      const target = (v === labels[n] ? 1 - smoothing : 0) + smoothing / classes;
      sum += weights[n] * target * classWeights[v] * (normaliser - z);
    });
    total += weights[n] * classWeights[labels[n]];
  }
  return total === 0 ? 0 : sum / total;
}

/** Binary cross-entropy of logits [N, L] with row weights, from probabilities. */
export function sigmoidCrossEntropy(logits: Numbers, targets: Numbers, weights: Numbers): number {
  const labels = logits.length / weights.length;
  let sum = 0;
  let total = 0;
  for (let n = 0; n < weights.length; n++) {
    total += weights[n] * labels;
    for (let l = n * labels; l < (n + 1) * labels; l++) {
      const p = 1 / (1 + Math.exp(-logits[l]));
      sum -= weights[n] * (targets[l] * Math.log(p) + (1 - targets[l]) * Math.log(1 - p));
    }
  }
  return total === 0 ? 0 : sum / total;
}

/** y [B, F] and positions [B, F] of the strongest window of x [B, T, E] for filters [K, E, F]. */
export function convolveMaxOverTime(
  x: Numbers,
  filters: Numbers,
  bias: Numbers,
  lengths: Numbers,
  { time, width, size }: { time: number; width: number; size: number },
): { y: Float64Array; positions: number[] } {
  const count = bias.length;
  const y = new Float64Array(lengths.length * count);
  const positions = new Array<number>(y.length).fill(-1);
  for (let b = 0; b < lengths.length; b++) {
    for (let f = 0; f < count; f++) {
      for (let t = 0; t < Math.max(1, lengths[b] - size + 1); t++) {
        let answer = bias[f];
        for (let k = 0; k < size && t + k < lengths[b]; k++)
          for (let e = 0; e < width; e++)
            answer += x[(b * time + t + k) * width + e] * filters[(k * width + e) * count + f];
        if (answer > y[b * count + f]) [y[b * count + f], positions[b * count + f]] = [answer, t];
      }
    }
  }
  return { y, positions };
}

/** Softmax of scores [B, Q, T] over the first lengths[b]; 0 elsewhere. */
export function maskedSoftmax(scores: Numbers, lengths: Numbers, time: number): Float64Array {
  const weights = new Float64Array(scores.length);
  const perSequence = scores.length / time / lengths.length;
  for (let row = 0; row < scores.length / time; row++) {
    const length = lengths[Math.floor(row / perSequence)];
    if (length === 0) continue;
    const own = rowOf(scores, row, time).slice(0, length);
    const normaliser = logSumExp(own);
    own.forEach((z, t) => (weights[row * time + t] = Math.exp(z - normaliser)));
  }
  return weights;
}

/** context [B, Q, D] and weights [B, Q, T] of scores and values [B, T, D]. */
export function attend(scores: Numbers, values: Numbers, lengths: Numbers, time: number): Float64Array[] {
  const weights = maskedSoftmax(scores, lengths, time);
  const width = values.length / lengths.length / time;
  const perSequence = scores.length / time / lengths.length;
  const context = new Float64Array((scores.length / time) * width);
  for (let row = 0; row < scores.length / time; row++) {
    const b = Math.floor(row / perSequence);
    for (let t = 0; t < time; t++)
      for (let d = 0; d < width; d++)
        context[row * width + d] += weights[row * time + t] * values[(b * time + t) * width + d];
  }
  return [context, weights];
}

/** Scores of all pairs by `score(q, k)`: queries [B, Q, H], keys [B, T, G] -> [B, Q, T]. */
export function pairScores(
  queries: Numbers,
  keys: Numbers,
  shape: { batch: number; queries: number; time: number },
  score: (q: number[], k: number[]) => number,
): Float64Array {
  const { batch, time } = shape;
  const widths = [queries.length / (batch * shape.queries), keys.length / (batch * time)];
  return Float64Array.from({ length: batch * shape.queries * time }, (_, at) => {
    const row = Math.floor(at / time);
    const key = Math.floor(row / shape.queries) * time + (at % time);
    return score(rowOf(queries, row, widths[0]), rowOf(keys, key, widths[1]));
  });
}

/** W x (+ b) of one vector. */
export const affine = (weight: Numbers, x: number[], bias?: Numbers): number[] =>
  Array.from({ length: weight.length / x.length }, (_, a) =>
    x.reduce((sum, value, i) => sum + weight[a * x.length + i] * value, bias?.[a] ?? 0),
  );
export const inner = (a: Numbers, b: number[]) => b.reduce((sum, value, i) => sum + a[i] * value, 0);
