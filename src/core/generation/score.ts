import { logProbability } from './distribution';
import type { NextTokenModel } from './next-token-model';

/** Tokens that are read in one go. */
const CHUNK = 256;

/**
 * Natural-log probability of a token by a row of a model's scores.
 * @param start index of the row's first score
 */
export function logProbabilityBy(model: NextTokenModel, scores: Float32Array, start: number, token: number): number {
  return model.isNormalised ? scores[start + token] : logProbability(scores, start, model.vocabulary, token);
}

/**
 * Natural-log probability of each token given all before it, from a state of zeros. The first token is context only:
 * element i − 1 of the answer belongs to ids[i]. Empty for fewer than two tokens.
 */
export function scoreTokens(model: NextTokenModel, ids: Int32Array): Float64Array {
  const { vocabulary } = model;
  const result = new Float64Array(Math.max(0, ids.length - 1));
  const reader = model.reader(1);
  try {
    for (let from = 0; from < result.length; from += CHUNK) {
      const inputs = ids.slice(from, Math.min(from + CHUNK, ids.length - 1));
      const scores = reader.read(inputs);
      for (let t = 0; t < inputs.length; t++) {
        result[from + t] = logProbabilityBy(model, scores, t * vocabulary, ids[from + t + 1]);
      }
    }
  } finally {
    reader.dispose();
  }
  return result;
}
