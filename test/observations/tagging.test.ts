import { expect, test } from 'vitest';
import { prepareLab, read, shareOf, tag, train } from './lab';

prepareLab();

const MOST_FREQUENT = 'most frequent tag';
const HMM = 'HMM, trigrams of tags';

/** The spans of texts as "words label". */
async function found(run: string, texts: string[]): Promise<string[][]> {
  const tagged = await tag(run, texts);
  return tagged.map(({ spans }, n) => spans.map(({ start, end, label }) => `${texts[n].slice(start, end)} ${label}`));
}

test('teddy: read from left to right, Teddy Roosevelt begins as Teddy bears do; read from both ends, they differ', async () => {
  const bothEnds = await train('teddy/teddy.jsonl', 'teddy/teddy.recipe.json');
  const leftToRight = await train('teddy/teddy.jsonl', 'teddy/teddy-forward.recipe.json');
  const texts = ['He said, "Teddy Roosevelt was a great president!"', 'He said, "Teddy bears are on sale!"'];

  expect(await found(bothEnds.run, texts)).toEqual([['Teddy Roosevelt person'], []]);
  const begins = (await tag(leftToRight.run, texts)).map(({ spans }, n) =>
    spans.some(({ start }) => start === texts[n].indexOf('Teddy')),
  );
  expect(begins[0]).toBe(begins[1]);

  expect(bothEnds.metrics.f1).toBeGreaterThan(0.95);
  expect(leftToRight.metrics.f1).toBeLessThan(bothEnds.metrics.f1 - 0.2);
});

test('spells: names that training lacks are found, which the most frequent tag of each word cannot', async () => {
  const { run, metrics, baselines } = await train('spells/spells.jsonl', 'spells/spells.recipe.json');
  const unknown = ['Ottoline', 'Fairweather', 'Brambleby', 'Quillfeather'];
  const sample = read('spells/spells.jsonl');
  expect(unknown.filter((name) => sample.includes(name))).toEqual([]);
  expect(
    await found(run, [
      'Harry Potter and Hermione Granger invented a new spell.',
      'Ottoline met Fairweather in Brambleby.',
      'Nobody in Hogsmeade knew what Quillfeather had done.',
      'Wizards like hats.',
    ]),
  ).toEqual([
    ['Harry Potter person', 'Hermione Granger person'],
    ['Ottoline person', 'Fairweather person', 'Brambleby place'],
    ['Hogsmeade place', 'Quillfeather person'],
    [],
  ]);
  expect(metrics.f1).toBeGreaterThan(0.97);
  expect(metrics.f1).toBeGreaterThan((baselines.get(MOST_FREQUENT)?.f1 ?? 1) + 0.15);
});

test('parts of speech: what a word is depends on its neighbours, and on later ones only a model that sees them can count', async () => {
  const { run, metrics, baselines } = await train(
    'parts-of-speech/sentences.conllu',
    'parts-of-speech/parts-of-speech.recipe.json',
  );
  const frequent = baselines.get(MOST_FREQUENT)?.accuracy ?? 1;
  expect(metrics.accuracy).toBeGreaterThan(0.98);
  expect(metrics.accuracy).toBeGreaterThan(frequent + 0.05);
  expect(baselines.get(HMM)?.accuracy).toBeGreaterThan(frequent + 0.05);

  const [thing, quality] = (await tag(run, ['The light will follow Ana .', 'The light boat will follow Ana .'])).map(
    ({ spans }) => spans[1],
  );
  expect([thing.label, quality.label]).toEqual(['NOUN', 'ADJ']);
  // What the same model says before it has seen what follows.
  expect(thing.forward?.label).toBe(quality.forward?.label);
  expect(thing.forward?.probability).toBeCloseTo(quality.forward?.probability ?? 0, 5);
});

test('genes: the frame of a gene is followed from its start to its stop', async () => {
  const { run, metrics, baselines } = await train('genes/genes.conll', 'genes/genes.recipe.json');
  const majority = baselines.get(MOST_FREQUENT)?.accuracy ?? 1;
  expect(metrics.accuracy).toBeGreaterThan(majority + 0.25);

  // TAA behind GC is out of the frame and ends nothing.
  const [before, gene, after] = ['CCGTCC', 'ATGGCTAACGCAGCCGCTGGATTCGCACGTTGA', 'CCTTCGGC'];
  const bases = [...before, ...gene, ...after];
  const [{ spans }] = await tag(run, [bases.join(' ')]);
  expect(spans).toHaveLength(bases.length);
  const right = ({ label }: { label: string }, at: number): boolean =>
    (label === 'coding') === (at >= before.length && at < before.length + gene.length);
  expect(shareOf(spans, right)).toBeGreaterThan(0.9);
});
