import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { BidirectionalEncoder } from '../../../src/core/models/contextual/bidirectional-encoder';
import { ContextualInput } from '../../../src/core/models/contextual/contextual-input';
import { ScalarMix } from '../../../src/core/models/contextual/scalar-mix';
import { NeuralTagger } from '../../../src/core/models/tagger/neural/neural-tagger';
import { readSentences } from '../../../src/core/models/tagger/neural/neural-sentence-tagger';
import { TagScheme } from '../../../src/core/models/tagger/neural/tag-scheme';
import { taggerBatch, tagTargets } from '../../../src/core/models/tagger/neural/tagger-batch';
import { setValues } from '../../../src/core/ops/variables';
import { Random } from '../../../src/core/random';
import { hasModel, recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import type { NamedTensor } from '../../../src/core/runs/safetensors';
import { sentenceEncoder, TaggerVocabulary } from '../../../src/core/text/tagged/vocabulary';
import { finish } from '../../helpers/finish';
import { noise } from '../engine/harness';
import { onEachBackend } from './check';

const TEXTS = ['the bank lent money', 'we sat', 'on the bank we sat'].map((text) => text.split(' '));
const rules = { lowercase: true, minCount: 1, maxVocabulary: 100 };
const vocabulary = finish(TaggerVocabulary.learnInSlices(TEXTS, rules));
const shapeOf = (task: 'tagging' | 'contextual', model: RecipeInput['model']) => {
  const recipe = recipeSchema.parse({ task, model });
  if (!hasModel(recipe, 'recurrent')) throw new Error('not recurrent');
  return recipe.model;
};
const letters = vocabulary.characterCount;
const bilm = {
  ...shapeOf('contextual', { layers: 2, hidden: 4, characters: 'cnn', characterEmbedding: 3, characterHidden: 4, residual: true }), // prettier-ignore
  letters,
};
/** Weights of a biLM, the same on each backend. */
function weights(): Map<string, NamedTensor> {
  const encoder = new BidirectionalEncoder(bilm, new Random(7));
  const tensors = encoder.parameters.map(({ name, variable }) => ({
    ...{ name, dtype: 'F32' as const, shape: variable.shape },
    data: Float32Array.from(variable.dataSync()),
  }));
  encoder.dispose();
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
function made(keep: number): NeuralTagger {
  const model = shapeOf('tagging', { embedding: 4, hidden: 3, bidirectional: 'concat', head: 'crf' });
  const scheme = new TagScheme(['A', 'B'], true);
  const words = vocabulary.wordCount;
  const tagger = new NeuralTagger(
    { ...model, scheme, words, letters, shapes: false, reads: { bilm, keep } },
    new Random(3),
  );
  tagger.loadContext(weights());
  return tagger;
}
const encode = sentenceEncoder(vocabulary, vocabulary.withoutWords());
const SENTENCES = TEXTS.map((text) => encode(text));
const inner = tagTargets(TEXTS.map((text) => Int32Array.from(text, (word) => word.length % 2)), 5); // prettier-ignore
/** Loss of the tagger above on the cpu backend: all backends give it. */
const losses: number[] = [];

onEachBackend(() => {
  test('the mix and its gradient are those of γ · Σ softmax(w)_j · x_j in float64', () => {
    const [layers, size] = [3, 10];
    const mix = new ScalarMix(layers);
    const [w, x, c] = [noise(layers, 1), noise(layers * size, 2), noise(size, 3)].map((each) =>
      Float64Array.from(each),
    );
    const gamma = 1.3;
    const [weight, scale] = mix.parameters.map(({ variable }) => variable);
    setValues(weight, Float32Array.from(w));
    setValues(scale, Float32Array.of(gamma));
    const reference = (v: Float64Array, g: number): number => {
      const exponents = v.map(Math.exp);
      const sum = exponents.reduce((a, b) => a + b);
      let loss = 0;
      for (let j = 0; j < layers; j++)
        for (let k = 0; k < size; k++) loss += (g * c[k] * exponents[j] * x[j * size + k]) / sum;
      return loss;
    };
    tf.tidy(() => {
      const rows = tf.tensor2d(Float32Array.from(x), [layers, size]);
      const loss = () => tf.sum<tf.Scalar>(tf.mul(mix.forward(rows), tf.tensor2d(Float32Array.from(c), [1, size])));
      const { value, grads } = tf.variableGrads(loss, [weight, scale]);
      expect(value.dataSync()[0]).toBeCloseTo(reference(w, gamma), 5);
      const h = 1e-6;
      const slopes = Array.from(w, (_, j) => {
        const moved = (by: number) => reference(w.map((each, n) => each + (n === j ? by : 0)), gamma); // prettier-ignore
        return (moved(h) - moved(-h)) / (2 * h);
      });
      grads[weight.name].dataSync().forEach((slope, j) => expect(slope).toBeCloseTo(slopes[j], 5));
      expect(grads[scale.name].dataSync()[0]).toBeCloseTo(reference(w, 1), 5);
    });
    const { weights: shares, scale: learned } = mix.values();
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(learned).toBeCloseTo(gamma, 6);
    tf.dispose([weight, scale]);
  });

  test('a tagger that reads a biLM has the same loss everywhere, and gradients by differences for all but the biLM', () => {
    const tagger = made(1 << 20);
    const batch = taggerBatch(SENTENCES);
    const loss = () => tagger.loss(batch, { inner });
    const lossNow = () => tf.tidy(() => loss().dataSync()[0]);
    losses.push(lossNow());
    expect(losses.at(-1)).toBeCloseTo(losses[0], 5);
    const trained = tagger.parameters.filter(({ name }) => !tagger.frozen.has(name));
    expect(trained.some(({ name }) => name.startsWith('contextual.'))).toBe(false);
    const { grads, value } = tf.tidy(() => tf.variableGrads(loss, trained.map(({ variable }) => variable))); // prettier-ignore
    for (const { name, variable } of trained) {
      const before = Float32Array.from(variable.dataSync());
      const gradient = Float32Array.from(grads[variable.name].dataSync());
      const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      const step = 1e-2;
      const at = (sign: number) => {
        setValues(variable, before.map((v, k) => v + (sign * step * gradient[k]) / norm)); // prettier-ignore
        return lossNow();
      };
      if (norm > 0) expect(Math.abs((at(1) - at(-1)) / (2 * step) - norm), name).toBeLessThan(0.02 * norm + 1e-4);
      setValues(variable, before);
    }
    tf.dispose([grads, value]);
    tagger.dispose();
  });

  test('states that are kept, read together or read alone are the same, and padding changes nothing', () => {
    const [kept, fresh] = [made(1 << 20), made(0)];
    const first = readSentences(kept, SENTENCES);
    const again = readSentences(kept, SENTENCES);
    expect(again).toEqual(first);
    SENTENCES.forEach((sentence, n) => {
      for (const model of [kept, fresh]) {
        const [alone] = readSentences(model, [sentence]);
        expect(alone.tags).toEqual(first[n].tags);
        alone.probabilities.forEach((p, k) => expect(p).toBeCloseTo(first[n].probabilities[k], 5));
      }
    });
    expect(first[0].forward).toBeUndefined();
    kept.dispose();
    fresh.dispose();
  });

  test('its features are the encoder’s layers, the characters twice, and nothing is left behind', () => {
    const before = tf.memory().numTensors;
    const input = new ContextualInput({ bilm, keep: 100 });
    input.load(weights());
    const sentences = SENTENCES.map(({ context }) => context ?? SENTENCES[0]);
    const encoder = new BidirectionalEncoder(bilm, new Random(7));
    tf.tidy(() => {
      const [characters, ...states] = encoder.layers(taggerBatch(sentences));
      const within = tf.tensor3d(
        Float32Array.from({ length: 15 }, (_, n) => Number(Math.floor(n / 3) < TEXTS[n % 3].length)),
        [5, 3, 1],
      );
      const layers = [tf.mul(tf.concat([characters, characters], 2), within), ...states];
      const mean = tf.div(tf.addN(layers), layers.length).dataSync();
      const given = input.forward(sentences, 5);
      expect(given.shape).toEqual([15, 8]);
      given.dataSync().forEach((value, k) => expect(value).toBeCloseTo(mean[k], 5));
    });
    encoder.dispose();
    tf.dispose(input.parameters.map(({ variable }) => variable));
    expect(tf.memory().numTensors).toBe(before);
  });
});
