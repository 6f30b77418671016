import { expect, test } from 'vitest';
import { recipeSchema } from '../../../src/core/recipe/schema';
import type { StepResult } from '../../../src/core/training/learner';
import { Trainer } from '../../../src/core/training/trainer';
import { onEachBackend } from './check';
import { evaluateWhole } from '../../helpers/evaluate';

const VOCABULARY = 13;
const STEPS = 20;
const tokens = (count: number) => Int32Array.from({ length: count }, (_, k) => (k * k + (k >> 3)) % VOCABULARY);
const MODELS = [
  { cell: 'lstm', layers: 2, dropout: 0.2 },
  { cell: 'gru', layers: 1, dropout: 0 },
  { cell: 'rnn', layers: 2, dropout: 0.1 },
] as const;

/** What the first backend, TF.js's cpu, did. */
const expected = new Map<string, { steps: StepResult[]; loss: number }>();

onEachBackend((backend) => {
  test.each(MODELS)('training takes the same course as on cpu, over the whole schedule: $cell', (model) => {
    const recipe = recipeSchema.parse({
      model: { ...model, embedding: 5, hidden: 9 },
      training: { batch: 3, length: 7, rate: 0.02, warmup: 0.3, clip: 0.5, weightDecay: 0.05, epsilon: 1e-4 },
    });
    const trainer = new Trainer(recipe, { train: tokens(180), validation: tokens(50), vocabulary: VOCABULARY });
    const steps = Array.from({ length: STEPS }, (_, k) => trainer.trainStep(k / STEPS));
    const loss = evaluateWhole(trainer)?.loss ?? NaN;
    trainer.dispose();
    if (backend === 'cpu') expected.set(model.cell, { steps, loss });
    const course = expected.get(model.cell);
    expect(loss).toBeCloseTo(course?.loss ?? NaN, 4);
    steps.forEach((step, k) => {
      expect(step.loss).toBeCloseTo(course?.steps[k].loss ?? NaN, 4);
      expect(step.gradientNorm).toBeCloseTo(course?.steps[k].gradientNorm ?? NaN, 3);
    });
  });
});
