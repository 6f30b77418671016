import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { recipeSchema } from '../../../src/core/recipe/schema';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../../src/core/runs/safetensors';
import { Trainer } from '../../../src/core/training/trainer';
import { onEachBackend } from './check';
import { evaluateWhole } from '../../helpers/evaluate';

const VOCABULARY = 13;
const tokens = (count: number) => Int32Array.from({ length: count }, (_, k) => (k * k + (k >> 3)) % VOCABULARY);
const MODELS = [
  { cell: 'lstm', layers: 2, dropout: 0.2 },
  { cell: 'gru', layers: 1, dropout: 0 },
  { cell: 'rnn', layers: 2, dropout: 0.1, activation: 'relu' },
] as const;

/** What a checkpoint would hold, bit for bit. */
const bits = (tensors: NamedTensor[]) =>
  tensors.map(({ name, data }) => ({ name, bits: new Int32Array(Float32Array.from(data).buffer) }));

onEachBackend(() => {
  test.each(MODELS)('30 steps equal 15, a checkpoint and 15 in a new trainer, bit for bit: $cell', (model) => {
    const recipe = recipeSchema.parse({
      model: { ...model, embedding: 5, hidden: 9 },
      training: { batch: 3, length: 7, rate: 0.01, clip: 0.5, weightDecay: 0.01 },
    });
    // 8 steps a pass, so that passes begin before and after the checkpoint.
    const make = () => new Trainer(recipe, { train: tokens(180), validation: tokens(50), vocabulary: VOCABULARY });
    const run = (trainer: Trainer, from: number, to: number) =>
      Array.from({ length: to - from }, (_, k) => trainer.trainStep((from + k) / 30));

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
  });
});
