import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { NgramModel } from '../../../src/core/models/ngram';
import type { RunEvent } from '../../../src/core/runs/events';
import { Random } from '../../../src/core/random';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { estimateMemory } from '../../../src/core/recipe';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import { BaselineWork, MAX_COUNTED } from '../../../src/worker/baseline';
import { refuseMismatch } from '../../../src/worker/checkpoint-check';
import { tooLarge } from '../../../src/worker/memory';
import { characterMetrics, standingOf } from '../../../src/worker/metrics';
import { Bench, tinyRecipe } from '../../helpers/job';
import { someText } from '../../helpers/temporary';

test('a baseline counted in slices is the one counted in one go', () => {
  const text = someText(60_000);
  const tokenizer = CharacterTokenizer.train(text, { minCount: 1, maxVocabulary: 100 });
  const ids = tokenizer.encode(text);
  const [train, validation] = [ids.subarray(0, 54_000), ids.subarray(54_000)];
  const work = new BaselineWork(tinyRecipe(), train, validation, tokenizer.size);
  let slices = 1;
  let result = work.work(0);
  for (; !result; slices++) result = work.work(0);
  expect(slices).toBeGreaterThan(10);
  const model = NgramModel.train(train, { order: 3, vocabulary: tokenizer.size });
  expect(result).toMatchObject({ name: model.name, loss: model.evaluate(validation).loss, warnings: [] });
  expect(result.seconds).toBeGreaterThan(0);
});

test('of a very long text the baseline counts a part, and says so', () => {
  const train = new Int32Array(MAX_COUNTED + 1);
  const work = new BaselineWork(tinyRecipe(), train, new Int32Array(100), 2);
  expect(work.work(1e6)?.warnings).toEqual([expect.stringMatching(/first 5,000,000 of 5,000,001 training characters/)]);
});

test('the weights that a recipe asks for are counted as the model counts them', async () => {
  const bench = new Bench();
  await bench.backends.prepare({ backend: 'kernels', threads: 1 });
  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    const recipe = tinyRecipe({ model: { cell, layers: 3 } });
    const built = new RecurrentLanguageModel(languageModelShape(recipe, 17), new Random(1));
    expect(estimateMemory(recipe, 17).parameters).toBe(built.parameterCount);
    built.dispose();
  }
  await bench.backends.close();
  expect(() => refuseMismatch(tinyRecipe(), 17, new Map())).toThrow(/holds 0 weights/);
});

test('measures of a loss', () => {
  const { validationLoss, perplexity, bitsPerCharacter } = characterMetrics(Math.log(8));
  expect(validationLoss).toBe(Math.log(8));
  expect(perplexity).toBeCloseTo(8);
  expect(bitsPerCharacter).toBeCloseTo(3);
});

test('a standing is read out of a log', () => {
  const evaluation = (step: number, validationLoss: number, best: boolean): RunEvent => ({
    event: 'evaluation',
    step,
    time: step,
    ...characterMetrics(validationLoss),
    best,
  });
  const log = [evaluation(1, 3, true), evaluation(2, 2, true), evaluation(3, 2.5, false), evaluation(4, 2.1, false)];
  const standing = standingOf(log);
  expect(standing.best).toMatchObject({ step: 2, validationLoss: 2 });
  expect(standing.withoutBetter).toBe(2);
  expect(standing.lastEvaluation?.step).toBe(4);
  expect(standingOf([])).toEqual({ best: undefined, baseline: undefined, withoutBetter: 0, lastEvaluation: undefined });
});

test('an allocation that fails is a matter of the recipe; other faults are not', () => {
  expect(tooLarge(new RangeError('Array buffer allocation failed'))).toBeInstanceOf(UserError);
  expect(tooLarge(new Error('The tensor memory is full: 3 MB more were needed'))?.message).toMatch(
    /lower model\.hidden/,
  );
  expect(tooLarge(new TypeError('x is undefined'))).toBeUndefined();
  expect(tooLarge(new UserError('out of memory'))).toBeUndefined();
});
