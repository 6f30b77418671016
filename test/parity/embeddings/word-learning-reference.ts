import type { LearningOptions } from '../../../src/core/embeddings/learner';

/** What the kernel is given, in float64. */
export interface ReferenceState {
  input: number[][];
  output: number[][];
  keep: Uint32Array;
  chance: Uint32Array;
  alias: Int32Array;
  paths: number[][];
  dice: [number, number];
}

/** xoroshiro64*, as published (Blackman and Vigna, 2018). */
export function roll(dice: [number, number]): number {
  const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));
  const result = Math.imul(dice[0], 0x9e3779bb) >>> 0;
  const mixed = dice[1] ^ dice[0];
  dice[0] = rotate(dice[0], 26) ^ mixed ^ (mixed << 9);
  dice[1] = rotate(mixed, 13);
  return result;
}
export const below = (dice: [number, number], count: number) => Math.floor((roll(dice) * count) / 2 ** 32);
export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Skip-gram and CBOW by their formulas, one sentence at a time, with the kernel's random numbers in its order. */
export function learnPlainly(
  ids: readonly number[],
  { model, window, negative, rate }: LearningOptions,
  state: ReferenceState,
): void {
  const { input, output, keep, chance, alias, paths, dice } = state;
  const targetsOf = (word: number): [number, number][] => {
    if (negative === 0) return paths[word].map((step) => [step >> 1, 1 - (step & 1)]);
    const targets: [number, number][] = [[word, 1]];
    for (let k = 0; k < negative; k++) {
      let drawn = below(dice, input.length);
      if (roll(dice) > chance[drawn]) drawn = alias[drawn];
      if (drawn !== word) targets.push([drawn, 0]);
    }
    return targets;
  };
  /** Returns rate times the negative gradient of the loss with respect to h. */
  const step = (h: number[], word: number): number[] => {
    const targets = targetsOf(word);
    const errors = targets.map(
      ([t, label]) => rate * (label - sigmoid(h.reduce((s, x, k) => s + x * output[t][k], 0))),
    );
    const gradient = h.map(() => 0);
    targets.forEach(([t], i) => {
      for (let k = 0; k < h.length; k++) {
        gradient[k] += errors[i] * output[t][k];
        output[t][k] += errors[i] * h[k];
      }
    });
    return gradient;
  };
  const sentence = ids.filter((id) => id >= 0 && roll(dice) <= keep[id]);
  sentence.forEach((word, at) => {
    const reach = window - below(dice, window);
    const around = sentence.map((_, j) => j).filter((j) => j !== at && Math.abs(j - at) <= reach);
    if (around.length === 0) return;
    if (model === 'skipgram') {
      for (const j of around) {
        const h = input[sentence[j]];
        step(h, word).forEach((value, k) => (h[k] += value));
      }
      return;
    }
    const mean = input[0].map((_, k) => around.reduce((sum, j) => sum + input[sentence[j]][k], 0) / around.length);
    const gradient = step(mean, word);
    for (const j of around) gradient.forEach((value, k) => (input[sentence[j]][k] += value));
  });
}
