import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import type { TrainJob } from '../../../src/protocol/worker';
import { exportArpa } from '../../../src/worker/export-model';
import { importArpaFile } from '../../../src/worker/import-arpa';
import { resume, train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { readRun } from '../../../src/worker/run-list';
import { Bench, tinyJob } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';
import { LMPLZ } from '../core/arpa-files';

const folder = temporaryFolder();
const runsFolder = path.join(folder, 'runs');
const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
afterAll(() => bench.backends.close());

async function arpaOf(run: string): Promise<string> {
  let text = '';
  for await (const piece of exportArpa(run)) text += piece;
  return text;
}

/** A job over lines of words with this model. */
function lineJob(model: RecipeInput['model']): TrainJob {
  const { recipe } = tinyJob(runsFolder, { source: { format: 'lines' }, tokens: { unit: 'word' } });
  return { recipe: parseRecipe({ ...recipe, model }, ''), source: lines, runsFolder };
}

const text = 'the cat sat\nthe dog ran\na cat ran\nthe cat ran\n'.repeat(10);
const lines = { kind: 'text', text, label: 'lines.txt' } as const;

test.each([
  ['n-grams', { kind: 'ngram', order: 3 } as const],
  ['a network', { hidden: 12, embedding: 8 }],
])('%s over lines: trained, measured, scored and written line by line', async (_, model) => {
  const { run, record, finished } = await train(lineJob(model), bench.context);
  expect(finished.reason).toBe('done');
  expect(record.data).toMatchObject({ format: 'lines', examples: 40 });
  expect(finished.metrics.bitsPerCharacter).toBeGreaterThan(0);
  const measured = await predictor.evaluate({ run, source: lines }, signal);
  expect(measured.tokens).toBe(160);
  const scored = await predictor.score(run, text.trim().split('\n'), signal);
  const sum = scored.reduce((total, { logProbability }) => total + logProbability, 0);
  expect(-sum / 160).toBeCloseTo(measured.validationLoss, 4);
  expect(measured.bitsPerCharacter).toBeCloseTo(-sum / Math.LN2 / text.length, 4);
  const { texts } = await predictor.sample({ run, length: 40, temperature: 1, seed: 1, count: 3 }, signal, () => 0);
  expect(texts.every((each) => !each.includes('\n'))).toBe(true);
});

test('an exported model that is imported gives the same figures, writes, and exports the same file again', async () => {
  const job = lineJob({ kind: 'ngram', order: 3, smoothing: 'witten-bell' });
  const { run } = await train(job, bench.context);
  const file = path.join(folder, 'out.arpa');
  writeFileSync(file, await arpaOf(run));
  const imported = await importArpaFile({ file, runsFolder, name: 'again', version: '0.0.0' });
  expect(imported.record).toMatchObject({ name: 'again', status: 'done', data: { format: 'lines' } });
  const one = await predictor.evaluate({ run, source: lines }, signal);
  const other = await predictor.evaluate({ run: imported.run, source: lines }, signal);
  expect(other.validationLoss).toBeCloseTo(one.validationLoss, 5);
  const options = { length: 30, temperature: 0, seed: 1 };
  const written = await predictor.sample({ run: imported.run, ...options }, signal, () => 0);
  expect(written.texts).toEqual((await predictor.sample({ run, ...options }, signal, () => 0)).texts);
  expect((await arpaOf(imported.run)).split('\n').length).toBe(readFileSync(file, 'utf8').split('\n').length);
  const { events } = await readRun(imported.run, 100);
  expect(events.map(({ event }) => event)).toEqual(['started', 'checkpoint', 'finished']);
  await expect(resume({ run: imported.run }, bench.context)).rejects.toThrow(/nothing to go on with/);
});

test('a file of KenLM is scored; a broken one leaves no run behind', async () => {
  const file = path.join(folder, 'lm.arpa');
  writeFileSync(file, LMPLZ);
  const { run } = await importArpaFile({ file, runsFolder, version: '0.0.0' });
  const [known, unknown] = await predictor.score(run, ['the cat', 'the zebra'], signal);
  expect(known.tokens.map(({ token }) => token)).toEqual(['the', 'cat', '<eos>']);
  expect(unknown.tokens[1].token).toBe('<unk>');
  expect(known.logProbability).toBeGreaterThan(unknown.logProbability + 1);
  expect(unknown.logProbability).toBeGreaterThan(-20);
  writeFileSync(file, LMPLZ.replace('ngram 2=3', 'ngram 2=4'));
  const place = path.join(folder, 'none');
  await expect(importArpaFile({ file, runsFolder: place, version: '0.0.0' })).rejects.toThrow(/its header says 4/);
  await expect(importArpaFile({ file: `${file}x`, runsFolder: place, version: '0.0.0' })).rejects.toThrow(
    /Cannot read/,
  );
});

test('a file whose probabilities do not sum to one is scored by them as they stand', async () => {
  const file = path.join(folder, 'odd.arpa');
  const ngrams = [
    ['-99\t<s>\t-0.5', '-1\t</s>', '-2\t<unk>', '-0.5\ta\t-0.25', '-0.7\tb\t-0.1'],
    ['-0.2\t<s> a', '-0.3\ta b', '-0.4\tb </s>'],
  ];
  const head = ngrams.map(({ length }, n) => `ngram ${n + 1}=${length}`).join('\n');
  const rows = ngrams.map((lines, n) => `\\${n + 1}-grams:\n${lines.join('\n')}\n`).join('\n');
  writeFileSync(file, `\\data\\\n${head}\n\n${rows}\n\\end\\\n`);
  const { run } = await importArpaFile({ file, runsFolder, name: 'odd', version: '0.0.0' });
  const scored = await predictor.score(run, ['a b', 'b a'], signal);
  // p(a | <s>) p(b | a) p(</s> | b); then <s>, b and a back off at each word.
  const expected = [-0.2 - 0.3 - 0.4, -0.5 - 0.7 + (-0.1 - 0.5) + (-0.25 - 1)];
  scored.forEach(({ logProbability }, n) => expect(logProbability / Math.LN10).toBeCloseTo(expected[n], 5));
  const { tokens } = await predictor.nextTokens({ run, context: 'a', count: 1 });
  expect(tokens).toEqual([{ token: 'b', probability: expect.closeTo(10 ** -0.3, 5) }]);
});
