import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { BidirectionalLanguageModel } from '../../../src/core/models/contextual/bidirectional-language-model';
import { contextualVectors } from '../../../src/core/models/contextual/contextual-vectors';
import { cosineTable, nearestCentroids } from '../../../src/core/models/contextual/senses';
import { taggerBatch } from '../../../src/core/models/tagger/neural/tagger-batch';
import { StateCache } from '../../../src/core/models/contextual/state-cache';
import { Random } from '../../../src/core/random';
import { withLocatedFiles } from '../../../src/core/recipe';
import { recipeSchema, type Recipe, type RecipeInput } from '../../../src/core/recipe/schema';
import { contradiction } from '../../../src/core/recipe/check';
import { TaggerVocabulary } from '../../../src/core/text/tagged/vocabulary';
import { trainTokenizer } from '../../../src/core/text/train-tokenizer';
import { WordLevelTokenizer } from '../../../src/core/text/word-level-tokenizer';
import type { Learner } from '../../../src/core/training/learner';
import { answering, prepareExamples } from '../../../src/core/training/tasks';
import { finish } from '../../helpers/finish';

beforeAll(() => tf.setBackend('cpu'));

const TEXTS = [
  'the bank lent money',
  'we sat on the bank',
  'money is in the bank today',
  'a boat',
  'on the bank',
  'lent',
];
const recipeOf = (model: RecipeInput['model'] = {}): Recipe =>
  recipeSchema.parse({
    task: 'contextual',
    tokens: { unit: 'word', lowercase: true },
    model: { layers: 2, hidden: 6, characters: 'cnn', characterEmbedding: 4, characterHidden: 5, ...model },
    training: { batch: 2, rate: 0.02, schedule: 'constant' },
    evaluation: { heldOut: 0.2 },
  });
const split = (text: string) => text.split(' ');
const vocabulary = finish(
  TaggerVocabulary.learnInSlices(TEXTS.map(split), { lowercase: true, minCount: 1, maxVocabulary: 100 }),
);
const encode = vocabulary.encoder();
function modelOf(more: RecipeInput['model'] = {}): BidirectionalLanguageModel {
  const { model } = recipeOf(more);
  if (model.kind !== 'recurrent') throw new Error('not recurrent');
  const { wordCount: words, characterCount: letters } = vocabulary;
  return new BidirectionalLanguageModel({ ...model, words, letters }, new Random(3));
}
const vectorsOf = (model: BidirectionalLanguageModel, texts: string[]) =>
  finish(contextualVectors(model, texts.map((text) => encode(split(text))))); // prettier-ignore
const close = (a: Float32Array, b: Float32Array) => a.every((value, k) => Math.abs(value - b[k]) < 1e-6);

describe('a biLM', () => {
  test.each(['cnn', 'lstm'] as const)('has the gradient of its loss, by differences, characters %s', (characters) => {
    const model = modelOf({ characters });
    const batch = taggerBatch(TEXTS.slice(0, 3).map((text) => encode(split(text))));
    const loss = () => {
      const { forward, backward } = model.losses(batch);
      return tf.add<tf.Scalar>(forward, backward);
    };
    const { grads } = tf.variableGrads(loss, model.parameters.map(({ variable }) => variable)); // prettier-ignore
    for (const { name, variable } of model.parameters) {
      const before = Float32Array.from(variable.dataSync());
      const gradient = Float32Array.from(grads[variable.name].dataSync());
      // Along the gradient the loss must change by its squared norm: one number for all of a parameter.
      const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      expect(norm, name).toBeGreaterThan(0);
      const step = 5e-3;
      const at = (sign: number) => {
        variable.assign(tf.tensor(before.map((v, k) => v + (sign * step * gradient[k]) / norm), variable.shape)); // prettier-ignore
        return loss().dataSync()[0];
      };
      const slope = (at(1) - at(-1)) / (2 * step);
      variable.assign(tf.tensor(before, variable.shape));
      expect(Math.abs(slope - norm), `${name}: ${slope} and ${norm}`).toBeLessThan(0.02 * norm + 1e-3);
    }
  });

  test('does not see forward what follows, nor backward what precedes', () => {
    const model = modelOf();
    const [a, b, c] = vectorsOf(model, ['on the bank today', 'on the bank lent', 'money the bank today']);
    expect(close(a[0][2], b[0][2]) && close(a[0][2], c[0][2])).toBe(true);
    for (const layer of [1, 2]) {
      const [own, after, before] = [a, b, c].map((vectors) => vectors[layer][2]);
      expect(own).toHaveLength(12);
      expect(close(own.slice(0, 6), after.slice(0, 6))).toBe(true);
      expect(close(own.slice(6), after.slice(6))).toBe(false);
      expect(close(own.slice(6), before.slice(6))).toBe(true);
      expect(close(own.slice(0, 6), before.slice(0, 6))).toBe(false);
    }
  });

  test('predicts no word from itself: its loss knows a word only as what is predicted', () => {
    const model = modelOf();
    const sentence = encode(['today']);
    const lossOf = (word: string) => {
      const { forward, backward } = model.losses(taggerBatch([{ ...sentence, spellings: encode([word]).spellings }]));
      return [forward.dataSync()[0], backward.dataSync()[0]];
    };
    expect(lossOf('today')).toEqual(lossOf('boat'));
  });

  test('is the same with padding', () => {
    const model = modelOf({ residual: true, hidden: 5 });
    const together = vectorsOf(model, TEXTS);
    TEXTS.forEach((text, n) => {
      const [alone] = vectorsOf(model, [text]);
      alone.forEach((layer, l) => layer.forEach((v, t) => expect(close(v, together[n][l][t])).toBe(true)));
    });
    const losses = (texts: string[]) => model.losses(taggerBatch(texts.map((text) => encode(split(text)))));
    const [long, short] = [TEXTS[2], TEXTS[3]];
    const sum = 6 * losses([long]).forward.dataSync()[0] + 2 * losses([short]).forward.dataSync()[0];
    expect(losses([long, short]).forward.dataSync()[0]).toBeCloseTo(sum / 8, 5);
  });
});

describe('the task contextual', () => {
  const prepared = (recipe: Recipe) =>
    finish(
      prepareExamples({ recipe, examples: { kind: 'lines', texts: TEXTS }, validation: undefined, assets: undefined }),
    );
  const learner = (recipe: Recipe): Learner => {
    const { model } = prepared(recipe).prepared;
    if (model.kind !== 'steps') throw new Error('does not learn by steps');
    return model;
  };
  const stored = ({ tensors, metadata }: ReturnType<Learner['checkpoint']>) => ({
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
    metadata,
  });

  test('learns, goes on exactly and answers from a checkpoint', () => {
    const recipe = recipeOf({ dropout: 0.2 });
    const [whole, first, second] = [learner(recipe), learner(recipe), learner(recipe)];
    const losses = Array.from({ length: 40 }, () => whole.trainStep(0).loss);
    expect(losses.slice(-8).reduce((a, b) => a + b)).toBeLessThan(losses.slice(0, 8).reduce((a, b) => a + b));
    for (let k = 0; k < 20; k++) first.trainStep(0);
    second.restore(stored(first.checkpoint('last')));
    for (let k = 20; k < 40; k++) expect(second.trainStep(0).loss).toBe(losses[k]);
    const { loss, tokens } = finish(second.evaluateInSlices());
    expect(loss).toBeGreaterThan(0);
    expect(tokens).toBeGreaterThan(0);
    expect([...second.sampleInSlices()].join('')).toMatch(/^Perplexity forward [\d.]+, backward [\d.]+\n$/);
    const answers = answering(recipe, prepared(recipe).assets, stored(second.checkpoint('best')));
    if (answers.task !== 'contextual') throw new Error('answers something else');
    const [vectors] = finish(answers.vectors([['the', 'bank']]));
    expect(vectors.map((layer) => layer.map(({ length }) => length))).toEqual([[5, 5], [12, 12], [12, 12]]); // prettier-ignore
    expect(() => answers.measure([' '])).toThrow(UserError);
  });

  test('refuses keys that make no sense', () => {
    expect(contradiction(recipeOf())).toBeUndefined();
    expect(contradiction(recipeOf({ characters: 'none' }))).toContain('model.characters');
    expect(contradiction(recipeOf({ head: 'crf' }))).toContain('model.head');
  });
});

test('nearest centroids leave the vector itself out, and take the first label among equals', () => {
  const vectors = [[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.2]].map((v) => Float32Array.from(v)); // prettier-ignore
  expect(nearestCentroids(cosineTable(vectors), ['a', 'a', 'b', 'b', 'b'])).toEqual(['a', 'a', 'b', 'b', 'a']);
  const same = vectors.map(() => Float32Array.of(1, 2));
  expect(nearestCentroids(cosineTable(same), ['a', 'a', 'b', 'b', 'b'])).toEqual(['a', 'a', 'a', 'a', 'a']);
});

describe('a recipe that names a biLM', () => {
  const given = (recipe: RecipeInput) => contradiction(recipeSchema.parse(recipe));
  const words = { unit: 'word' } as const;
  const model = { contextual: 'run:bilm' } as const;

  test('is a tagger or a classifier of words', () => {
    expect(given({ task: 'tagging', tokens: words, model: { ...model, bidirectional: 'concat', head: 'crf' } })).toBeUndefined(); // prettier-ignore
    expect(given({ task: 'classification', tokens: words, model })).toBeUndefined();
    expect(given({ task: 'multi-label', tokens: words, model })).toBeUndefined();
    expect(given({ task: 'language-model', model })).toContain('model.contextual is for taggers and classifiers');
    expect(given({ task: 'contextual', tokens: words, model: { ...model, characters: 'cnn' } })).toContain('leave it empty'); // prettier-ignore
    expect(given({ task: 'classification', tokens: { unit: 'bpe' }, model })).toContain('set tokens.unit=word');
    expect(given({ task: 'classification', tokens: words, model: { ...model, input: 'one-hot' } })).toContain('set model.input=embedding'); // prettier-ignore
  });

  test('names it beside itself, or by the name of a run', () => {
    const beside = (contextual: string) => withLocatedFiles({ model: { contextual } }, (file) => `/here/${file}`).model;
    expect(beside('bilm')).toEqual({ contextual: '/here/bilm' });
    expect(beside('run:bilm')).toEqual({ contextual: 'run:bilm' });
    expect(withLocatedFiles({ model: { kind: 'ngram' } }, () => 'x').model).toEqual({ kind: 'ngram' });
  });
});

test('a biLM reads the words of a classifier with their capitals, one for each token', () => {
  const text = 'Ann  saw the BANK, twice.\nIt was unknown.';
  const tokens = recipeSchema.parse({ tokens: { unit: 'word', lowercase: true } }).tokens;
  const trainer = trainTokenizer(tokens, 'examples');
  trainer.push('ann saw the bank twice');
  trainer.separate();
  const tokenizer = finish(trainer.finishInSlices());
  if (!(tokenizer instanceof WordLevelTokenizer)) throw new Error('not of words');
  const segments = tokenizer.segments(text);
  expect(segments).toHaveLength(tokenizer.encode(text).length);
  expect(segments.filter((segment) => segment !== '')).toEqual(
    'Ann saw the BANK , twice . It was unknown .'.split(' '),
  );
  expect(tokenizer.segments('')).toEqual([]);
});

test('states are kept up to so many bytes, the first ones', () => {
  const cache = new StateCache(20);
  const [a, b, c] = TEXTS.slice(0, 3).map((text) => encode(split(text)));
  cache.add(a, new Float32Array(3));
  cache.add(b, new Float32Array(3));
  cache.add(c, new Float32Array(2));
  expect([a, b, c].map((each) => cache.get(each)?.length)).toEqual([3, undefined, 2]);
});
