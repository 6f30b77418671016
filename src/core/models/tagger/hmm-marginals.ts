/** Tags that a word can have, with ln p(word | tag) up to a constant of the word. */
export interface Step {
  tags: Int32Array;
  logs: Float64Array;
}

/** Hears what is expected: the probability of a tag at a token, and of three tags in a row at [a, b, c] of the table. */
interface Listener {
  token?: (token: number, tag: number, probability: number) => void;
  three?: (at: number, probability: number) => void;
}

/**
 * Forward and backward over pairs of tags (Rabiner, 1989, with his scaling). Returns ln p(words).
 *
 * @param steps two boundaries, at least one token, one boundary
 * @param transitions ln p(c | a b) at [a, b, c]
 * @param size of each of its three axes
 */
export function expectation(steps: Step[], transitions: Float64Array, size: number, listener: Listener): number {
  const last = steps.length - 1;
  // factors[i][a, b, c]: p(c | a b) p(word i | c), divided by the largest, of the tags that the three steps can have.
  const factors: Float64Array[] = [];
  const alphas: Float64Array[] = [];
  alphas[1] = Float64Array.of(1);
  let logLikelihood = 0;
  for (let i = 2; i <= last; i++) {
    const logs = logFactors(steps, i, transitions, size);
    const most = logs.reduce((high, value) => Math.max(high, value), -Infinity);
    factors[i] = logs.map((value) => Math.exp(value - most));
    const alpha = forward(alphas[i - 1], factors[i], steps[i - 1].tags.length, steps[i].tags.length);
    const sum = alpha.reduce((all, value) => all + value, 0);
    if (!(sum > 0)) return -Infinity;
    alphas[i] = alpha.map((value) => value / sum);
    logLikelihood += Math.log(sum) + most;
  }
  let beta: Float64Array = new Float64Array(alphas[last].length).fill(1);
  for (let i = last; i >= 2; i--)
    beta = backward(steps, i, { alpha: alphas[i - 1], factor: factors[i], beta }, size, listener);
  return logLikelihood;
}

function logFactors(steps: Step[], i: number, transitions: Float64Array, size: number): Float64Array {
  const [a, b, c] = [steps[i - 2].tags, steps[i - 1].tags, steps[i].tags];
  const { logs } = steps[i];
  const result = new Float64Array(a.length * b.length * c.length);
  let at = 0;
  for (const first of a) {
    for (const second of b) {
      const row = (first * size + second) * size;
      for (let k = 0; k < c.length; k++) result[at++] = transitions[row + c[k]] + logs[k];
    }
  }
  return result;
}

function forward(alpha: Float64Array, factor: Float64Array, width: number, next: number): Float64Array {
  const result = new Float64Array(width * next);
  alpha.forEach((value, pair) => {
    const second = pair % width;
    for (let k = 0; k < next; k++) result[second * next + k] += value * factor[pair * next + k];
  });
  return result;
}

/**
 * Tells the marginals of step i, whose triples are normalised, and gives beta of the pairs before, scaled to a sum of
 * one.
 */
function backward(
  steps: Step[],
  i: number,
  { alpha, factor, beta }: { alpha: Float64Array; factor: Float64Array; beta: Float64Array },
  size: number,
  { token, three }: Listener,
): Float64Array {
  const [a, b, c] = [steps[i - 2].tags, steps[i - 1].tags, steps[i].tags];
  const before = new Float64Array(alpha.length);
  const joint = new Float64Array(factor.length);
  let all = 0;
  for (let at = 0; at < factor.length; at++) {
    const pair = Math.floor(at / c.length);
    const weight = factor[at] * beta[(pair % b.length) * c.length + (at % c.length)];
    before[pair] += weight;
    joint[at] = alpha[pair] * weight;
    all += joint[at];
  }
  for (let at = 0; at < joint.length; at++) {
    const p = joint[at] / all;
    const pair = Math.floor(at / c.length);
    const [first, second, third] = [a[Math.floor(pair / b.length)], b[pair % b.length], c[at % c.length]];
    if (i < steps.length - 1) token?.(i - 2, third, p);
    three?.((first * size + second) * size + third, p);
  }
  const sum = before.reduce((total, value) => total + value, 0);
  return before.map((value) => value / sum);
}
