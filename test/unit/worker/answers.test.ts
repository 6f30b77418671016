import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { parseRecipe } from '../../../src/core/recipe';
import { train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { Bench, tinyJob } from '../../helpers/job';
import { someText, temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
const silent = (): void => undefined;
let run = '';

beforeAll(async () => {
  const job = tinyJob(path.join(folder, 'runs'), { training: { steps: 120 }, evaluation: { every: 40 } });
  run = (await train(job, bench.context)).run;
});
afterAll(() => bench.backends.close());

test('a beam writes the same every time, the best first, and better than greed', async () => {
  const options = { run, prompt: 'the clock', length: 20, temperature: 1, beam: 8, count: 3 };
  const found = await predictor.sample(options, signal, silent);
  expect(found.texts).toHaveLength(3);
  expect(new Set(found.texts).size).toBe(3);
  expect(await predictor.sample(options, signal, silent)).toEqual(found);
  const scores = found.scores?.map(({ score }) => score) ?? [];
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const greedy = await predictor.sample({ ...options, beam: 1, count: 1 }, signal, silent);
  const drawn = await predictor.sample({ ...options, beam: undefined, temperature: 0, count: 1 }, signal, silent);
  expect(greedy.texts).toEqual(drawn.texts);
  expect(scores[0]).toBeGreaterThanOrEqual(greedy.scores?.[0].score ?? 0);
  await expect(predictor.sample({ ...options, beam: 2 }, signal, silent)).rejects.toThrow(/at most 2 texts/);
  await expect(predictor.sample(options, AbortSignal.abort(), silent)).rejects.toBeInstanceOf(Cancelled);
});

test('each token of a sample has the probability that scoring gives it', async () => {
  const options = { run, length: 15, temperature: 1, seed: 3, probabilities: true };
  const { texts, tokens } = await predictor.sample(options, signal, silent);
  expect(tokens?.[0].map(({ token }) => token).join('')).toBe(texts[0]);
  const [scored] = await predictor.score(run, [texts[0].split('\n')[0]], signal);
  scored.tokens.forEach(({ logProbability }, k) => {
    expect(Math.exp(logProbability)).toBeCloseTo(tokens?.[0][k].probability ?? NaN, 4);
  });
});

test('what comes next adds up, and agrees with the score', async () => {
  const { tokens, entropy } = await predictor.nextTokens({ run, context: 'the cloc', count: 1000 });
  expect(tokens.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(entropy).toBeGreaterThan(0);
  expect(entropy).toBeLessThan(Math.log(tokens.length));
  const [{ token }] = tokens;
  expect((await predictor.nextTokens({ run, context: 'the cloc', count: 1 })).tokens).toEqual([tokens[0]]);
  expect(token).not.toBe('<unk>');
  await expect(predictor.nextTokens({ run, context: '', count: 0 })).rejects.toThrow(UserError);
});

test('alternatives are ranked as they are scored', async () => {
  const ranked = await predictor.rank({ run, pattern: 'the cl{ock|kco} wai{ts|st}' }, signal);
  expect(ranked).toHaveLength(4);
  const scored = await predictor.score(
    run,
    ranked.map(({ text }) => text),
    signal,
  );
  ranked.forEach(({ logProbability }, k) => expect(logProbability).toBeCloseTo(scored[k].logProbability, 6));
  const logs = ranked.map(({ logProbability }) => logProbability);
  expect(logs).toEqual([...logs].sort((a, b) => b - a));
  expect(ranked.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  await expect(predictor.rank({ run, pattern: 'x' }, signal)).rejects.toThrow(/nothing to choose from/);
});

test('what a text has in common with the training text is named with its place', async () => {
  const text = someText(2400);
  const span = await predictor.memorisation(run, `QQ${text.slice(1000, 1060)}ZZ`, signal);
  expect(span).toMatchObject({ text: text.slice(1000, 1060), length: 60, sampleOffset: 2 });
  expect(text.indexOf(span?.text ?? '')).toBe(span?.sourceOffset);
  expect(await predictor.memorisation(run, 'QQQ', signal)).toBeNull();
  await expect(predictor.memorisation(run, text, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled);
});

test('what a model cannot do is said in a sentence', async () => {
  await expect(predictor.classify({ run, texts: ['x'] }, signal)).rejects.toThrow(/is no classifier/);
  await expect(predictor.score(run, ['x'], signal, 'Greek')).rejects.toThrow(/writes without labels/);
});

test('lines of a table are read as the table was that a classifier learned from', async () => {
  const rows = Array.from(
    { length: 40 },
    (_, n) => `${n},"the ${n % 2 ? 'red' : 'blue'}, ""x""",${n % 2 ? 'warm' : 'cold'}`,
  );
  const source = { kind: 'text', text: ['id,text,class', ...rows].join('\n'), label: 'x.csv' } as const;
  const job = tinyJob(path.join(folder, 'runs'), {});
  const recipe = parseRecipe(
    {
      task: 'classification',
      tokens: { unit: 'word' },
      model: { kind: 'naive-bayes' },
      source: { text: 'text', label: 'class' },
    },
    '',
  );
  const trained = await train({ ...job, source, recipe }, bench.context);
  const texts = ['class,text', 'warm,red', 'cold,red', '', 'blue'];
  const lines = { header: texts[0] };
  const answers = await predictor.classify({ run: trained.run, texts, lines, top: 1 }, signal);
  expect(answers.map(({ line, text, chosen, right }) => [line, text, chosen[0], right])).toEqual([
    [1, 'red', 'warm', true],
    [2, 'red', 'warm', false],
    [4, 'blue', 'cold', undefined],
  ]);
  const plain = await predictor.classify({ run: trained.run, texts: ['warm,red'] }, signal);
  expect(plain.map(({ text, right }) => [text, right])).toEqual([['warm,red', undefined]]);
});
