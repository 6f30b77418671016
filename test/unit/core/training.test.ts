import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { scoreTokens } from '../../../src/core/generation/score';
import { recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import { weightTensors } from '../../../src/core/training/checkpoint';
import { withWeightNoise } from '../../../src/core/training/regularisers';
import type { StepResult } from '../../../src/core/training/learner';
import { learningRate, Schedule } from '../../../src/core/training/schedule';
import { Random } from '../../../src/core/random';
import { SpectralRadius } from '../../../src/core/training/spectral-radius';
import { Trainer } from '../../../src/core/training/trainer';
import { evaluateWhole } from '../../helpers/evaluate';

const VOCABULARY = 11;
/** Tokens that follow a rule with some noise, so that there is something to learn. */
const tokens = (count: number, start = 0) =>
  Int32Array.from(
    { length: count },
    (_, k) => ((k + start) * 3 + ((k >> 2) % 2) + (k % 17 === 0 ? 5 : 0)) % VOCABULARY,
  );
const recipeOf = (input: RecipeInput = {}) =>
  recipeSchema.parse({
    ...input,
    model: input.model?.kind === 'window' ? input.model : { embedding: 5, hidden: 8, ...input.model },
    training: { batch: 4, length: 6, rate: 0.02, ...input.training },
  });
const trainerOf = (input?: RecipeInput, validation = tokens(60, 7)) =>
  new Trainer(recipeOf(input), { train: tokens(1000), validation, vocabulary: VOCABULARY });
const weights = (trainer: Trainer) => weightTensors(trainer.model.parameters).map(({ data }) => data);

beforeAll(() => tf.setBackend('cpu'));

describe('learningRate', () => {
  const at = (progress: number, training: RecipeInput['training']) =>
    learningRate(recipeSchema.parse({ training: { rate: 2, ...training } }).training, progress);

  test('cosine: rises over the warm-up, falls to 5 %', () => {
    expect([0, 0.05, 0.1, 0.55, 1].map((p) => at(p, { schedule: 'cosine', warmup: 0.1 }).toFixed(6))).toEqual(
      [0.1, 1.05, 2, 1.05, 0.1].map((rate) => rate.toFixed(6)),
    );
  });
  test('constant: rises over the warm-up, stays', () => {
    expect([0, 0.25, 0.5, 1].map((p) => at(p, { schedule: 'constant', warmup: 0.5 }).toFixed(6))).toEqual(
      [0.1, 1.05, 2, 2].map((rate) => rate.toFixed(6)),
    );
  });
  test('linear: falls evenly to 5 %', () => {
    expect([0, 0.5, 1].map((p) => at(p, { schedule: 'linear', warmup: 0 }).toFixed(6))).toEqual(
      [2, 1.05, 0.1].map((rate) => rate.toFixed(6)),
    );
  });
  test('step: drops by the factor at equal intervals', () => {
    const rates = [0, 0.24, 0.26, 0.49, 0.51, 0.74, 0.76, 1].map((p) =>
      at(p, { schedule: 'step', warmup: 0, drops: 3, factor: 0.1 }),
    );
    expect(rates.map((rate) => rate.toFixed(6))).toEqual(
      [2, 2, 0.2, 0.2, 0.02, 0.02, 0.002, 0.002].map((rate) => rate.toFixed(6)),
    );
  });
  test('plateau: drops when evaluations are no better, and goes on from its state', () => {
    const { training } = recipeSchema.parse({
      training: { rate: 2, schedule: 'plateau', warmup: 0, factor: 0.5, plateauPatience: 1 },
    });
    const schedule = new Schedule(training);
    const rates = [3, 2, 2.5, 2, 1.9, 1.95, 1.9, 5, 5].map((loss) => {
      schedule.evaluated(loss);
      return schedule.rate(0.5);
    });
    expect(rates).toEqual([2, 2, 2, 1, 1, 1, 0.5, 0.5, 0.25]);
    const other = new Schedule(training);
    other.restore(schedule.state());
    expect(other.state()).toEqual(schedule.state());
    expect(other.rate(0.1)).toBe(0.25);
  });
  test('no warm-up begins at the highest rate; progress past the end changes nothing', () => {
    expect(at(0, { warmup: 0 })).toBe(2);
    expect(at(1.7, { warmup: 0.02 })).toBe(at(1, { warmup: 0.02 }));
  });
});

describe('trainStep', () => {
  test.each([{ cell: 'lstm' }, { cell: 'gru' }, { cell: 'rnn' }] as const)('$cell learns', (model) => {
    const trainer = trainerOf({ model });
    const losses = Array.from({ length: 150 }, (_, k) => trainer.trainStep(k / 150).loss);
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(losses[0]).toBeGreaterThan(2.1);
    expect(mean(losses.slice(-20))).toBeLessThan(1.6); // from ln 11 = 2.4
    trainer.dispose();
  });

  test('reports norms, clipping, rate, tokens and epochs', () => {
    const [free, clipped] = [trainerOf({ training: { clip: 0 } }), trainerOf({ training: { clip: 1e-3 } })];
    const [a, b] = [free, clipped].map((each) => each.trainStep(0.5) as Required<StepResult>);
    expect(a.gradientNorm).toBeCloseTo(Math.hypot(...a.groupNorms), 5);
    expect(a.groupNorms).toHaveLength(3);
    expect(Math.min(...a.groupNorms)).toBeGreaterThan(0);
    expect([b.loss, b.gradientNorm]).toEqual([a.loss, a.gradientNorm]);
    expect(a.clipRatio).toBe(1);
    expect(b.clipRatio).toBeCloseTo(1e-3 / b.gradientNorm, 8);
    expect(a.rate).toBe(learningRate(recipeOf().training, 0.5));
    expect(a.tokens).toBe(24);
    expect(a.epoch).toBeCloseTo(1 / Math.floor(999 / 24), 10);
    expect(free.step).toBe(1);
    free.dispose();
    clipped.dispose();
  });

  test('carries the state from step to step and zeroes it when a pass begins', () => {
    const trainer = trainerOf();
    const before = () => trainer.checkpoint('last').tensors.find(({ name }) => name === 'state.c_l0')?.data;
    expect(before()?.every((value) => value === 0)).toBe(true);
    const perPass = trainer.batches.stepsPerEpoch;
    for (let k = 0; k < perPass; k++) trainer.trainStep(0.1);
    const carried = trainer.checkpoint('last');
    expect(carried.tensors.find(({ name }) => name === 'state.c_l0')?.data.some((value) => value !== 0)).toBe(true);
    // A trainer that is handed a wrong state at the border of two passes must not be led astray by it.
    const other = trainerOf();
    const wrong = carried.tensors.map((t) =>
      t.name.startsWith('state.') ? { ...t, data: new Float32Array(t.data.length).fill(0.5) } : t,
    );
    other.restore({ tensors: new Map(wrong.map((tensor) => [tensor.name, tensor])), metadata: carried.metadata });
    expect(other.trainStep(0.2)).toEqual(trainer.trainStep(0.2));
    expect(weights(other)).toEqual(weights(trainer));
    trainer.dispose();
    other.dispose();
  });

  test('leaves no tensors behind over 500 steps and evaluations', () => {
    const before = tf.memory().numTensors;
    const trainer = trainerOf({ model: { hidden: 2, embedding: 2, dropout: 0.2 }, training: { batch: 2, length: 2 } });
    trainer.trainStep(0);
    const kept = tf.memory().numTensors;
    for (let k = 0; k < 500; k++) {
      trainer.trainStep(k / 500);
      if (k % 100 === 0) evaluateWhole(trainer);
    }
    expect(tf.memory().numTensors).toBe(kept);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'asgd'] as const)('%s learns', (optimiser) => {
    const rate = { adam: 0.02, adamw: 0.02, sgd: 3, momentum: 0.5, rmsprop: 0.01, adagrad: 0.1, asgd: 3 }[optimiser];
    const trainer = trainerOf({ training: { optimiser, rate } });
    const losses = Array.from({ length: 150 }, (_, k) => trainer.trainStep(k / 150).loss);
    expect(losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20).toBeLessThan(1.85); // from ln 11 = 2.4
    trainer.dispose();
  });

  test.each<[string, RecipeInput]>([
    ['weight noise', { training: { weightNoise: 0.05 } }],
    ['label smoothing', { training: { labelSmoothing: 0.1 } }],
    ['weight decay', { training: { weightDecay: 0.1 } }],
    ['the spectral penalty', { training: { spectralPenalty: 5 } }],
    ['a limit of each element', { training: { clipValue: 0.001 } }],
    ['embedding dropout', { model: { embeddingDropout: 0.3 } }],
    ['one-hot input', { model: { input: 'one-hot' } }],
  ])('%s changes the course, the same way each time', (_, input) => {
    const run = (given: RecipeInput) => {
      const trainer = trainerOf({ ...given, training: { ...given.training, clip: 0.5 } });
      const losses = Array.from({ length: 5 }, (__, k) => trainer.trainStep(k / 5).loss);
      trainer.dispose();
      return losses;
    };
    expect(run(input)).toEqual(run(input));
    expect(run(input)).not.toEqual(run({}));
  });

  test('the spectral penalty moves the radius to 1', () => {
    const trainer = trainerOf({ model: { cell: 'rnn' }, training: { spectralPenalty: 10, rate: 0.01, warmup: 0 } });
    const radius = () => {
      const weight = trainer.model.parameters.find(({ name }) => name === 'rnn.weight_hh_l0')?.variable.dataSync();
      return new SpectralRadius(8).addGradient(weight ?? [], 0, new Float32Array(64), () => 0);
    };
    expect(Math.abs(radius() - 1)).toBeGreaterThan(0.1);
    for (let k = 0; k < 200; k++) trainer.trainStep(0.2);
    expect(Math.abs(radius() - 1)).toBeLessThan(0.05);
    trainer.dispose();
  });

  test('weight noise is gone after the step, also when it fails', () => {
    const variable = tf.variable(tf.tensor1d([1, 2, 3]));
    const before = Array.from(variable.dataSync());
    const noisy = withWeightNoise([variable], 0.5, new Random(1), () => Array.from(variable.dataSync()));
    expect(noisy).not.toEqual(before);
    expect(Array.from(variable.dataSync())).toEqual(before);
    const fail = () => {
      throw new Error('x');
    };
    expect(() => withWeightNoise([variable], 0.5, new Random(1), fail)).toThrow('x');
    expect(Array.from(variable.dataSync())).toEqual(before);
    variable.dispose();
  });

  test('averaged SGD is measured and saved as the mean of its weights', () => {
    const trainer = trainerOf({ training: { optimiser: 'asgd', rate: 1, clip: 0 } });
    const best = () => trainer.checkpoint('best').tensors.map(({ data }) => Array.from(data));
    const now = () => weights(trainer).map((data) => Array.from(data));
    for (let k = 0; k < 10; k++) trainer.trainStep(0.1);
    expect(best()).toEqual(now()); // the mean has not begun
    trainer.evaluated(2);
    trainer.evaluated(2.1);
    const seen: number[][][] = [];
    for (let k = 0; k < 4; k++) {
      trainer.trainStep(0.1);
      seen.push(now());
    }
    // As PyTorch's ASGD does, the mean begins with the second step.
    const counted = seen.slice(1);
    const mean = seen[0].map((data, p) =>
      data.map((_, i) => counted.reduce((sum, each) => sum + each[p][i], 0) / counted.length),
    );
    const saved = best();
    mean.forEach((data, p) => data.forEach((value, i) => expect(saved[p][i]).toBeCloseTo(value, 5)));
    expect(saved).not.toEqual(now());
    const raw = seen[3];
    evaluateWhole(trainer);
    expect(now()).toEqual(raw);
    trainer.dispose();
  });

  test('overlapping windows carry the state of the stride, and count each prediction once', () => {
    const trainer = trainerOf({
      model: { dropout: 0.3, hiddenDropout: 0.2 },
      training: { stride: 2, optimiser: 'sgd', rate: 1e-9 },
    });
    const { batches } = trainer;
    expect([batches.length, batches.stride, batches.tokensPerStep]).toEqual([6, 2, 24]);
    // With weights that stand still the loss of a window's new predictions is the whole one's less the others.
    const state = () =>
      trainer
        .checkpoint('last')
        .tensors.filter(({ name }) => name.startsWith('state.'))
        .map(({ data }) => Array.from(data));
    const plain = trainerOf({ training: { length: 2, optimiser: 'sgd', rate: 1e-9 } });
    const overlapping = trainerOf({ training: { stride: 2, optimiser: 'sgd', rate: 1e-9 } });
    const statesOf = (each: Trainer) => each.checkpoint('last').tensors.filter(({ name }) => name.startsWith('state.'));
    const losses = { plain: [] as number[], overlapping: [] as number[] };
    for (let k = 0; k < 6; k++) {
      losses.plain.push(plain.trainStep(0.5).loss);
      if (k < 2) continue; // the first window holds the first three of the others
      losses.overlapping.push(overlapping.trainStep(0.5).loss);
    }
    const [a, b, c, ...rest] = losses.plain;
    expect(losses.overlapping[0]).toBeCloseTo((a + b + c) / 3, 4);
    losses.overlapping.slice(1).forEach((loss, k) => expect(loss).toBeCloseTo(rest[k], 4));
    // Four steps of two tokens each have been carried over.
    const four = trainerOf({ training: { length: 2, optimiser: 'sgd', rate: 1e-9 } });
    for (let k = 0; k < 4; k++) four.trainStep(0.5);
    statesOf(overlapping).forEach(({ data }, k) =>
      data.forEach((value, i) => expect(value).toBeCloseTo(statesOf(four)[k].data[i], 5)),
    );
    expect(trainer.trainStep(0.5).tokens).toBe(8);
    const first = state();
    trainer.trainStep(0.5);
    expect(state()).not.toEqual(first);
    for (const each of [trainer, plain, overlapping, four]) each.dispose();
  });

  test('a window language model learns', () => {
    const trainer = trainerOf({ model: { kind: 'window', window: 3, embedding: 5, hidden: 12 } });
    const losses = Array.from({ length: 150 }, (_, k) => trainer.trainStep(k / 150).loss);
    expect(losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20).toBeLessThan(1.6);
    expect(trainer.groups).toEqual(['embedding', 'hidden', 'output']);
    expect(evaluateWhole(trainer)?.loss).toBeLessThan(2);
    trainer.dispose();
  });

  test('samples of every kind of model are text', () => {
    const tokenizer = {
      encode: () => Int32Array.of(1),
      decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => String.fromCharCode(97 + id)).join(''),
      unknownId: 0,
    };
    for (const model of [{}, { kind: 'window' } as const]) {
      const recipe = recipeSchema.parse({ model, evaluation: { sampleLength: 20 } });
      const trainer = new Trainer(recipe, {
        train: tokens(500),
        validation: tokens(0),
        vocabulary: VOCABULARY,
        tokenizer,
      });
      const before = tf.memory().numTensors;
      const text = [...trainer.sampleInSlices()].join('');
      expect(text).toMatch(/^[b-k]{20}$/);
      expect([...trainer.sampleInSlices()].join('')).toBe(text);
      expect(tf.memory().numTensors).toBe(before);
      trainer.dispose();
    }
  });

  test('loaded vectors that are frozen stay as they are', () => {
    const vectors = () => Float32Array.from({ length: VOCABULARY * 5 }, (_, k) => k / 100);
    for (const frozen of [true, false]) {
      const recipe = recipeOf({ model: { frozen, embeddingFile: 'vectors.txt' } });
      const data = { train: tokens(500), validation: tokens(0), vocabulary: VOCABULARY };
      const trainer = new Trainer(recipe, { ...data, vectors: vectors() });
      for (let k = 0; k < 3; k++) trainer.trainStep(0.5);
      const table = trainer.checkpoint('best').tensors[0];
      expect(table.name).toBe('embedding.weight');
      if (frozen) expect(table.data).toEqual(vectors());
      else expect(table.data).not.toEqual(vectors());
      const { tensors, metadata } = trainer.checkpoint('last');
      const other = new Trainer(recipe, data); // the file is not needed again
      other.restore({ tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata });
      expect(other.trainStep(0.5)).toEqual(trainer.trainStep(0.5));
      trainer.dispose();
      other.dispose();
    }
  });

  test('a loss that is no number is one sentence, and nothing has changed', () => {
    const trainer = trainerOf({ training: { rate: 10, clip: 0 } });
    trainer.trainStep(0.5);
    const { tensors, metadata } = trainer.checkpoint('last');
    const huge = tensors.map((t) => (t.name === 'output.weight' ? { ...t, data: t.data.map(() => 3e38) } : t));
    trainer.restore({ tensors: new Map(huge.map((t) => [t.name, t as (typeof tensors)[number]])), metadata });
    const before = { weights: weights(trainer), tensors: tf.memory().numTensors };
    const attempt = () => trainer.trainStep(0.6);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow('The loss is no longer a number at step 2: lower training.rate or training.clip.');
    expect({ weights: weights(trainer), tensors: tf.memory().numTensors }).toEqual(before);
    expect(trainer.step).toBe(1);
    trainer.dispose();
  });

  test('a short text makes the step smaller; under two tokens is an error', () => {
    const make = (count: number) =>
      new Trainer(recipeOf(), { train: tokens(count), validation: tokens(0), vocabulary: VOCABULARY });
    for (const count of [2, 3, 7, 20]) {
      const trainer = make(count);
      expect(trainer.trainStep(0.5).tokens).toBeLessThan(count);
      expect(trainer.hasValidation).toBe(false);
      expect(evaluateWhole(trainer)).toBeUndefined();
      trainer.dispose();
    }
    expect(() => make(1)).toThrow(UserError);
  });
});

describe('evaluate', () => {
  test.each([2, 3, 60, 511, 512, 1700])('predicts every token of %i but the first, once', (count) => {
    const trainer = trainerOf({}, tokens(count, 3));
    for (let k = 0; k < 20; k++) trainer.trainStep(0.5);
    const streams = Math.max(1, Math.min(32, Math.floor((count - 1) / 256)));
    // The same by the definition: each stream scored on its own, with the token before it as its only context.
    let sum = 0;
    for (let b = 0; b < streams; b++) {
      const [from, to] = [b, b + 1].map((k) => Math.floor((k * (count - 1)) / streams));
      scoreTokens(trainer.model, tokens(count, 3).subarray(from, to + 1)).forEach((value) => (sum -= value));
    }
    const result = evaluateWhole(trainer);
    expect(result?.tokens).toBe(count - 1);
    expect(result?.loss).toBeCloseTo(sum / (count - 1), 5);
    expect(result?.accuracy).toBeGreaterThanOrEqual(0);
    expect(result?.accuracy).toBeLessThanOrEqual(1);
    trainer.dispose();
  });

  test('does not disturb training, and stops when told to', () => {
    const [quiet, watched] = [
      trainerOf({ model: { dropout: 0.1 } }),
      trainerOf({ model: { dropout: 0.1 } }, tokens(3000)),
    ];
    const tensors = tf.memory().numTensors;
    for (let k = 0; k < 10; k++) {
      if (k % 3 === 0) expect(evaluateWhole(watched)?.tokens).toBe(2999);
      if (k % 4 === 0) {
        // A slice of so small a model holds the whole text, so the answer comes after the last one at the latest.
        expect(evaluateWhole(watched, () => true)).toBeUndefined();
      }
      expect(watched.trainStep(k / 10)).toEqual(quiet.trainStep(k / 10));
    }
    expect(tf.memory().numTensors).toBe(tensors);
    quiet.dispose();
    watched.dispose();
  });
});

describe('restore', () => {
  const steps = (trainer: Trainer, count: number) => {
    for (let k = 0; k < count; k++) trainer.trainStep(0.3);
    return trainer;
  };
  const restore = (
    change: (tensors: Map<string, unknown>, metadata: Record<string, string>) => void,
    kind: 'best' | 'last' = 'last',
  ) => {
    const [from, to] = [steps(trainerOf(), 3), steps(trainerOf(), 1)];
    const { tensors, metadata } = from.checkpoint(kind);
    const map = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    change(map, metadata);
    const before = weights(to);
    try {
      to.restore({ tensors: map, metadata });
    } finally {
      expect(weights(to)).toEqual(before);
      from.dispose();
      to.dispose();
    }
  };

  test.each<[string, RegExp, Parameters<typeof restore>]>([
    ['the best checkpoint', /weights only/, [() => {}, 'best']],
    [
      'a missing moment',
      /lacks "optimizer\.v\.output\.bias"/,
      [(tensors) => tensors.delete('optimizer.v.output.bias')],
    ],
    ['a missing state', /lacks "state\.h_l0"/, [(tensors) => tensors.delete('state.h_l0')]],
    ['no number of steps', /how many steps/, [(_, metadata) => (metadata.step = '-3')]],
    ['no state of the schedule', /schedule/, [(_, metadata) => delete metadata.update]],
    [
      'a bad state of the schedule',
      /schedule/,
      [(_, metadata) => (metadata.update = metadata.update.replace('"scale":1', '"scale":"x"'))],
    ],
    ['no random state', /random generator/, [(_, metadata) => delete metadata.random]],
    ['a bad random state', /random generator/, [(_, metadata) => (metadata.random = '[0,0,0,0]')]],
    ['a random state of another kind', /random generator/, [(_, metadata) => (metadata.random = '{"a":1}')]],
  ])('refuses %s and changes nothing', (_, message, given) => {
    expect(() => restore(...given)).toThrow(UserError);
    expect(() => restore(...given)).toThrow(message);
  });
});
