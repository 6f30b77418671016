import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { FusedGenerator } from '../../../src/core/generation/fused';
import { sampleTogether, sampleTokens } from '../../../src/core/generation/sample';
import type { ChoiceOptions } from '../../../src/core/generation/choice';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { Random } from '../../../src/core/random';
import { recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import type { PreparedBackend } from '../../../src/engine/select';
import { everyBuild, startKernels } from '../engine/harness';

afterEach(() => vi.restoreAllMocks());

/** A model whose scores are as far apart as those of a trained one. */
function modelOf(shape: RecipeInput['model'], vocabulary: number): RecurrentLanguageModel {
  const recipe = recipeSchema.parse({ model: shape });
  const result = new RecurrentLanguageModel(languageModelShape(recipe, vocabulary), new Random(3));
  const output = result.parameters.find(({ name }) => name === 'output.weight')?.variable;
  if (output) tf.tidy(() => output.assign(tf.mul(output, 20)));
  return result;
}

interface Text {
  ids: number[][];
  logs: number[][];
}

/** What is drawn for each of `batch` seeds. */
function draw(
  model: RecurrentLanguageModel,
  prompt: number[],
  batch: number,
  options: ChoiceOptions,
  length = 40,
): Text {
  const random = Array.from({ length: batch }, (_, b) => new Random(11 + b));
  const steps = [...sampleTogether(model, Int32Array.from(prompt), { ...options, length, random })];
  const each = <T>(of: (token: { id: number; logProbability: number }) => T) =>
    Array.from({ length: batch }, (_, b) => steps.map((tokens) => of(tokens[b])));
  return { ids: each(({ id }) => id), logs: each(({ logProbability }) => logProbability) };
}

/** The same by the model's layers and the choice in TypeScript. */
function drawComposed(...[model, ...rest]: Parameters<typeof draw>): Text {
  const spy = vi.spyOn(FusedGenerator, 'of').mockReturnValue(undefined);
  const text = draw(model, ...rest);
  spy.mockRestore();
  return text;
}

const CHOICES: [string, ChoiceOptions][] = [
  ['everything', { temperature: 1 }],
  ['a low temperature', { temperature: 0.6, forbidden: [0] }],
  ['the tiniest temperature', { temperature: 1e-50 }],
  ['the most probable', { temperature: 0, forbidden: [0, 3] }],
  ['top 1', { temperature: 1.3, topK: 1 }],
  ['top 5', { temperature: 1.5, topK: 5, forbidden: [2] }],
  ['top-p', { temperature: 1.2, topP: 0.8 }],
  ['top-p of almost nothing', { temperature: 1, topP: 1e-6 }],
  ['top-k and top-p', { temperature: 2, topK: 7, topP: 0.9 }],
  ['more than there are', { temperature: 1, topK: 999, topP: 1 }],
];
const MODELS: [string, RecipeInput['model'], number][] = [
  ['lstm', { cell: 'lstm', hidden: 40, embedding: 24, layers: 1 }, 65],
  ['lstm of 3 layers', { cell: 'lstm', hidden: 19, embedding: 5, layers: 3 }, 33],
  ['gru of 2 layers', { cell: 'gru', hidden: 37, embedding: 64, layers: 2 }, 17],
  ['rnn with tanh', { cell: 'rnn', activation: 'tanh', hidden: 64, embedding: 8, layers: 2 }, 70],
  ['rnn with relu', { cell: 'rnn', activation: 'relu', hidden: 31, embedding: 3, layers: 1 }, 5],
  ['one unit', { cell: 'gru', hidden: 1, embedding: 1, layers: 1 }, 12],
  // Its input table would be too large: each token's vector is multiplied when it comes.
  ['a large vocabulary', { cell: 'lstm', hidden: 33, embedding: 20, layers: 2 }, 9000],
];

/** What the compiled loop does not compute. */
const OTHERS: [string, Extract<RecipeInput['model'], { kind?: 'recurrent' }>][] = [
  ['a GRU with the reset before the product', { cell: 'gru', resetBefore: true }],
  ['layer normalisation', { cell: 'layernorm-lstm' }],
  ['two directions', { bidirectional: 'concat' }],
  ['residual layers', { layers: 2, residual: true, embedding: 12 }],
  ['layers that do not recur', { layers: 2, recurrentLayers: 1 }],
  ['tied weights', { tied: true, embedding: 12 }],
  ['one-hot input', { input: 'one-hot' }],
];

describe.each(everyBuild)('generation, $build kernels, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(threads, { builds: [build] })));
  afterAll(() => engine.close());

  /** Expects the fused loop to choose the same tokens as the composed one. */
  function expectSame(model: RecurrentLanguageModel, batch: number, options: ChoiceOptions, prompt = [1, 4, 2]): void {
    const before = tf.memory().numTensors;
    const [actual, expected] = [draw(model, prompt, batch, options), drawComposed(model, prompt, batch, options)];
    expect(actual.ids).toEqual(expected.ids);
    actual.logs.flat().forEach((log, k) => expect(Math.abs(log - expected.logs.flat()[k])).toBeLessThan(2e-3));
    expect(tf.memory().numTensors).toBe(before);
  }

  test.each(MODELS)('%s: the tokens of the composed loop', (_, shape, vocabulary) => {
    const model = modelOf(shape, vocabulary);
    for (const batch of [1, 3, 33]) expectSame(model, batch, { temperature: 1 });
    expectSame(model, 2, { temperature: 1 }, []);
    model.dispose();
  });

  test.each(CHOICES)('choosing among %s', (_, options) => {
    const model = modelOf(MODELS[0][1], MODELS[0][2]);
    for (const batch of [1, 5]) expectSame(model, batch, options);
    model.dispose();
  });
});

describe('the fused loop', () => {
  let engine: PreparedBackend;
  let model: RecurrentLanguageModel;
  beforeAll(async () => {
    engine = await startKernels(2);
    model = modelOf(MODELS[1][1], MODELS[1][2]);
  });
  afterAll(() => engine.close());

  /** Makes each call draw so many tokens, however fast it is. */
  function inCallsOf(steps: number): void {
    const shipped = FusedGenerator.prototype.draw;
    vi.spyOn(FusedGenerator.prototype, 'draw').mockImplementation(function (
      this: FusedGenerator,
      ...[a, b, c, most, e]
    ) {
      (this as unknown as { steps: number }).steps = steps;
      return shipped.call(this, a, b, c, most, e);
    });
  }

  test('draws the same to the last bit however it is divided', () => {
    const whole = draw(model, [1], 3, { temperature: 1 }, 100);
    for (const steps of [1, 7, 100]) {
      inCallsOf(steps);
      expect(draw(model, [1], 3, { temperature: 1 }, 100)).toEqual(whole);
      vi.restoreAllMocks();
    }
  });

  test('gives each text the same, to the last bit, alone and beside others', () => {
    const together = draw(model, [1], 9, { temperature: 1 });
    for (const b of [0, 4, 8]) {
      const random = new Random(11 + b);
      const alone = [...sampleTokens(model, Int32Array.of(1), { length: 40, temperature: 1, random })];
      expect(alone.map(({ id }) => id)).toEqual(together.ids[b]);
      expect(alone.map(({ logProbability }) => logProbability)).toEqual(together.logs[b]);
    }
  });

  test('takes no more random numbers than tokens came out', () => {
    for (const temperature of [1, 0]) {
      const [random, expected] = [new Random(1), new Random(1)];
      const tokens = sampleTokens(model, Int32Array.of(1), { length: 50, temperature, random });
      for (let k = 0; k < 13; k++) tokens.next();
      tokens.return();
      if (temperature > 0) for (let k = 0; k < 13; k++) expected.next();
      expect(random.state()).toEqual(expected.state());
    }
  });

  test('follows the exact probabilities (chi-square)', () => {
    // One step from the same state, 20,000 times: independent draws from one known distribution.
    const [vocabulary, batch] = [12, 2000];
    const flat = modelOf({ cell: 'gru', hidden: 6, embedding: 4, layers: 1 }, vocabulary);
    const counts = new Float64Array(vocabulary);
    const shares = new Float64Array(vocabulary);
    for (let round = 0; round < 10; round++) {
      const random = Array.from({ length: batch }, (_, b) => new Random(1 + round * batch + b));
      const [tokens] = sampleTogether(flat, Int32Array.of(5), { length: 1, temperature: 1, random });
      for (const { id, probability } of tokens) {
        counts[id]++;
        shares[id] = probability;
      }
    }
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    const chiSquare = shares.reduce((sum, share, id) => {
      const expected = share * 10 * batch;
      return sum + (counts[id] - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(31.3); // exceeded once in a thousand times with 11 degrees of freedom
    flat.dispose();
  });

  test.each(['rnn.weight_hh_l0', 'output.bias', 'embedding.weight'])('reports NaN in %s', (name) => {
    const broken = modelOf(MODELS[1][1], MODELS[1][2]);
    const { variable } = broken.parameters.find((each) => each.name === name)!;
    tf.tidy(() => variable.assign(tf.mul(variable, NaN)));
    for (const options of [{ temperature: 1 }, { temperature: 0 }, { temperature: 1, topK: 3, topP: 0.5 }])
      expect(() => draw(broken, [1, 2], 3, options)).toThrow('no longer numbers');
    broken.dispose();
  });

  test('reports that everything is forbidden', () => {
    const forbidden = Array.from({ length: MODELS[1][2] }, (_, id) => id);
    for (const temperature of [0, 1])
      expect(() => draw(model, [1], 2, { temperature, forbidden })).toThrow('no longer numbers');
  });

  test.each(OTHERS)('leaves %s to the layers', (_, shape) => {
    const other = modelOf({ hidden: 12, embedding: 7, layers: 1, ...shape }, 20);
    expect(FusedGenerator.of(other)).toBeUndefined();
    expect(draw(other, [1, 2], 2, { temperature: 1 })).toEqual(drawComposed(other, [1, 2], 2, { temperature: 1 }));
    other.dispose();
  });

  test('refuses tokens outside the vocabulary', () => {
    expect(() => draw(model, [1, 99], 1, { temperature: 1 })).toThrow('99');
    expect(() => draw(model, [1], 1, { temperature: 1, forbidden: [-1] })).toThrow('-1');
  });
});
