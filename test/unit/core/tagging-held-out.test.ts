import { expect, test } from 'vitest';
import { recipeSchema } from '../../../src/core/recipe';
import type { TaggedText } from '../../../src/core/text/tagged/tagged-text';
import { prepareTagging } from '../../../src/core/training/tasks/prepare-tagging';
import { finish } from '../../helpers/finish';

const sentence = (tags: string): TaggedText => {
  const list = tags.split(' ');
  return { tokens: list.map((_, n) => `word${n}`), tags: list };
};
const prepare = (train: string[], held: string[]) =>
  finish(
    prepareTagging({
      recipe: recipeSchema.parse({ task: 'tagging', model: { kind: 'hmm' } }),
      examples: { kind: 'tagged', sentences: train.map(sentence) },
      validation: { kind: 'tagged', sentences: held.map(sentence) },
      assets: undefined,
    }),
  );

test('a held-out entity may be longer than any of its type in training, and counts as wrong', () => {
  const { prepared } = prepare(['B-x O', 'O B-y I-y', 'B-x O'], ['B-x I-x O', 'B-y I-y O']);
  if (prepared.model.kind !== 'counts') throw new Error('An HMM is counted.');
  finish(prepared.model.fitInSlices());
  const { accuracy, recall } = finish(prepared.model.evaluateInSlices());
  expect(accuracy).toBeLessThan(1);
  expect(recall).toBeLessThan(1);
});

test.each([
  [['B-x O', 'B-y O'], 'O B-z', /The tag "B-z" of "word1" in sentence 1 of the held-out file/],
  [['NOUN VERB'], 'NOUN ADJ', /The tag "ADJ"/],
])('a type that training with %j lacks is refused: %s', (train, held, sentence) => {
  expect(() => prepare(train, [held])).toThrow(sentence);
});
