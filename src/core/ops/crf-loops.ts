/** A linear-chain CRF in float64 and plain loops, for backends without its kernels; the equations stand in crf.ts. */
type Values = ArrayLike<number>;

/** Sizes and parameters; emissions are row-major [B, T, K]. */
export interface CrfChain {
  time: number;
  tags: number;
  emissions: Values;
  lengths: Values;
  /** [K, K] */
  transitions: Values;
  /** [K] */
  start: Values;
  /** [K] */
  end: Values;
}

/** ln Σ e^score of `count` scores; −∞ of none but −∞. */
function logSum(count: number, score: (i: number) => number): number {
  let highest = -Infinity;
  for (let i = 0; i < count; i++) if (!(score(i) <= highest)) highest = score(i);
  if (highest === -Infinity) return highest;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(score(i) - highest);
  return highest + Math.log(sum);
}

/** alpha, beta [length, K] and ln Z of sequence b. */
function forwardBackward(chain: CrfChain, b: number) {
  const { time, tags: K, emissions, transitions, start, end } = chain;
  const length = chain.lengths[b];
  const emission = (t: number, j: number) => emissions[(b * time + t) * K + j];
  const [alpha, beta] = [new Float64Array(length * K), new Float64Array(length * K)];
  for (let t = 0; t < length; t++)
    for (let j = 0; j < K; j++) {
      const before = (i: number) => alpha[(t - 1) * K + i] + transitions[i * K + j];
      alpha[t * K + j] = emission(t, j) + (t === 0 ? start[j] : logSum(K, before));
    }
  for (let t = length - 1; t >= 0; t--)
    for (let i = 0; i < K; i++) {
      const after = (j: number) => transitions[i * K + j] + emission(t + 1, j) + beta[(t + 1) * K + j];
      beta[t * K + i] = t === length - 1 ? end[i] : logSum(K, after);
    }
  const logZ = length === 0 ? 0 : logSum(K, (j) => alpha[(length - 1) * K + j] + end[j]);
  return { alpha, beta, logZ, length };
}

/** ln P(tags) of each sequence. tags: [B, T]. */
export function logLikelihoods(chain: CrfChain, tags: Values): Float32Array {
  const { time, tags: K, emissions, lengths, transitions, start, end } = chain;
  return Float32Array.from({ length: lengths.length }, (_, b) => {
    const { logZ, length } = forwardBackward(chain, b);
    if (length === 0) return 0;
    const tag = (t: number) => tags[b * time + t];
    let score = start[tag(0)] + end[tag(length - 1)] - logZ;
    for (let t = 0; t < length; t++) {
      score += emissions[(b * time + t) * K + tag(t)];
      if (t > 0) score += transitions[tag(t - 1) * K + tag(t)];
    }
    return score;
  });
}

/** P(tag_t = j): [B, T, K], 0 behind the end. */
export function marginals(chain: CrfChain): Float32Array {
  const { time, tags: K, lengths } = chain;
  const all = new Float32Array(lengths.length * time * K);
  for (let b = 0; b < lengths.length; b++) {
    const { alpha, beta, logZ } = forwardBackward(chain, b);
    alpha.forEach((value, at) => (all[b * time * K + at] = Math.exp(value + beta[at] - logZ)));
  }
  return all;
}

/** Gradients of Σ_b dy[b]·ln P(tags_b). */
export function likelihoodGradients(chain: CrfChain, tags: Values, dy: Values) {
  const { time, tags: K, emissions, lengths } = chain;
  const demissions = marginals(chain);
  const [dtransitions, dstart, dend] = [new Float32Array(K * K), new Float32Array(K), new Float32Array(K)];
  for (let b = 0; b < lengths.length; b++) {
    const { alpha, beta, logZ, length } = forwardBackward(chain, b);
    const at = (t: number) => (b * time + t) * K;
    for (let t = 0; t < length; t++) {
      demissions[at(t) + tags[b * time + t]] -= 1;
      for (let j = 0; j < K; j++) demissions[at(t) + j] *= -dy[b];
      if (t === 0) continue;
      for (let i = 0; i < K; i++)
        for (let j = 0; j < K; j++) {
          const follow = emissions[at(t) + j] + beta[t * K + j];
          const p = Math.exp(alpha[(t - 1) * K + i] + chain.transitions[i * K + j] + follow - logZ);
          dtransitions[i * K + j] -= dy[b] * p;
        }
      dtransitions[tags[b * time + t - 1] * K + tags[b * time + t]] += dy[b];
    }
    for (let j = 0; j < K && length > 0; j++) {
      dstart[j] += demissions[at(0) + j];
      dend[j] += demissions[at(length - 1) + j];
    }
  }
  return { demissions, dtransitions, dstart, dend };
}

/** The best tags [B, T], −1 behind the end, and their scores [B]; of equal tags the first counts (Viterbi, 1967). */
export function decode(chain: CrfChain): { tags: Int32Array; scores: Float32Array } {
  const { time, tags: K, emissions, lengths, transitions, start, end } = chain;
  const tags = new Int32Array(lengths.length * time).fill(-1);
  const scores = new Float32Array(lengths.length);
  for (let b = 0; b < lengths.length; b++) {
    const length = lengths[b];
    if (length === 0) continue;
    const from = new Int32Array(length * K);
    const emission = (t: number, j: number) => emissions[(b * time + t) * K + j];
    let best = Float64Array.from({ length: K }, (_, j) => start[j] + emission(0, j));
    for (let t = 1; t < length; t++) {
      best = best.map((_, j) => {
        let place = 0;
        for (let i = 1; i < K; i++) if (best[i] + transitions[i * K + j] > best[place] + transitions[place * K + j]) place = i; // prettier-ignore
        from[t * K + j] = place;
        return best[place] + transitions[place * K + j] + emission(t, j);
      });
    }
    const ends = best.map((score, j) => score + end[j]);
    let last = ends.indexOf(Math.max(...ends));
    scores[b] = ends[last];
    for (let t = length - 1; t >= 0; t--) {
      tags[b * time + t] = last;
      last = from[t * K + last];
    }
  }
  return { tags, scores };
}
