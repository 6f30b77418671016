import { UserError } from '../errors';
import type { Random } from '../random';
import { argmax, logProbability } from './distribution';

/** How a token is chosen from its scores. */
export interface ChoiceOptions {
  /** Scores are divided by it; 0 takes the most probable token. */
  temperature: number;
  /** Only the k most probable tokens; 0 or none: all. */
  topK?: number;
  /** Only the most probable tokens whose probabilities add up to p; 1 or none: all (Holtzman et al., 2020). */
  topP?: number;
  /** Ids that are never drawn, such as <unk>. */
  forbidden?: number[];
}

export interface DrawnToken {
  id: number;
  /** What the model itself gave the token: at temperature 1, with nothing left out. */
  probability: number;
  /** Its natural logarithm. */
  logProbability: number;
}

/** The error for scores among which nothing can be chosen. */
export function brokenScores(): UserError {
  return new UserError(
    "The model's scores are no longer numbers: use another checkpoint, or train again with a lower training.rate.",
  );
}

/**
 * Draws a token from softmax(scores / temperature), less what the options leave out; one number is taken from `random`
 * unless the temperature is 0. The compiled kernel (engine/kernels/choice.h) chooses by the same rules, in the same order
 * and by the same number. Throws UserError when a score is no number.
 */
export function drawToken(scores: Float32Array, options: ChoiceOptions & { random: Random }): DrawnToken {
  const id = chooseToken(scores, options);
  const log = logProbability(scores, 0, scores.length, id);
  return { id, probability: Math.exp(log), logProbability: log };
}

function chooseToken(
  scores: Float32Array,
  { temperature, topK, topP, random, forbidden = [] }: ChoiceOptions & { random: Random },
): number {
  if (scores.some((score) => Number.isNaN(score) || score === Infinity)) throw brokenScores();
  const allowed = Float32Array.from(scores);
  for (const id of forbidden) allowed[id] = -Infinity;
  const best = argmax(allowed, 0, allowed.length);
  if (allowed[best] === -Infinity) throw brokenScores();
  if (temperature === 0) return best;
  const probabilities = softmax(allowed, temperature);
  const ids = mostProbable(allowed, probabilities, topK ?? 0, topP ?? 1);
  const total = ids.reduce((sum, id) => sum + probabilities[id], 0);
  let rest = random.next() * total;
  for (const id of ids) {
    rest -= probabilities[id];
    if (rest < 0) return id;
  }
  return ids[ids.length - 1]; // rounding left a little over
}

/** Ids with a probability, by falling score; cut to the first k (0: all) and to those that add up to p. */
function mostProbable(scores: Float32Array, probabilities: Float64Array, k: number, p: number): number[] {
  const ids: number[] = [];
  probabilities.forEach((probability, id) => {
    if (probability > 0) ids.push(id);
  });
  if (k <= 0 && p >= 1) return ids; // all of them: their order does not matter
  ids.sort((a, b) => scores[b] - scores[a] || a - b);
  const kept = k > 0 ? ids.slice(0, k) : ids;
  let sum = 0;
  const enough = p < 1 ? kept.findIndex((id) => (sum += probabilities[id]) >= p) : -1;
  return enough < 0 ? kept : kept.slice(0, enough + 1);
}

/** softmax(scores / temperature) in float64. */
function softmax(scores: Float32Array, temperature: number): Float64Array {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  const powers = Float64Array.from(scores, (score) => Math.exp((score - highest) / temperature));
  let sum = 0;
  for (const power of powers) sum += power;
  return powers.map((power) => power / sum);
}
