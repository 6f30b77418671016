/**
 * ln softmax(scores)[token], in float64.
 *
 * @param scores rows of V numbers one after the other
 * @param start index of the row's first score
 * @param vocabulary V
 */
export function logProbability(scores: Float32Array, start: number, vocabulary: number, token: number): number {
  let highest = -Infinity;
  for (let v = start; v < start + vocabulary; v++) if (scores[v] > highest) highest = scores[v];
  let sum = 0;
  for (let v = start; v < start + vocabulary; v++) sum += Math.exp(scores[v] - highest);
  return scores[start + token] - highest - Math.log(sum);
}

/** Index within the row of its highest score; the first of equals. */
export function argmax(scores: Float32Array, start: number, vocabulary: number): number {
  let best = start;
  for (let v = start + 1; v < start + vocabulary; v++) if (scores[v] > scores[best]) best = v;
  return best - start;
}
