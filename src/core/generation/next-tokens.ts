/** What a model expects next. */
export interface Expectation {
  /** The most probable tokens, the best first. */
  top: { id: number; probability: number }[];
  /** −Σ p ln p over all tokens, in nats: 0 when it is sure, ln V when it knows nothing. */
  entropy: number;
}

/** The distribution softmax(scores), of which the k most probable tokens are named. */
export function expectationOf(scores: Float32Array, k: number): Expectation {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  const normaliser = highest + Math.log(sum);
  let entropy = 0;
  for (const score of scores) {
    const logProbability = score - normaliser;
    if (logProbability > -Infinity) entropy -= Math.exp(logProbability) * logProbability;
  }
  const ids = Int32Array.from(scores, (_, id) => id).sort((a, b) => scores[b] - scores[a] || a - b);
  const top = Array.from(ids.subarray(0, k), (id) => ({ id, probability: Math.exp(scores[id] - normaliser) }));
  return { top, entropy: Math.max(0, entropy) };
}
