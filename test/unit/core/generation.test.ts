import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { drawToken } from '../../../src/core/generation/choice';
import { sampleTogether, sampleTokens, type SamplingOptions } from '../../../src/core/generation/sample';
import { scoreTokens } from '../../../src/core/generation/score';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { Random } from '../../../src/core/random';
import { recipeSchema } from '../../../src/core/recipe/schema';

const VOCABULARY = 6;
const SCORES = Float32Array.from([0.5, -1, 2, 1, -0.5, 0]);
const softmax = (scores: ArrayLike<number>, temperature = 1) => {
  const powers = Array.from(scores, (score) => Math.exp(score / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

beforeAll(() => tf.setBackend('cpu'));

describe('drawToken', () => {
  const draws = (options: Partial<SamplingOptions>, count = 20_000) => {
    const counts = new Array<number>(VOCABULARY).fill(0);
    const random = new Random(9);
    for (let k = 0; k < count; k++) counts[drawToken(SCORES, { temperature: 1, random, ...options }).id]++;
    return counts.map((number) => number / count);
  };
  const expectShares = (actual: number[], expected: number[]) =>
    expected.forEach((share, id) =>
      share === 0 ? expect(actual[id]).toBe(0) : expect(Math.abs(actual[id] - share)).toBeLessThan(0.012),
    );
  /** Shares when only these ids are allowed. */
  const only = (ids: number[], temperature = 1) =>
    softmax(
      Array.from(SCORES, (score, id) => (ids.includes(id) ? score : -Infinity)),
      temperature,
    );

  test.each([0.5, 1, 2])('follows softmax at temperature %f', (temperature) => {
    expectShares(draws({ temperature }), softmax(SCORES, temperature));
  });
  test('temperature 0 takes the most probable token', () =>
    expect(draws({ temperature: 0 }, 50)).toEqual([0, 0, 1, 0, 0, 0]));
  test('a very low temperature does not overflow', () =>
    expect(draws({ temperature: 1e-6 }, 50)).toEqual([0, 0, 1, 0, 0, 0]));
  test('top-k keeps the k most probable', () => expectShares(draws({ topK: 3 }), only([0, 2, 3])));
  test('top-k 0 and above the vocabulary keep all', () => {
    expectShares(draws({ topK: 0 }), softmax(SCORES));
    expectShares(draws({ topK: 99 }), softmax(SCORES));
  });
  test('top-p keeps the fewest that reach p', () => {
    // 2 has a share of 0.53, 3 of 0.20, 0 of 0.12
    expectShares(draws({ topP: 0.5 }), only([2]));
    expectShares(draws({ topP: 0.6 }), only([2, 3]));
    expectShares(draws({ topP: 0.8 }), only([0, 2, 3]));
    expectShares(draws({ topP: 1 }), softmax(SCORES));
    expectShares(draws({ topP: 0 }), only([2]));
  });
  test('top-p counts after the temperature', () => expectShares(draws({ topP: 0.6, temperature: 0.3 }), only([2])));
  test('forbidden ids never come, not even as the most probable', () => {
    expectShares(draws({ forbidden: [2, 4] }), only([0, 1, 3, 5]));
    expect(draws({ forbidden: [2], temperature: 0 }, 20)).toEqual([0, 0, 0, 1, 0, 0]);
  });
  test.each([NaN, Infinity])('a score of %f is an error, and so is nothing to choose from', (score) => {
    const options = { temperature: 1, random: new Random(1) };
    expect(() => drawToken(Float32Array.of(0, score), options)).toThrow('no longer numbers');
    expect(() => drawToken(Float32Array.of(0, 1), { ...options, forbidden: [0, 1] })).toThrow('no longer numbers');
  });
  test("the probability is the model's own", () => {
    const token = drawToken(SCORES, { temperature: 0.2, topK: 2, random: new Random(1), forbidden: [2] });
    expect(token.probability).toBeCloseTo(softmax(SCORES)[token.id], 10);
  });
});

describe('with a model', () => {
  let model: RecurrentLanguageModel;
  let tensors = 0;
  beforeEach(() => {
    const recipe = recipeSchema.parse({ model: { embedding: 4, hidden: 8, layers: 2 } });
    model = new RecurrentLanguageModel(languageModelShape(recipe, VOCABULARY), new Random(2));
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });
  const sample = (prompt: number[], options: Partial<SamplingOptions> = {}) => [
    ...sampleTokens(model, Int32Array.from(prompt), { length: 30, temperature: 1, random: new Random(5), ...options }),
  ];

  test('the same seed gives the same text, another seed another', () => {
    expect(sample([1, 2])).toEqual(sample([1, 2]));
    expect(sample([1, 2])).not.toEqual(sample([1, 2], { random: new Random(6) }));
    expect(sample([1, 2])).toHaveLength(30);
    expect(sample([1, 2], { length: 0 })).toEqual([]);
  });

  test('probabilities are those that scoreTokens finds for the text', () => {
    for (const prompt of [[3], [1, 4, 4, 0, 2], Array.from({ length: 600 }, (_, k) => (k * k) % VOCABULARY)]) {
      const drawn = sample(prompt);
      const scores = scoreTokens(model, Int32Array.from([...prompt, ...drawn.map(({ id }) => id)]));
      expect(scores).toHaveLength(prompt.length + 29);
      drawn.forEach(({ probability }, k) =>
        expect(Math.exp(scores[prompt.length - 1 + k])).toBeCloseTo(probability, 5),
      );
    }
  });

  test('an empty prompt draws the first token from the scores of a state of zeros', () => {
    const [first] = sample([]);
    const output = model.parameters.find(({ name }) => name === 'output.bias');
    expect(first.probability).toBeCloseTo(softmax(output?.variable.dataSync() ?? [])[first.id], 6);
  });

  test('texts drawn together are those that are drawn one by one', () => {
    const random = [5, 6, 7].map((seed) => new Random(seed));
    const together = [...sampleTogether(model, Int32Array.of(1, 2), { length: 30, temperature: 1, random })];
    for (const [b, seed] of [5, 6, 7].entries())
      expect(together.map((tokens) => tokens[b].id)).toEqual(
        sample([1, 2], { random: new Random(seed) }).map(({ id }) => id),
      );
  });

  test('closing the generator early frees its state', () => {
    const tokens = sampleTokens(model, Int32Array.of(1), { length: 10, temperature: 1, random: new Random(1) });
    tokens.next();
    expect(tf.memory().numTensors).toBeGreaterThan(tensors);
    tokens.return();
  });

  test('scores are normalised and empty without two tokens', () => {
    const sum = Array.from({ length: VOCABULARY }, (_, id) => Math.exp(scoreTokens(model, Int32Array.of(2, 3, id))[1]));
    expect(sum.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(scoreTokens(model, Int32Array.of(2))).toHaveLength(0);
    expect(scoreTokens(model, new Int32Array(0))).toHaveLength(0);
  });
});
