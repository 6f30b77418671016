import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { Random } from '../../../src/core/random';
import { recipeSchema } from '../../../src/core/recipe/schema';
import { expectClose, noise } from '../engine/harness';
import { onEachBackend } from './check';
import { languageModelLoss, numericalGradients, type CellName, type Layer, type Numbers } from './reference';

const CASES: { cell: CellName; layers: number; vocabulary: number }[] = [
  { cell: 'lstm', layers: 2, vocabulary: 7 },
  { cell: 'lstm', layers: 1, vocabulary: 29 },
  { cell: 'gru', layers: 2, vocabulary: 7 },
  { cell: 'rnn tanh', layers: 2, vocabulary: 7 },
  { cell: 'rnn relu', layers: 3, vocabulary: 5 },
];
const [TIME, BATCH] = [5, 3];

onEachBackend(() => {
  test.each(CASES)("the whole model's loss and gradients: $cell, $layers layers, $vocabulary tokens", (given) => {
    const [cell, activation] = given.cell.split(' ');
    const recipe = recipeSchema.parse({ model: { cell, activation, embedding: 5, hidden: 9, layers: given.layers } });
    const model = new RecurrentLanguageModel(languageModelShape(recipe, given.vocabulary), new Random(4));
    const tokens = (seed: number) =>
      Int32Array.from(noise(TIME * BATCH, seed), (x) => Math.floor(((x + 1) / 2) * given.vocabulary));
    const [inputs, targets] = [tokens(1), tokens(2)];
    const states = model.stateNames().map((_, k) => noise(BATCH * 9, 10 + k));
    const perLayer = states.length / given.layers;

    const loss = ([table, ...rest]: Numbers[]) => {
      const layers = Array.from({ length: given.layers }, (_, k): Layer => {
        const [weightIh, weightHh, biasIh, biasHh] = rest.slice(4 * k, 4 * k + 4);
        return { weightIh, weightHh, biasIh, biasHh, state: states.slice(perLayer * k, perLayer * (k + 1)) };
      });
      const [weight, bias] = rest.slice(-2);
      return languageModelLoss(given.cell, { table, layers, weight, bias }, { inputs, targets }, BATCH);
    };
    const variables = model.parameters.map(({ variable }) => variable);
    const values = variables.map((variable) => Float32Array.from(variable.dataSync()));
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const state = { tensors: states.map((array) => tf.tensor2d(array.slice(), [BATCH, 9])) };
      const { value, grads } = tf.variableGrads(() => {
        const { logits } = model.forward(tf.tensor1d(inputs, 'int32'), state);
        return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.ones([TIME * BATCH]));
      }, variables);
      expect(value.dataSync()[0]).toBeCloseTo(loss(values), 5);
      const gradients = variables.map(({ name }) => grads[name].dataSync());
      expectClose(
        gradients,
        numericalGradients(loss, values),
        model.parameters.map(({ name }) => name),
        1e-5,
      );
    });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
