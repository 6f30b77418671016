import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { TagScheme } from '../../../src/core/models/tagger/neural/tag-scheme';
import { Random } from '../../../src/core/random';
import { contradiction } from '../../../src/core/recipe/check';
import { recipeSchema, type Recipe, type RecipeInput } from '../../../src/core/recipe/schema';
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/runs/safetensors';
import type { TaggedText } from '../../../src/core/text/tagged/tagged-text';
import { TaggerVocabulary } from '../../../src/core/text/tagged/vocabulary';
import type { Learner } from '../../../src/core/training/learner';
import {
  neuralSentenceTagger,
  neuralTaggerLearner,
  type NeuralTaggingData,
} from '../../../src/core/training/tasks/neural-tagging';
import { shownSentence } from '../../../src/core/training/tasks/tagging-sample';
import { finish } from '../../helpers/finish';

beforeAll(() => tf.setBackend('cpu'));

const tagged = (text: string): TaggedText => {
  const pairs = text.split(' ').map((pair) => pair.split('/'));
  return { tokens: pairs.map(([token]) => token), tags: pairs.map(([, tag]) => tag) };
};
const TEDDY = [
  'He/O said/O Teddy/B-person Roosevelt/I-person was/O a/O president/O',
  'He/O said/O Teddy/O bears/O are/O on/O sale/O',
  'Ann/B-person likes/O Rome/B-place',
  'Rome/B-place likes/O Ann/B-person',
].map(tagged);
const recipeOf = (model: RecipeInput['model'], training: RecipeInput['training'] = {}): Recipe =>
  recipeSchema.parse({
    task: 'tagging',
    tokens: { lowercase: true },
    model: { embedding: 8, hidden: 8, characters: 'cnn', characterEmbedding: 4, characterHidden: 6, ...model },
    training: { batch: 2, rate: 0.03, schedule: 'constant', ...training },
  });
function dataOf(sentences: TaggedText[]): NeuralTaggingData {
  const vocabulary = finish(
    TaggerVocabulary.learnInSlices(
      sentences.map(({ tokens }) => tokens),
      { lowercase: true, minCount: 1, maxVocabulary: 1000 },
    ),
  );
  const tags = [...new Set(sentences.flatMap((sentence) => sentence.tags))].sort();
  return { train: sentences, validation: sentences, tags, vocabulary };
}
const learn = (learner: Learner, steps: number) => {
  for (let step = 0; step < steps; step++) learner.trainStep(0.5); // behind the warm-up
};
function saved(learner: Learner, kind: 'best' | 'last' = 'best') {
  const { tensors, metadata } = learner.checkpoint(kind);
  return decodeSafetensors(encodeSafetensors(tensors, metadata), 'checkpoint');
}

describe('TagScheme', () => {
  const scheme = new TagScheme(['B', 'B-x', 'B-y', 'I-x', 'O'], true);

  test('learns BIOES where people see BIO', () => {
    expect(scheme.inner).toEqual(['S', 'B-x', 'S-x', 'S-y', 'I-x', 'E-x', 'O']);
    const names = (ids: Int32Array, of: readonly string[]) => Array.from(ids, (id) => of[id] ?? '?');
    const tags = ['B-x', 'I-x', 'I-x', 'B-x', 'B-y', 'O', 'B'];
    expect(names(scheme.innerTags(tags), scheme.inner)).toEqual(['B-x', 'I-x', 'E-x', 'S-x', 'S-y', 'O', 'S']);
    expect(names(scheme.outerTags(['I-x', 'I-y']), scheme.outer)).toEqual(['I-x', '?']);
    expect(Array.from(scheme.innerTags(['B-y', 'I-y']))).toEqual([-1, -1]);
    expect(names(scheme.outerOf, scheme.outer)).toEqual(['B', 'B-x', 'B-x', 'B-y', 'I-x', 'I-x', 'O']);
    expect(Array.from(scheme.fold(Float32Array.of(1, 2, 4, 8, 16, 32, 64)))).toEqual([1, 6, 8, 48, 64]);
  });

  test('leaves other tags, and those that are chosen one by one, as they are', () => {
    for (const [tags, constrained] of [
      [['NOUN', 'VERB'], true],
      [['I-x', 'O'], true],
      [['B-x', 'I-x', 'O'], false],
    ] as const) {
      const plain = new TagScheme(tags, constrained);
      expect(plain.inner).toEqual(tags);
      expect(plain.allowed).toBeUndefined();
      expect(Array.from(plain.innerTags([...tags, 'new']))).toEqual([...tags.keys(), -1]);
    }
  });
});

describe.each<[string, RecipeInput['model']]>([
  ['CRF both ways', { bidirectional: 'concat', head: 'crf' }],
  ['softmax both ways', { bidirectional: 'sum', characters: 'lstm' }],
])('a tagger, %s', (_, model) => {
  test('learns some sentences by heart, tells both Teddys apart, and answers the same from its checkpoint', () => {
    const before = tf.memory().numTensors;
    const recipe = recipeOf(model);
    const data = dataOf(TEDDY);
    const learner = neuralTaggerLearner(recipe, data, new Random(1));
    learn(learner, 60);
    const evaluation = finish(learner.evaluateInSlices());
    expect(evaluation).toMatchObject({ tokens: 20, accuracy: 1, precision: 1, recall: 1, f1: 1 });
    expect(evaluation.classes?.map(({ label, count }) => [label, count])).toEqual([
      ['person', 3],
      ['place', 2],
    ]);
    // Tokens of persons, of places and of neither.
    expect(evaluation.confusion?.map((row, k) => row[k] > 0 && row.every((count, said) => said === k || count === 0))).toEqual([true, true, true]); // prettier-ignore
    expect([...learner.sampleInSlices()].join('')).toContain('✓ [Ann person] likes [Rome place]\n');

    const assets = { labels: [...data.tags], taggerVocabulary: data.vocabulary };
    const tagger = neuralSentenceTagger(recipe, assets, saved(learner));
    const answers = tagger.tag([[], ...TEDDY.map(({ tokens }) => tokens)]);
    expect(answers[0]).toMatchObject({ tags: new Int32Array(0), probabilities: new Float32Array(0) });
    const said = answers.slice(1).map(({ tags }) => Array.from(tags, (tag) => tagger.tags[tag]));
    expect(said).toEqual(TEDDY.map(({ tags }) => tags));
    // What stands before "Teddy" is the same in both: the forward read-out cannot tell.
    const width = tagger.tags.length;
    const teddy = answers.slice(1, 3).map(({ forward }) => forward?.slice(2 * width, 3 * width));
    expect(teddy[0]).toHaveLength(width);
    teddy[0]?.forEach((share, k) => expect(share).toBeCloseTo(teddy[1]?.[k] ?? NaN, 6));
    tagger.dispose();
    learner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a sentence beyond the longest is read in pieces', () => {
  const recipe = { ...recipeOf({ bidirectional: 'concat' }) };
  const data = dataOf(TEDDY);
  const learner = neuralTaggerLearner(recipe, data, new Random(1));
  const assets = { labels: [...data.tags], taggerVocabulary: data.vocabulary };
  const short = { ...recipe, tokens: { ...recipe.tokens, maxLength: 3 } };
  const tagger = neuralSentenceTagger(short, assets, saved(learner));
  const [whole] = tagger.tag([TEDDY[0].tokens]);
  const pieces = tagger.tag([TEDDY[0].tokens.slice(0, 3), TEDDY[0].tokens.slice(3, 6), TEDDY[0].tokens.slice(6)]);
  expect(Array.from(whole.tags)).toEqual(pieces.flatMap(({ tags }) => Array.from(tags)));
  expect(whole.forward).toHaveLength(whole.probabilities.length);
  tagger.dispose();
  learner.dispose();
});

test('resuming goes on exactly', () => {
  const recipe = recipeOf({
    bidirectional: 'concat',
    head: 'crf',
    dropout: 0.3,
    inputDropout: 0.3,
    wordDropout: 0.5,
    tokenDropout: 0.2,
  });
  const make = () => neuralTaggerLearner(recipe, dataOf(TEDDY), new Random(recipe.seed));
  const [whole, first, second] = [make(), make(), make()];
  const run = (learner: Learner, from: number, to: number) =>
    Array.from({ length: to - from }, (_, k) => learner.trainStep((from + k) / 10));
  const expected = run(whole, 0, 10);
  const results = run(first, 0, 4);
  second.restore(saved(first, 'last'));
  expect([...results, ...run(second, 4, 10)]).toEqual(expected);
  for (const learner of [whole, first, second]) learner.dispose();
});

describe('starting from an earlier tagger', () => {
  const recipe = recipeOf({ bidirectional: 'concat', head: 'crf' });
  const old = dataOf(TEDDY.slice(2));
  const made = () => {
    const learner = neuralTaggerLearner(recipe, old, new Random(1));
    learn(learner, 40);
    const { tensors } = saved(learner);
    learner.dispose();
    return { tensors, vocabulary: old.vocabulary, tags: old.tags };
  };

  test('keeps what it knew of words, characters and tags', () => {
    const earlier = made();
    const data = { ...dataOf([tagged('Zoe/B-thing Zoe/I-thing likes/O'), ...TEDDY]), earlier };
    const learner = neuralTaggerLearner(recipe, data, new Random(2));
    const assets = { labels: [...data.tags], taggerVocabulary: data.vocabulary };
    const tensor = (tensors: typeof earlier.tensors, name: string) => tensors.get(name)?.data as Float32Array;
    const now = saved(learner).tensors;
    const row = (tensors: typeof earlier.tensors, vocabulary: TaggerVocabulary) =>
      tensor(tensors, 'embedding.weight').slice(8 * vocabulary.wordId('rome'), 8 * vocabulary.wordId('rome') + 8);
    expect(row(now, data.vocabulary)).toEqual(row(earlier.tensors, old.vocabulary));
    expect(tensor(now, 'rnn.weight_ih_l0')).toEqual(tensor(earlier.tensors, 'rnn.weight_ih_l0'));
    const [before, after] = [new TagScheme(old.tags, true).inner, new TagScheme(data.tags, true).inner];
    for (const from of ['O', 'S-person']) {
      const at = (tags: readonly string[]) => tags.indexOf(from) * tags.length + tags.indexOf('S-place');
      expect(tensor(now, 'crf.transitions')[at(after)]).toBe(tensor(earlier.tensors, 'crf.transitions')[at(before)]);
    }
    learn(learner, 40);
    const tagger = neuralSentenceTagger(recipe, assets, saved(learner));
    const [{ tags }] = tagger.tag([['Rome', 'likes', 'Ann']]);
    expect(Array.from(tags, (tag) => tagger.tags[tag])).toEqual(['B-place', 'O', 'B-person']);
    tagger.dispose();
    learner.dispose();
  });

  test('of other sizes is refused, and nothing is left behind', () => {
    const earlier = made();
    const before = tf.memory().numTensors;
    for (const model of [{ hidden: 9 }, { characters: 'lstm' as const }, { layers: 2 }]) {
      const other = recipeOf({ bidirectional: 'concat', head: 'crf', ...model });
      expect(() => neuralTaggerLearner(other, { ...old, earlier }, new Random(1))).toThrow(UserError);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('parts of speech have macro F1 and a confusion matrix; tags that training lacks count as wrong', () => {
  const sentences = ['a/DET dog/NOUN runs/VERB', 'a/DET run/NOUN'].map(tagged);
  const data = { ...dataOf(sentences), validation: [...sentences, tagged('a/X dog/NOUN')] };
  for (const head of ['crf', 'softmax'] as const) {
    const learner = neuralTaggerLearner(recipeOf({ head }), data, new Random(1));
    learn(learner, 40);
    const { precision, loss, accuracy, classes, confusion, tokens } = finish(learner.evaluateInSlices());
    expect([precision, tokens]).toEqual([undefined, 7]);
    expect(classes?.map(({ label }) => label)).toEqual(['DET', 'NOUN', 'VERB', 'X']);
    expect(confusion?.[3]).toEqual([1, 0, 0, 0]);
    expect(accuracy).toBeCloseTo(6 / 7, 6);
    expect(loss).toBeLessThan(0.5);
    learner.dispose();
  }
});

test('rare tags weigh more where the recipe says so', () => {
  const data = dataOf(TEDDY);
  const [plain, weighted] = (['none', 'balanced'] as const).map((classWeights) => {
    const learner = neuralTaggerLearner(recipeOf({}, { classWeights }), data, new Random(1));
    const { loss } = learner.trainStep(0);
    learner.dispose();
    return loss;
  });
  expect(weighted).not.toBe(plain);
  expect(contradiction(recipeOf({}, { classWeights: 'balanced' }))).toBeUndefined();
  expect(contradiction(recipeOf({ head: 'crf' }, { classWeights: 'balanced' }))).toMatch(/model\.head=softmax/);
  expect(contradiction(recipeOf({ input: 'one-hot' }))).toMatch(/model\.input=embedding/);
});

test('a run without its words or with another kind of model says so', () => {
  const recipe = recipeOf({});
  expect(() => neuralSentenceTagger(recipe, { labels: ['O'] }, { tensors: new Map(), metadata: {} })).toThrow(
    UserError,
  );
  const other = recipeSchema.parse({ task: 'tagging', model: { kind: 'hmm' } });
  expect(() => neuralTaggerLearner(other, dataOf(TEDDY), new Random(1))).toThrow(/set model\.kind to "recurrent"/);
});

test('samples show what is wrong', () => {
  const [gold] = TEDDY;
  expect(shownSentence(gold, ['O', 'O', 'B-person', 'O', 'O', 'O', 'B-person'])).toBe(
    '✗ He said [Teddy person ✗] Roosevelt was a [president person ✗] – missed: Teddy Roosevelt (person)',
  );
  expect(shownSentence(tagged('a/DET dog/NOUN'), ['DET', 'VERB'])).toBe('✗ a/DET dog/VERB✗NOUN');
  const long = tagged(Array.from({ length: 100 }, () => 'a/X').join(' '));
  expect(shownSentence(long, long.tags)).toMatch(/^✓ (a\/X ){60}…$/);
});
