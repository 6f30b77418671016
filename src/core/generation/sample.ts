import type { Random } from '../random';
import { argmax } from './distribution';
import type { NextTokenModel } from './next-token-model';

export interface SamplingOptions {
  /** Tokens to draw. */
  length: number;
  /** Scores are divided by it; 0 takes the most probable token. */
  temperature: number;
  /** Only the k most probable tokens; 0 or none: all. */
  topK?: number;
  /** Only the most probable tokens whose probabilities add up to p; 1 or none: all (Holtzman et al., 2020). */
  topP?: number;
  random: Random;
  /** Ids that are never drawn, such as <unk>. */
  forbidden?: number[];
}

/** Tokens of a prompt that are read in one go. */
const PROMPT_CHUNK = 256;

/**
 * Continues a prompt, a token at each `next()`. `probability` is what the model itself gave the token: at temperature 1,
 * with nothing left out. After an empty prompt the first token is drawn from the scores of a hidden state of zeros.
 *
 * Holds the recurrent state between tokens; it is disposed of at the end, or when the generator is closed by `return()`.
 */
export function* sampleTokens(
  model: NextTokenModel,
  promptIds: Int32Array,
  options: SamplingOptions,
): Generator<{ id: number; probability: number }, void> {
  const { vocabulary } = model;
  const reader = model.reader(1);
  try {
    let scores = model.initialScores();
    for (let from = 0; from < promptIds.length; from += PROMPT_CHUNK) {
      scores = reader.read(promptIds.slice(from, from + PROMPT_CHUNK)).slice(-vocabulary); // after the last token
    }
    for (let drawn = 0; drawn < options.length; drawn++) {
      const token = drawToken(scores, options);
      yield token;
      if (drawn + 1 < options.length) scores = reader.read(Int32Array.of(token.id));
    }
  } finally {
    reader.dispose();
  }
}

/** Draws a token from softmax(scores / temperature), less what the options leave out. */
export function drawToken(scores: Float32Array, options: SamplingOptions): { id: number; probability: number } {
  const probabilities = softmax(scores, 1);
  const id = chooseToken(scores, options);
  return { id, probability: probabilities[id] };
}

function chooseToken(
  scores: Float32Array,
  { temperature, topK, topP, random, forbidden = [] }: SamplingOptions,
): number {
  const allowed = Float32Array.from(scores);
  for (const id of forbidden) allowed[id] = -Infinity;
  if (temperature === 0) return argmax(allowed, 0, allowed.length);
  const probabilities = softmax(allowed, temperature);
  const ids = mostProbable(probabilities, topK ?? 0, topP ?? 1);
  const total = ids.reduce((sum, id) => sum + probabilities[id], 0);
  let rest = random.next() * total;
  for (const id of ids) {
    rest -= probabilities[id];
    if (rest < 0) return id;
  }
  return ids[ids.length - 1]; // rounding left a little over
}

/** Ids with a probability, by falling probability; cut to the first k (0: all) and to those that add up to p. */
function mostProbable(probabilities: Float64Array, k: number, p: number): number[] {
  const ids: number[] = [];
  probabilities.forEach((probability, id) => {
    if (probability > 0) ids.push(id);
  });
  if (k <= 0 && p >= 1) return ids; // all of them: their order does not matter
  ids.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  const kept = k > 0 ? ids.slice(0, k) : ids;
  let sum = 0;
  const enough = kept.findIndex((id) => (sum += probabilities[id]) >= p);
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
