import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLinesOf } from '../../../src/core/annotations/annotated-lines';
import { withRehearsal, type ReadLine } from '../../../src/core/annotations/rehearsal';
import { Cancelled } from '../../../src/core/errors';
import { builtInRecipes, parseRecipe } from '../../../src/core/recipe';
import type { Recipe } from '../../../src/core/recipe/schema';
import { train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { finish } from '../../helpers/finish';
import { Bench } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
const runsFolder = path.join(temporaryFolder(), 'runs');
const NAMES = ['Ann', 'Bob', 'Cleo', 'Dora', 'Emil'];
const PLACES = ['Oslo', 'Turin', 'Lagos', 'Kyoto', 'Quito'];
let run = '';

/** Lines in which a name meets a place. */
const lines: ReadLine[] = NAMES.flatMap((name) =>
  PLACES.map((place) => ({
    text: `${name} lives in ${place} now.`,
    spans: [
      { start: 0, end: name.length, label: 'person' },
      { start: name.length + 10, end: name.length + 10 + place.length, label: 'place' },
    ],
  })),
);

function recipe(steps: number): Recipe {
  const { recipe: base } = builtInRecipes.find(({ name }) => name === 'tagger') as (typeof builtInRecipes)[number];
  const { model, training, evaluation, ...rest } = base;
  const source = { format: 'spans' };
  const small = { ...model, embedding: 16, hidden: 16 };
  const short = { ...training, steps, epochs: undefined, minutes: undefined, batch: 8 };
  return parseRecipe({ ...rest, source, model: small, training: short, evaluation, threads: 1 }, 'tagger');
}

async function learn(learned: ReadLine[], steps: number, from?: string): Promise<string> {
  const source = { kind: 'text', text: jsonLinesOf(learned), label: 'lines' } as const;
  const done = await train({ recipe: recipe(steps), source, validation: source, runsFolder, from }, bench.context);
  return done.run;
}

async function read(folder: string, texts: string[]): Promise<ReadLine[]> {
  const answer = await predictor.tag({ run: folder, texts }, signal);
  return answer.texts.map(({ spans }, n) => ({
    text: texts[n],
    spans: spans.map(({ start, end, label }) => ({ start, end, label })),
  }));
}

beforeAll(async () => {
  run = await learn(lines, 300);
}, 120_000);
afterAll(() => bench.backends.close());

test('offsets are UTF-16 units of the text, behind emoji and with CRLF', async () => {
  const text = '😀 👩‍🔬\r\nAnn lives in Oslo now.\r\n';
  const [{ spans }] = await read(run, [text]);
  expect(spans.map(({ start, end, label }) => `${text.slice(start, end)} ${label}`)).toEqual(
    expect.arrayContaining(['Ann person', 'Oslo place']),
  );
});

test('a request that was cancelled ends', async () => {
  const texts = Array.from({ length: 2000 }, () => lines[0].text);
  await expect(predictor.tag({ run, texts }, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
});

test('a correction is learned wherever its words stand, and other lines keep their tags', async () => {
  const texts = lines.map(({ text }) => text);
  const before = await read(run, texts);
  expect(before).toEqual(lines);
  const corrected: ReadLine = { ...lines[0], spans: [{ start: 0, end: 3, label: 'ship' }, lines[0].spans[1]] };
  const ann = { words: 'Ann', label: 'ship', state: 'accepted', corrected: true } as const;
  const mixed = finish(withRehearsal([corrected], before.slice(1), [ann], true));
  const after = await read(await learn(mixed, 100, run), texts);
  const others = texts.findIndex((text) => !text.startsWith('Ann'));
  expect(after[0]).toEqual(corrected);
  expect(after.slice(0, others).map(({ spans }) => spans[0].label)).toEqual(Array(others).fill('ship'));
  expect(after.slice(others)).toEqual(before.slice(others));
}, 120_000);
