import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../../src/core/runs/safetensors';
import { Trainer } from '../../../src/core/training/trainer';
import { onEachBackend } from './check';
import { evaluateWhole } from '../../helpers/evaluate';

const VOCABULARY = 13;
const tokens = (count: number) => Int32Array.from({ length: count }, (_, k) => (k * k + (k >> 3)) % VOCABULARY);
const MODELS: RecipeInput[] = [
  { model: { cell: 'lstm', layers: 2, dropout: 0.2 }, training: { weightDecay: 0.01, optimiser: 'adamw' } },
  { model: { cell: 'gru' }, training: { optimiser: 'momentum', nesterov: true, schedule: 'step' } },
  { model: { cell: 'rnn', layers: 2, dropout: 0.1, activation: 'relu' } },
];
/** Each of the others once more, on one backend. */
const OTHERS: RecipeInput[] = [
  { training: { optimiser: 'sgd', schedule: 'plateau', plateauPatience: 0 } },
  { training: { optimiser: 'momentum', clipValue: 0.01, schedule: 'linear' } },
  { training: { optimiser: 'rmsprop', schedule: 'constant', labelSmoothing: 0.1 } },
  { training: { optimiser: 'adagrad', weightNoise: 0.05 } },
  { training: { optimiser: 'asgd', rate: 0.5 } },
  { training: { optimiser: 'adam', weightDecay: 0.01, spectralPenalty: 1 } },
  { training: { stride: 3 }, model: { hiddenDropout: 0.2, dropConnect: 0.2, inputDropout: 0.1, variational: true } },
  { model: { cell: 'layernorm-lstm', layers: 3, recurrentLayers: 1, residual: true, embeddingDropout: 0.1 } },
  { model: { input: 'one-hot', initialisation: 'orthogonal' } },
  { model: { kind: 'window', window: 3, hidden: 9, dropout: 0.2 } },
];

/** What a checkpoint would hold, bit for bit. */
const bits = (tensors: NamedTensor[]) =>
  tensors.map(({ name, data }) => ({ name, bits: new Int32Array(Float32Array.from(data).buffer) }));

/** 30 steps equal 15, a checkpoint and 15 in a new trainer, bit for bit. */
function checkResume(input: RecipeInput): void {
  const recipe = recipeSchema.parse({
    model: input.model?.kind === 'window' ? input.model : { embedding: 5, hidden: 9, ...input.model },
    training: { batch: 3, length: 7, rate: 0.01, clip: 0.5, ...input.training },
  });
  // 8 steps a pass, so that passes begin before and after the checkpoint.
  const make = () => new Trainer(recipe, { train: tokens(180), validation: tokens(50), vocabulary: VOCABULARY });
  const run = (trainer: Trainer, from: number, to: number) =>
    Array.from({ length: to - from }, (_, k) => {
      const result = trainer.trainStep((from + k) / 30);
      if ((from + k) % 4 === 1) trainer.evaluated(evaluateWhole(trainer)?.loss ?? 0);
      return result;
    });

  const whole = make();
  const expected = run(whole, 0, 30);
  const first = make();
  const results = run(first, 0, 15);
  evaluateWhole(first);
  const saved = first.checkpoint('last');
  const bytes = encodeSafetensors(saved.tensors, saved.metadata);
  first.dispose();
  const second = make();
  run(second, 0, 2); // traces of other steps must not shine through
  const { tensors, metadata } = decodeSafetensors(bytes, 'last.safetensors');
  second.restore({ tensors, metadata });
  expect(second.step).toBe(15);
  results.push(...run(second, 15, 30));

  expect(results).toEqual(expected);
  expect(bits(second.checkpoint('last').tensors)).toEqual(bits(whole.checkpoint('last').tensors));
  expect(second.checkpoint('last').metadata).toEqual(whole.checkpoint('last').metadata);
  expect(evaluateWhole(second)).toEqual(evaluateWhole(whole));
  const before = tf.memory().numTensors;
  expect(second.checkpoint('best').tensors.map(({ name }) => name)).toEqual(
    second.model.parameters.map(({ name }) => name),
  );
  expect(tf.memory().numTensors).toBe(before);
  whole.dispose();
  second.dispose();
}

onEachBackend(() => {
  test.each(MODELS)('a run goes on as if it had not been interrupted: %j', checkResume);
});

describe('cpu', () => {
  beforeAll(() => tf.setBackend('cpu'));
  test.each(OTHERS)('a run goes on as if it had not been interrupted: %j', checkResume);
});
