import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { sampleTokens } from '../../../src/core/generation/sample';
import { Random } from '../../../src/core/random';
import { recipeSchema } from '../../../src/core/recipe/schema';
import { Trainer } from '../../../src/core/training/trainer';
import { onEachBackend } from './check';
import { evaluateWhole } from '../../helpers/evaluate';

const VOCABULARY = 9;
const tokens = (count: number) => Int32Array.from({ length: count }, (_, k) => (k * k + (k >> 2)) % VOCABULARY);

onEachBackend(() => {
  test.each(['lstm', 'gru', 'rnn'] as const)(
    '500 steps with evaluations, samples and checkpoints leave nothing behind: %s',
    (cell) => {
      const recipe = recipeSchema.parse({
        model: { cell, embedding: 3, hidden: 4, layers: 2, dropout: 0.1 },
        training: { batch: 2, length: 3 },
      });
      const held = () => {
        const { numTensors, numDataBuffers, numBytes, ...own } = tf.memory();
        return { numTensors, numDataBuffers, numBytes, ...own };
      };
      const before = tf.memory().numTensors;
      const trainer = new Trainer(recipe, { train: tokens(400), validation: tokens(70), vocabulary: VOCABULARY });
      const work = (steps: number) => {
        for (let k = 0; k < steps; k++) {
          trainer.trainStep(k / steps);
          if (k % 50 !== 0) continue;
          evaluateWhole(trainer);
          for (const token of sampleTokens(trainer.model, tokens(3), {
            length: 9,
            temperature: 1,
            random: new Random(k),
          })) {
            expect(token.id).toBeLessThan(VOCABULARY);
          }
          const { tensors, metadata } = trainer.checkpoint('last');
          trainer.restore({ tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata });
        }
      };
      work(60); // whatever is allocated once is allocated now
      const kept = held();
      work(500);
      expect(held()).toEqual(kept);
      trainer.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
