import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { NeuralTagger } from '../../../src/core/models/tagger/neural/neural-tagger';
import { readSentences } from '../../../src/core/models/tagger/neural/neural-sentence-tagger';
import { TagScheme } from '../../../src/core/models/tagger/neural/tag-scheme';
import { taggerBatch, tagTargets } from '../../../src/core/models/tagger/neural/tagger-batch';
import { setValues } from '../../../src/core/ops/variables';
import { Random } from '../../../src/core/random';
import { hasModel, recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import type { ModelOf } from '../../../src/core/recipe/schema/model';
import type { EncodedSentence } from '../../../src/core/text/tagged/vocabulary';
import { onEachBackend } from './check';
import { sentenceLoss, type ReferenceSentence } from './reference-tagger';

const TAGS = ['B-x', 'I-x', 'O'];
const sizes = { embedding: 4, hidden: 3, characterEmbedding: 2, characterHidden: 4 };
const MODELS: [string, RecipeInput['model']][] = [
  ['LSTM both ways, CRF, filters over characters', { bidirectional: 'concat', head: 'crf', characters: 'cnn' }],
  ['GRU, softmax, LSTM over characters', { cell: 'gru', characters: 'lstm' }],
  ['LSTM both ways added, softmax, residual layers', { bidirectional: 'sum', layers: 2, residual: true, hidden: 4 }],
  ['LSTM both ways, CRF, LSTM over characters, one layer of two recurs', { bidirectional: 'concat', head: 'crf', characters: 'lstm', layers: 2, recurrentLayers: 1 }], // prettier-ignore
  ['RNN, CRF, words alone', { cell: 'rnn', head: 'crf' }],
];
const shapeOf = (model: RecipeInput['model']): ModelOf<'recurrent'> => {
  const recipe = recipeSchema.parse({ task: 'tagging', model: { ...sizes, ...model } });
  if (!hasModel(recipe, 'recurrent')) throw new Error('no tagger');
  return recipe.model;
};
function made(model: RecipeInput['model'], seed = 3): NeuralTagger {
  const shape = shapeOf(model);
  return new NeuralTagger(
    { ...shape, scheme: new TagScheme(TAGS, shape.head === 'crf'), words: 6, letters: 7 },
    new Random(seed),
  );
}

/** Token n is spelled with so many letters. */
const SPELLINGS = [
  [1, 3, 2],
  [1, 4, 5, 2],
  [1, 2],
  [1, 6, 3, 4, 2],
  [1, 5, 5, 2],
].map((ids) => Int32Array.from(ids));
const sentence = (...tokens: number[]): EncodedSentence => ({
  words: Int32Array.from(tokens, (token) => token + 1),
  spellings: tokens.map((token) => SPELLINGS[token]),
});
const SENTENCES = [sentence(0, 1, 2, 3), sentence(4), sentence(2, 0, 3)];
const GOLD = [['O', 'B-x', 'I-x', 'O'], ['B-x'], ['B-x', 'I-x', 'I-x']];

function targets(model: NeuralTagger) {
  const { scheme } = model.shape;
  return {
    inner: tagTargets(GOLD.map((tags) => scheme.innerTags(tags)), 4), // prettier-ignore
    outer: tagTargets(GOLD.map((tags) => scheme.outerTags(tags)), 4), // prettier-ignore
  };
}

onEachBackend(() => {
  describe.each(MODELS)('%s', (_, recipe) => {
    test('loss and gradients are those of the reference in float64', () => {
      const model = made(recipe);
      const values = Object.fromEntries(
        model.parameters.map(({ name, variable }) => [name, Float64Array.from(variable.dataSync())]),
      );
      const sentences: ReferenceSentence[] = SENTENCES.map(({ words, spellings }, n) => ({
        words: Array.from(words),
        spellings: spellings.map((ids) => Array.from(ids)),
        tags: Array.from(model.shape.scheme.innerTags(GOLD[n])),
      }));
      const reference = () =>
        sentences.reduce((sum, each) => sum + sentenceLoss(model.shape, values, each), 0) /
        sentences.reduce((sum, { words }) => sum + words.length, 0);
      const batch = taggerBatch(SENTENCES);
      const { inner } = targets(model);
      const main = model.parameters.filter(({ name }) => !name.startsWith('forward.'));
      const { value, grads } = tf.tidy(() =>
        tf.variableGrads(
          () => model.loss(batch, { inner }),
          main.map(({ variable }) => variable),
        ),
      );
      expect(value.dataSync()[0]).toBeCloseTo(reference(), 5);
      for (const { name, variable } of main) {
        const gradient = grads[variable.name].dataSync();
        for (let k = 0; k < gradient.length; k++) {
          const before = values[name][k];
          const moved = [1e-5, -1e-5].map((h) => {
            values[name][k] = before + h;
            return reference();
          });
          values[name][k] = before;
          expect(Math.abs(gradient[k] - (moved[0] - moved[1]) / 2e-5), `${name} ${k}`).toBeLessThan(2e-5);
        }
      }
      tf.dispose([value, grads]);
      model.dispose();
    });

    test('padding changes nothing', () => {
      const model = made(recipe);
      const together = readSentences(model, SENTENCES);
      SENTENCES.forEach((each, n) => {
        const [alone] = readSentences(model, [each]);
        expect(together[n].tags).toEqual(alone.tags);
        alone.probabilities.forEach((share, k) => expect(together[n].probabilities[k]).toBeCloseTo(share, 5));
        alone.forward?.forEach((share, k) => expect(together[n].forward?.[k]).toBeCloseTo(share, 5));
      });
      model.dispose();
    });

    test('the forward read-out sees nothing that follows, and learns without moving the rest', () => {
      const model = made(recipe);
      const [first] = readSentences(model, [sentence(0, 1, 2, 3)]);
      const [second] = readSentences(model, [sentence(0, 1, 4, 4)]);
      const both = model.shape.bidirectional !== 'no';
      expect(first.forward !== undefined).toBe(both);
      if (first.forward && second.forward) {
        expect(first.forward.slice(0, 6)).toEqual(second.forward.slice(0, 6));
        expect(first.forward.slice(6)).not.toEqual(second.forward.slice(6));
        expect(first.probabilities.slice(0, 6)).not.toEqual(second.probabilities.slice(0, 6));
      }
      const gradients = (beside: boolean) => {
        const { inner, outer } = targets(model);
        const batch = taggerBatch(SENTENCES);
        const variables = model.parameters.map(({ variable }) => variable);
        const { value, grads } = tf.tidy(() =>
          tf.variableGrads(() => model.loss(batch, { inner, ...(beside && { outer }) }), variables),
        );
        const numbers = model.parameters.map(({ variable }) =>
          Array.from(grads[variable.name]?.dataSync() ?? new Float32Array(variable.size)),
        );
        const loss = value.dataSync()[0];
        tf.dispose([value, grads]);
        return { loss, numbers };
      };
      const [main, all] = [gradients(false), gradients(true)];
      expect(all.loss).toBeCloseTo(main.loss, 6);
      model.parameters.forEach(({ name }, k) => {
        if (!name.startsWith('forward.')) return expect(all.numbers[k], name).toEqual(main.numbers[k]);
        expect(all.numbers[k].some((value) => value !== 0)).toBe(true);
      });
      model.dispose();
    });
  });

  test('a CRF gives no sequence that breaks BIO, whatever its weights', () => {
    const model = made({ head: 'crf', characters: 'cnn' });
    const { scheme } = model.shape;
    const random = new Random(7);
    for (let round = 0; round < 30; round++) {
      for (const { variable } of model.parameters) {
        setValues(
          variable,
          Float32Array.from({ length: variable.size }, () => 6 * random.normal()),
        );
      }
      for (const { tags, probabilities } of readSentences(model, SENTENCES)) {
        tags.forEach((tag, t) => expect(scheme.outer[tag] !== 'I-x' || (t > 0 && scheme.outer[tags[t - 1]] !== 'O')).toBe(true)); // prettier-ignore
        expect(probabilities[1]).toBeLessThan(1e-6); // I first
        tags.forEach((_, t) => expect(probabilities[3 * t] + probabilities[3 * t + 1] + probabilities[3 * t + 2]).toBeCloseTo(1, 4)); // prettier-ignore
      }
    }
    model.dispose();
  });
});
