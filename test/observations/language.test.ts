import { expect, test } from 'vitest';
import { lastProbability, mean, prepareLab, rank, read, shareOf, train, write } from './lab';

prepareLab();

const subjects = ['cat', 'dog', 'baker', 'sailor', 'teacher', 'farmer', 'bird', 'painter'];
const clauses = [
  'often smelled some bread by the mill',
  'just sold two pears under the bridge',
  'never dropped the cakes before noon',
  'slowly carried a cheese on the hill',
  'already found the soup',
  'nearly shared the apples',
  'often bought at the market',
];

/** What the text lacks: a subject and a clause with a verb to come; its words between both are 4 to 8, commas left out. */
function unseenBeginnings(text: string): { text: string; plural: boolean }[] {
  const all = subjects.flatMap((noun) =>
    clauses.flatMap((clause) =>
      [false, true].map((plural) => ({ text: `The ${noun}${plural ? 's' : ''}, which ${clause},`, plural })),
    ),
  );
  return all.filter((each) => !text.includes(each.text));
}

test('agreement: an LSTM carries the number of the subject over a clause, a 3-gram cannot', async () => {
  const recipe = 'agreement/agreement.recipe.json';
  const file = 'agreement/agreement.txt';
  const lstm = await train(file, recipe);
  const beginnings = unseenBeginnings(read(file));
  expect(beginnings.length).toBeGreaterThan(80);
  const right = async (run: string) => {
    const was = await lastProbability(
      run,
      beginnings.map(({ text }) => `${text} was`),
    );
    const were = await lastProbability(
      run,
      beginnings.map(({ text }) => `${text} were`),
    );
    return shareOf(beginnings, ({ plural }, k) => (plural ? were[k] > was[k] : was[k] > were[k]));
  };
  expect(await right(lstm.run)).toBeGreaterThanOrEqual(0.95);

  // It sees the comma and the word before, the same for one cat and for many: half of the time that is wrong.
  const trigram = await train(file, 'ngram-words', ['--set', 'model.order=3', '--set', 'source.format=text']);
  const chance = await right(trigram.run);
  expect(chance).toBeGreaterThan(0.4);
  expect(chance).toBeLessThan(0.6);
});

test('a window of four words lies between the 3-gram and the LSTM on the same file', async () => {
  const file = 'agreement/agreement.txt';
  const lstm = await train(file, 'agreement/agreement.recipe.json');
  const same = ['tokens.unit=word', 'source.format=text', 'model.embedding=32', 'model.hidden=64', 'model.window=4'];
  const training = ['training.epochs=3', 'training.length=32', 'evaluation.baselineOrder=3', 'training.rate=0.01'];
  const window = await train(
    file,
    'window-mlp',
    [...same, ...training].flatMap((pair) => ['--set', pair]),
  );
  const trigram = window.baselines.get('3-gram, Kneser-Ney');
  expect(window.metrics.validationLoss).toBeLessThan((trigram?.validationLoss ?? 0) - 0.03);
  expect(lstm.metrics.validationLoss).toBeLessThan(window.metrics.validationLoss - 0.01);
});

test('one-hot input has no table, learns in the same number of steps and costs as many weights as columns of W', async () => {
  const file = 'agreement/agreement.txt';
  const recipe = 'agreement/agreement.recipe.json';
  const embedded = await train(file, recipe);
  const oneHot = await train(file, recipe, ['--set', 'model.input=one-hot']);
  // V · 32 for the table and 32 · 256 for W_x against V · 256 for W_x alone, both with an output layer of V rows.
  const vocabulary = (oneHot.parameters - embedded.parameters + 32 * 256) / (256 - 32);
  expect(Number.isInteger(vocabulary)).toBe(true);
  expect(oneHot.parameters).toBeGreaterThan(embedded.parameters);
  expect(Math.abs(oneHot.metrics.validationLoss - embedded.metrics.validationLoss)).toBeLessThan(0.15);
  expect(oneHot.metrics.validationLoss).toBeLessThan(1.15);
});

test('quotes: what was opened is closed', async () => {
  const { run } = await train('quotes/quotes.txt', 'quotes/quotes.recipe.json');
  const bits = ['count the geese', 'the river is high', 'bring the lamp', 'rain is coming', 'tell the baker'];
  const plain = ['counted the steps twice', 'went down to the water', 'carried a basket of pears'];
  const who = ['The miller', 'Her aunt', 'The owl'];
  const inside = who.flatMap((name) => bits.map((bit, k) => `${name} sang "${bits[(k + 1) % 5]} while ${bit}"`));
  const outside = who.flatMap((name) => plain.map((what) => `${name} ${what}"`));
  const [open, closed] = [await lastProbability(run, inside), await lastProbability(run, outside)].map(mean);
  expect(open).toBeGreaterThan(0.3);
  expect(open).toBeGreaterThan(100 * closed);

  const [{ text }] = await write(run, ['--length', '8000', '--temperature', '0.5']);
  const sentences = text.split('\n').slice(1, -1);
  expect(sentences.length).toBeGreaterThan(80);
  const spoken = sentences.filter((sentence) => sentence.includes('"'));
  expect(spoken.length).toBeGreaterThan(30);
  expect(shareOf(spoken, (sentence) => sentence.split('"').length === 3)).toBeGreaterThanOrEqual(0.9);
});

test('homophones: the word that belongs comes first', async () => {
  const { run } = await train('homophones/pear-and-pair.txt', 'homophones/homophones.recipe.json');
  const best = async (pattern: string) => (await rank(run, pattern))[0];
  expect(await best('The apple and p{ear|air} salad')).toBe('The apple and pear salad');
  expect(await best('She lost one p{ear|air} of warm gloves.')).toBe('She lost one pair of warm gloves.');
  expect(await best('The tailor sifted the flo{ur|wer} for the plum cake.')).toContain('flour');
  expect(await best('Our neighbour put an old flo{ur|wer} in the vase.')).toContain('flower');
  expect(await best('My sister can s{ea|ee} the ships from the hill.')).toContain('see');
  expect(await best('The s{ea|ee} was calm before the storm.')).toContain('sea');
});
