import { expect, test } from 'vitest';
import { classify, prepareLab, shareOf, train, write } from './lab';

prepareLab();

const BAG = 'naive Bayes, bag of words';
const MAJORITY = 'most frequent label';

test('sentiment: a bag of words cannot see what "not" turns round, a recurrent network can', async () => {
  const bag = await train('sentiment/opinions.tsv', 'naive-bayes');
  const [notGood, goodNot] = await classify(bag.run, ['the film was not good', 'the film was good not']);
  expect(notGood.labels).toEqual(goodNot.labels);

  const network = await train('sentiment/opinions.tsv', 'sentiment/sentiment.recipe.json');
  const said = await classify(network.run, ['the film was good', 'the film was not good', 'the book was never dull']);
  expect(said.map(({ chosen }) => chosen[0])).toEqual(['positive', 'negative', 'positive']);
  expect(network.metrics.accuracy).toBeGreaterThan(0.98);
  expect(bag.metrics.accuracy).toBeLessThan(0.65);
});

test('surnames: their language is told far better than by counting letters, and written ones are told as well', async () => {
  const reader = await train('surnames/surnames.tsv', 'surnames/surnames.recipe.json');
  const { baselines, metrics } = reader;
  expect(metrics.accuracy).toBeGreaterThan(0.6);
  expect(metrics.accuracy).toBeGreaterThan((baselines.get(BAG)?.accuracy ?? 1) + 0.05);
  expect(metrics.accuracy).toBeGreaterThan((baselines.get(MAJORITY)?.accuracy ?? 1) + 0.4);

  const writer = await train('surnames/surnames.tsv', 'surnames/write-surnames.recipe.json');
  const names = await write(writer.run, ['--count', '200', '--length', '40', '--temperature', '0.7']);
  expect(new Set(names.map(({ label }) => label)).size).toBe(10);
  const said = await classify(
    reader.run,
    names.map(({ text }) => text),
  );
  // By chance it would be one in ten.
  expect(shareOf(names, ({ label }, k) => said[k].chosen[0] === label)).toBeGreaterThan(0.4);
});
