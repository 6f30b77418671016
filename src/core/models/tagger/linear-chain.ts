/** Scores of a linear chain of tags, all logarithms without normalisation. */
export interface Chain {
  /** Tags. */
  size: number;
  /** [tokens, tags] */
  emissions: Float64Array;
  /** [tags, tags], from row to column. */
  transitions: Float64Array;
  /** [tags]: of the first token. */
  start: Float64Array;
}

export interface ChainMarginals {
  /** ln of the sum over all sequences of tags. */
  logPartition: number;
  /** [tokens, tags]: probability of each tag. */
  tokens: Float64Array;
  /** [tags, tags]: expected number of each pair in a row. */
  pairs: Float64Array;
}

/** Forward and backward (Lafferty, McCallum and Pereira, 2001), each step scaled to a sum of one. One token at least. */
export function chainMarginals({ size, emissions, transitions, start }: Chain): ChainMarginals {
  const length = emissions.length / size;
  const highest = largest(transitions);
  const move = transitions.map((score) => Math.exp(score - highest));
  const local = new Float64Array(emissions.length);
  const alpha = new Float64Array(emissions.length);
  let logPartition = (length - 1) * highest;
  const scales = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const row = emissions.subarray(t * size, (t + 1) * size);
    const scores = t === 0 ? row.map((score, k) => score + start[k]) : row;
    const most = largest(scores);
    let sum = 0;
    for (let k = 0; k < size; k++) {
      local[t * size + k] = Math.exp(scores[k] - most);
      let reach = t === 0 ? 1 : 0;
      if (t > 0) for (let j = 0; j < size; j++) reach += alpha[(t - 1) * size + j] * move[j * size + k];
      alpha[t * size + k] = reach * local[t * size + k];
      sum += alpha[t * size + k];
    }
    for (let k = 0; k < size; k++) alpha[t * size + k] /= sum;
    scales[t] = sum;
    logPartition += Math.log(sum) + most;
  }
  const tokens = new Float64Array(emissions.length);
  const pairs = new Float64Array(size * size);
  let beta = new Float64Array(size).fill(1);
  for (let t = length - 1; t >= 0; t--) {
    for (let k = 0; k < size; k++) tokens[t * size + k] = alpha[t * size + k] * beta[k];
    if (t === 0) break;
    const before = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const into = (local[t * size + k] * beta[k]) / scales[t];
      for (let j = 0; j < size; j++) {
        const weight = move[j * size + k] * into;
        before[j] += weight;
        pairs[j * size + k] += alpha[(t - 1) * size + j] * weight;
      }
    }
    beta = before;
  }
  return { logPartition, tokens, pairs };
}

/** The sequence of tags with the highest score; the first of equals. */
export function bestChain({ size, emissions, transitions, start }: Chain): Int32Array {
  const length = emissions.length / size;
  const path = new Int32Array(length);
  if (length === 0) return path;
  const back = new Int32Array(emissions.length);
  let best = start.map((score, k) => score + emissions[k]);
  for (let t = 1; t < length; t++) {
    const next = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      let [high, from] = [-Infinity, 0];
      for (let j = 0; j < size; j++) {
        const score = best[j] + transitions[j * size + k];
        if (score > high) [high, from] = [score, j];
      }
      next[k] = high + emissions[t * size + k];
      back[t * size + k] = from;
    }
    best = next;
  }
  path[length - 1] = best.reduce((high, score, k) => (score > best[high] ? k : high), 0);
  for (let t = length - 1; t > 0; t--) path[t - 1] = back[t * size + path[t]];
  return path;
}

function largest(values: Float64Array): number {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}
