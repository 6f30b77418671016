import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/core/runs/events';
import { Random } from '../../../src/core/random';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { estimateMemory } from '../../../src/core/recipe';
import type { Checkpoint, Counter, Evaluation } from '../../../src/core/training/learner';
import { BaselineWork, type BaselineResult } from '../../../src/worker/baselines';
import { refuseMismatch } from '../../../src/worker/checkpoint-check';
import { tooLarge } from '../../../src/worker/memory';
import { bestBaseline, isBetter, measuresOf, standingOf } from '../../../src/worker/metrics';
import { Bench, tinyRecipe } from '../../helpers/job';

/** A counter that needs some slices to learn what its loss is. */
class FakeCounter implements Counter {
  readonly kind = 'counts';
  readonly hasValidation = true;
  parameterCount = 0;
  disposed = false;

  constructor(
    readonly name: string,
    private readonly loss: number,
    private readonly fault?: string,
  ) {}

  *fitInSlices(): Generator<number, void> {
    for (let slice = 1; slice <= 5; slice++) yield slice / 5;
    if (this.fault) throw new UserError(this.fault);
    this.parameterCount = 7;
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    yield;
    return { loss: this.loss, tokens: 10 };
  }

  *sampleInSlices(): Generator<string, void> {
    yield this.name;
  }

  checkpoint(): Checkpoint {
    return { tensors: [], metadata: {} };
  }

  dispose(): void {
    this.disposed = true;
  }
}

test('baselines are fitted one after the other, in slices; one that cannot be says why', () => {
  const counters = [new FakeCounter('one', 2), new FakeCounter('two', 1, 'No counts.'), new FakeCounter('three', 3)];
  const work = new BaselineWork(counters);
  const results: BaselineResult[] = [];
  let slices = 0;
  for (; !work.done; slices++) {
    const result = work.work(0);
    if (result) results.push(result);
  }
  expect(slices).toBeGreaterThan(15);
  expect(results.map(({ name, evaluation, fault }) => [name, evaluation?.loss, fault])).toEqual([
    ['one', 2, undefined],
    ['two', undefined, 'No counts.'],
    ['three', 3, undefined],
  ]);
  expect(results[0]).toMatchObject({ parameters: 7 });
  expect(results[0].seconds).toBeGreaterThan(0);
  expect(counters.every(({ disposed }) => disposed)).toBe(true);
  expect(work.work(10)).toBeUndefined();
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
  expect(() => refuseMismatch(tinyRecipe(), {}, new Map())).toThrow(/holds 0 weights/);
});

test('measures of a loss, in the units of each task', () => {
  const evaluation = { loss: Math.log(8), tokens: 100, accuracy: 0.5, f1: 0.4, rmse: 2 };
  const characters = measuresOf(evaluation, { task: 'language-model', unit: 'character' });
  expect(characters).toMatchObject({ validationLoss: Math.log(8), accuracy: 0.5 });
  expect(characters.perplexity).toBeCloseTo(8);
  expect(characters.bitsPerCharacter).toBeCloseTo(3);
  // 100 words of 3 bits each stand for 500 characters.
  const words = measuresOf(evaluation, { task: 'language-model', unit: 'word', characters: 500 });
  expect(words.bitsPerCharacter).toBeCloseTo(0.6);
  expect(measuresOf(evaluation, { task: 'language-model', unit: 'word' }).bitsPerCharacter).toBeUndefined();
  const classes = measuresOf(evaluation, { task: 'classification', unit: 'character' });
  expect(classes).toMatchObject({ f1: 0.4, accuracy: 0.5 });
  expect(classes.perplexity).toBeCloseTo(8);
  expect(classes.bitsPerCharacter).toBeUndefined();
  expect(measuresOf({ loss: 1, tokens: 3, rmse: 2 }, { task: 'series', unit: undefined })).toEqual({
    validationLoss: 1,
    rmse: 2,
  });
});

test('a standing is read out of a log', () => {
  const evaluation = (step: number, validationLoss: number, best: boolean): RunEvent => ({
    event: 'evaluation',
    step,
    time: step,
    ...measuresOf({ loss: validationLoss, tokens: 1 }, { task: 'language-model', unit: 'character' }),
    best,
  });
  const baseline = (name: string, validationLoss: number): RunEvent => ({
    ...{ event: 'baseline', step: 1, time: 1, name, validationLoss, seconds: 1 },
  });
  const log = [evaluation(1, 3, true), evaluation(2, 2, true), evaluation(3, 2.5, false), evaluation(4, 2.1, false)];
  const standing = standingOf([...log, baseline('a', 3), baseline('b', 2), baseline('a', 2.5)]);
  expect(standing.best).toMatchObject({ step: 2, validationLoss: 2 });
  expect(standing.withoutBetter).toBe(2);
  expect(standing.lastEvaluation?.step).toBe(4);
  expect(standing.baselines.map(({ name, validationLoss }) => [name, validationLoss])).toEqual([
    ['b', 2],
    ['a', 2.5],
  ]);
  expect(bestBaseline('language-model', standing.baselines)?.name).toBe('b');
  expect(standingOf([])).toEqual({ best: undefined, baselines: [], withoutBetter: 0, lastEvaluation: undefined });
});

test('an allocation that fails is a matter of the recipe; other faults are not', () => {
  expect(tooLarge(new RangeError('Array buffer allocation failed'))).toBeInstanceOf(UserError);
  expect(tooLarge(new Error('The tensor memory is full: 3 MB more were needed'))?.message).toMatch(
    /lower model\.hidden/,
  );
  expect(tooLarge(new TypeError('x is undefined'))).toBeUndefined();
  expect(tooLarge(new UserError('out of memory'))).toBeUndefined();
});

test('the best of taggers of entities is the one with the highest F1, of all others that with the lowest loss', () => {
  const best = { step: 1, validationLoss: 0.5, f1: 0.3 };
  const entities = { tokens: 9, precision: 0.5, recall: 0.5 };
  expect(isBetter('tagging', { ...entities, loss: 0.9, f1: 0.31 }, best)).toBe(true);
  expect(isBetter('tagging', { ...entities, loss: 0.1, f1: 0.29 }, best)).toBe(false);
  expect(isBetter('tagging', { ...entities, loss: 0.4, f1: 0.3 }, best)).toBe(true);
  expect(isBetter('tagging', { ...entities, loss: 0.6, f1: 0.3 }, best)).toBe(false);
  expect(isBetter('tagging', { tokens: 9, loss: 0.6, f1: 0.9 }, best)).toBe(false);
  expect(isBetter('tagging', { tokens: 9, loss: 0.4, f1: 0.1 }, best)).toBe(true);
  expect(isBetter('tagging', { tokens: 9, loss: NaN }, undefined)).toBe(false);
});
