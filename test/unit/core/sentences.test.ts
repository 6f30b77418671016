import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import { prepareExamples, type PreparedTask } from '../../../src/core/training/tasks';
import type { Counter, Evaluation, Learner } from '../../../src/core/training/learner';
import { finish } from '../../helpers/finish';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Three sentences, each in its own share: an ideal model knows their probabilities. */
const texts: string[] = Array.from({ length: 60 }, (_, n) => (n % 6 < 3 ? 'red rose' : n % 6 < 5 ? 'red sky' : 'blue'));
/** Entropy of a sentence in nats: shares of 1/2, 1/3 and 1/6. */
const entropy = Math.log(2) / 2 + Math.log(3) / 3 + Math.log(6) / 6;

function prepare(more: RecipeInput, examples = texts, memory?: number): PreparedTask {
  const recipe = parseRecipe(
    {
      source: { format: 'lines' },
      tokens: { unit: 'word' },
      evaluation: { sampleLength: 12, baselineOrder: 2, heldOut: 0 },
      ...more,
    },
    '',
  );
  const lines = { kind: 'lines', texts: examples } as const;
  return finish(prepareExamples({ recipe, examples: lines, validation: lines, assets: undefined, memory }));
}

function measure(model: Learner | Counter): Evaluation {
  return finish(model.evaluateInSlices());
}

describe('a language model of texts that stand by themselves', () => {
  test('learns their probabilities with a network: no text knows of the one before, and its end is predicted', () => {
    const { prepared, statistics } = prepare({
      model: { hidden: 16, embedding: 8 },
      training: { steps: 120, batch: 30, rate: 0.02 },
    });
    const model = prepared.model as Learner;
    for (let step = 0; step < 120; step++) model.trainStep(step / 120);
    const { loss, tokens } = measure(model);
    // "red rose", "red sky" and their ends are three tokens, "blue" and its end two.
    expect(tokens).toBe(50 * 3 + 10 * 2);
    expect((loss * tokens) / texts.length).toBeGreaterThanOrEqual(entropy - 1e-6);
    expect((loss * tokens) / texts.length).toBeLessThan(entropy + 0.03);
    expect(statistics.validationCharacters).toBe(30 * 9 + 20 * 8 + 10 * 5);
    const written = [...model.sampleInSlices()].join('').trim().split('\n');
    expect(written.every((line) => texts.includes(line))).toBe(true);
    model.dispose();
  });

  test('counts n-grams between their boundaries, and a network has them beside it', () => {
    const { prepared } = prepare({ model: { kind: 'ngram', order: 3, smoothing: 'witten-bell' } });
    finish((prepared.model as Counter).fitInSlices());
    const { loss, tokens } = measure(prepared.model);
    expect(tokens).toBe(170);
    expect((loss * tokens) / texts.length).toBeGreaterThan(entropy);
    expect((loss * tokens) / texts.length).toBeLessThan(entropy + 0.3);
    const beside = prepare({ model: { hidden: 4, embedding: 4 } }).prepared;
    expect(beside.baselines).toHaveLength(1);
    beside.model.dispose();
  });

  test('says how many texts are cut', () => {
    const { warnings, prepared } = prepare({ tokens: { unit: 'word', maxLength: 2 }, model: { kind: 'ngram' } });
    expect(warnings).toEqual(['50 of 60 texts are cut after 2 tokens (tokens.maxLength).']);
    prepared.model.dispose();
  });

  test('is refused when its vocabulary makes it too large, before it is made', () => {
    const many = Array.from({ length: 500 }, (_, n) => `w${n}`);
    const large: RecipeInput = { model: { hidden: 4, embedding: 1000 } };
    expect(() => prepare(large, many, 1_000_000)).toThrow(UserError);
    expect(() => prepare(large, many, 1_000_000)).toThrow(/of memory.*lower/);
    prepare(large, texts, 1_000_000).prepared.model.dispose();
  });
});

test('a classifier is refused for its true vocabulary', () => {
  const recipe = parseRecipe(
    { task: 'classification', tokens: { unit: 'word' }, model: { kind: 'cnn', embedding: 1000 } },
    '',
  );
  const words = Array.from({ length: 400 }, (_, n) => `w${n}`);
  const labels = words.map((_, n) => [n % 2 === 0 ? 'a' : 'b']);
  const examples = { kind: 'labelled', texts: words, labels } as const;
  const input = { recipe, examples: { ...examples, labels: [...labels] }, validation: undefined, assets: undefined };
  expect(() =>
    finish(prepareExamples({ ...input, examples: { ...examples, texts: [...words] }, memory: 10_000_000 })),
  ).toThrow(/of memory/);
});

test.each(['character', 'word', 'bpe'] as const)(
  'writing from a label has bits per character with %s tokens',
  (unit) => {
    const recipe = parseRecipe(
      {
        task: 'label-to-sequence',
        tokens: { unit, maxVocabulary: 280 },
        model: { hidden: 4, embedding: 4 },
        evaluation: { baseline: false },
      },
      '',
    );
    const examples = { kind: 'labelled' as const, texts: ['red rose', 'blue sky'], labels: [['a'], ['b']] };
    const { statistics, prepared } = finish(
      prepareExamples({ recipe, examples, validation: examples, assets: undefined }),
    );
    expect(statistics.validationCharacters).toBe(18);
    prepared.model.dispose();
  },
);
