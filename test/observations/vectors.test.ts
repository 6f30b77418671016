import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary';
import { askVectors, prepareLab, sample, shareOf, train } from './lab';

prepareLab();
const folder = temporaryFolder();

test('a difference of vectors is a meaning: king − man + woman = queen', async () => {
  const { run } = await train('king-and-queen/people.txt', 'king-and-queen/king-and-queen.recipe.json');
  const questions = [
    ['man', 'king', 'woman', 'queen'],
    ['king', 'queen', 'prince', 'princess'],
    ['man', 'woman', 'boy', 'girl'],
    ['woman', 'queen', 'girl', 'princess'],
    ['king', 'prince', 'man', 'boy'],
    ['girl', 'boy', 'queen', 'king'],
  ];
  const firsts: unknown[] = [];
  for (const [a, b, c] of questions) {
    const [{ word }] = await askVectors('analogy', run, a, b, c, '--top', '1');
    firsts.push(word);
  }
  expect(firsts[0]).toBe('queen');
  expect(shareOf(questions, ([, , , d], n) => firsts[n] === d)).toBeGreaterThanOrEqual(5 / 6);
});

test('ratios of co-occurrence tell ice from steam where single probabilities do not', async () => {
  const { run } = await train('ice-and-steam/water.txt', 'ice-and-steam/ice-and-steam.recipe.json');
  const found = await askVectors('ratios', run, 'ice', 'steam', 'solid', 'gas', 'water', 'fashion');
  const [solid, gas, water, fashion] = found.map(({ ratio }) => Number(ratio));
  expect(solid).toBeGreaterThan(5);
  expect(gas).toBeLessThan(1 / 5);
  for (const ratio of [water, fashion]) expect(Math.abs(Math.log(ratio))).toBeLessThan(Math.log(1.5));
  // "water" is the most frequent beside both, and says nothing.
  const near = found.map(({ counts }) => Math.min(...(counts as [number, number])));
  expect(near.indexOf(Math.max(...near))).toBe(2);
});

test('vectors of two languages, learned apart, are turned onto each other by a small dictionary', async () => {
  const recipe = 'english-french/english-french.recipe.json';
  const english = await train('english-french/english.txt', recipe);
  const french = await train('english-french/french.txt', recipe);
  const out = path.join(folder, 'english.vec');
  const dictionary = ['--dictionary', sample('english-french/words.tsv'), '--out', out];
  const figures = await askVectors('align', english.run, french.run, ...dictionary);
  const csls = figures.find(({ retrieval }) => retrieval === 'csls');
  // By chance one in 65 French words would be right.
  expect(csls).toMatchObject({ words: 12 });
  expect(csls?.at1).toBeGreaterThanOrEqual(0.7);
});
