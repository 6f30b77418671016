import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import type { StepEvent } from '../../../src/core/runs/events';
import type { TrainJob } from '../../../src/protocol/worker';
import { resume, train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { Bench, logOf, numbersOf, tinyRecipe } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

const runsFolder = path.join(temporaryFolder(), 'runs');
const bench = new Bench();
afterAll(() => bench.backends.close());

function job({ training, ...rest }: RecipeInput): TrainJob {
  const steady = { schedule: 'constant', warmup: 0, patience: 0 } as const;
  const recipe = tinyRecipe({ ...rest, training: { ...steady, ...training } });
  return { recipe, source: { kind: 'text', text: '', label: 'seed 1' }, runsFolder };
}

/** What does not hang on the budget either. */
function figures(run: string): object[] {
  return numbersOf(logOf(run)).map((event) => ({ ...(event as Partial<StepEvent>), progress: 0 }));
}

describe.each(['adding-problem', 'copy-memory'] as const)('%s', (task) => {
  test('trains without a file, is measured, and stands beside an answer without memory', async () => {
    const { run, record, finished } = await train(job({ task, training: { steps: 6 } }), bench.context);
    expect(finished).toMatchObject({ reason: 'done', step: 6 });
    expect(record.source).toMatchObject({ label: 'seed 1', bytes: 0 });
    expect(record.data).toMatchObject({ format: 'generated', characters: 0, vocabulary: 0 });
    expect(existsSync(path.join(run, 'source.txt'))).toBe(false);
    const { baseline, best } = record;
    if (task === 'adding-problem') {
      expect(baseline?.name).toBe('always 1');
      expect(Math.abs((baseline?.validationLoss ?? 0) - 1 / 6)).toBeLessThan(0.02);
      expect(best).not.toHaveProperty('perplexity');
    } else {
      expect(baseline?.validationLoss).toBeCloseTo((10 * Math.log(8)) / (16 + 20), 10);
      expect(baseline?.accuracy).toBe(1 / 8);
    }
    expect(best?.accuracy).toBeGreaterThanOrEqual(0);
    const sample = logOf(run).find((event) => event.event === 'sample');
    expect(sample?.text).toMatch(/^([✓✗] .*, answered .*\n){5}$/);
    const predictor = new Predictor(bench.backends);
    const { signal } = new AbortController();
    await expect(predictor.classify({ run, texts: ['x'] }, signal)).rejects.toThrow(/nothing to ask/);
  });

  test('goes on exactly where it was', async () => {
    const whole = await train(job({ task, training: { steps: 12 } }), bench.context);
    const half = await train(job({ task, training: { steps: 6 } }), bench.context);
    await resume({ run: half.run, budget: { steps: 12 } }, bench.context);
    expect(figures(half.run)).toEqual(figures(whole.run));
    expect(figures(whole.run).length).toBeGreaterThan(14);
  });
});

test('another seed has other data, another model has the same', async () => {
  const hashOf = async (more: RecipeInput) =>
    (await train(job({ task: 'adding-problem', training: { steps: 1 }, ...more }), bench.context)).record.source.sha256;
  const first = await hashOf({});
  expect(await hashOf({ model: { cell: 'gru' } })).toBe(first);
  expect(await hashOf({ seed: 2 })).not.toBe(first);
});

test('an LSTM learns to add over 30 steps, where a tanh RNN does not get past a guess in as many', async () => {
  const reached = async (cell: 'lstm' | 'rnn', rate: number) => {
    const training = { steps: 900, batch: 32, length: 30, rate };
    const recipe: RecipeInput = {
      ...{ task: 'adding-problem', model: { cell, hidden: 32 }, training },
      evaluation: { every: 300, sampleLength: 0 },
    };
    return (await train(job(recipe), bench.context)).record.best?.validationLoss;
  };
  expect(await reached('lstm', 0.01)).toBeLessThan(0.01);
  expect(await reached('rnn', 0.01)).toBeGreaterThan(0.1);
  expect(await reached('rnn', 0.001)).toBeGreaterThan(0.1);
}, 60_000);
