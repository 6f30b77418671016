import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtInRecipes } from '../../../src/core/recipe';
import { buildThreads, root, run } from '../../helpers/cli';
import { numbersOf } from '../../helpers/job';
import { decodeEvents } from '../../../src/core/runs/metrics-log';
import { temporaryFolder } from '../../helpers/temporary';

/** Every built-in recipe trains a little on a fitting sample, ends, is measured and answers: nobody is left out. */

const cwd = temporaryFolder();
const samples = {
  text: 'play/the-clockmakers-holiday.txt',
  opinions: 'sentiment/opinions.tsv',
  surnames: 'surnames/surnames.tsv',
  series: 'series/load.csv',
  tagged: 'spells/spells.jsonl',
};
type Answer =
  'writes' | 'classifies' | 'writes of labels' | 'forecasts' | 'tags' | 'compares words' | 'compares contexts';

interface Case {
  /** Left out, the data come from the seed, and there is nothing to ask. */
  data?: keyof typeof samples;
  answer?: Answer;
  /** Learns in one pass. */
  counts?: true;
}
const cases: Record<string, Case> = {
  'character-lstm': { data: 'text', answer: 'writes' },
  'character-lstm-deep': { data: 'text', answer: 'writes' },
  'character-lstm-large': { data: 'text', answer: 'writes' },
  'character-gru': { data: 'text', answer: 'writes' },
  'character-rnn': { data: 'text', answer: 'writes' },
  'word-lstm': { data: 'text', answer: 'writes' },
  'word-lstm-small': { data: 'text', answer: 'writes' },
  'bpe-lstm': { data: 'text', answer: 'writes' },
  'ngram-characters': { data: 'text', answer: 'writes', counts: true },
  'ngram-words': { data: 'text', answer: 'writes', counts: true },
  'window-mlp': { data: 'text', answer: 'writes' },
  'naive-bayes': { data: 'opinions', answer: 'classifies', counts: true },
  'logistic-regression': { data: 'opinions', answer: 'classifies', counts: true },
  'cnn-classifier': { data: 'opinions', answer: 'classifies' },
  'recurrent-classifier': { data: 'opinions', answer: 'classifies' },
  'label-to-sequence': { data: 'surnames', answer: 'writes of labels' },
  series: { data: 'series', answer: 'forecasts' },
  tagger: { data: 'tagged', answer: 'tags' },
  'tagger-forward': { data: 'tagged', answer: 'tags' },
  'crf-features': { data: 'tagged', answer: 'tags', counts: true },
  'hmm-tagger': { data: 'tagged', answer: 'tags', counts: true },
  'perceptron-tagger': { data: 'tagged', answer: 'tags', counts: true },
  'most-frequent-tag': { data: 'tagged', answer: 'tags', counts: true },
  'skip-gram': { data: 'text', answer: 'compares words' },
  cbow: { data: 'text', answer: 'compares words' },
  fasttext: { data: 'text', answer: 'compares words' },
  glove: { data: 'text', answer: 'compares words' },
  'ppmi-svd': { data: 'text', answer: 'compares words', counts: true },
  bilm: { data: 'text', answer: 'compares contexts' },
  'adding-problem': {},
  'copy-memory': {},
};
const fileOf = (data: keyof typeof samples): string => `${data}${path.extname(samples[data])}`;

beforeAll(async () => {
  await buildThreads();
  mkdirSync(cwd, { recursive: true });
  for (const [name, sample] of Object.entries(samples)) {
    const whole = readFileSync(path.join(root, 'samples', sample), 'utf8');
    const short = whole.slice(0, whole.lastIndexOf('\n', 12_000) + 1);
    writeFileSync(path.join(cwd, fileOf(name as keyof typeof samples)), short);
  }
}, 300_000);

const at = (...args: string[]) => run(args, { cwd });
const settings = ['evaluation.sampleLength=20', 'training.batch=4', 'training.patience=0'];
const small = ['--steps', '10', '--threads', '1', ...settings.flatMap((each) => ['--set', each])];

test('each built-in recipe is in the table', () => {
  expect(Object.keys(cases).sort()).toEqual(builtInRecipes.map(({ name }) => name).sort());
});

test.each(Object.entries(cases))(
  '%s trains, ends, is measured and answers',
  async (name, { data, answer, counts }) => {
    const file = fileOf(data ?? 'text');
    const trained = await at('train', ...(data ? [file] : []), '--recipe', name, ...small, '--json');
    expect([trained.code, trained.stderr]).toEqual([0, '']);
    const lines = trained.lines();
    const last = lines.at(-1) as { run: string; reason: string; step: number; metrics: Record<string, number> };
    expect(last).toMatchObject({ event: 'finished', reason: 'done', step: counts ? 1 : 10 });
    if (answer === 'compares words' || answer === 'compares contexts') return answers[answer](last.run);
    expect(last.metrics.validationLoss).toBeGreaterThan(0);
    expect(lines.find(({ event }) => event === 'started')).toMatchObject({ kind: counts ? 'counts' : 'steps' });
    expect(lines.some(({ event }) => event === 'baseline')).toBe(true);

    if (!answer) {
      const refused = await at('evaluate', last.run, file);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/there is nothing to ask/)]);
      expect((await at('train', file, '--recipe', name)).code).toBe(2);
      return;
    }
    const measured = (await at('evaluate', last.run, file, '--json')).lines()[0];
    expect(measured.validationLoss).toBeGreaterThan(0);
    expect(measured.tokens).toBeGreaterThan(0);
    await answers[answer](last.run);
  },
  120_000,
);

const answers: Record<Answer, (folder: string) => Promise<void>> = {
  async writes(folder) {
    const [once, again] = [await sample(folder), await sample(folder)];
    expect(once[0].text).toBe(again[0].text);
    expect(String(once[0].text).length).toBeGreaterThan(0);
    const [scored] = (await run(['score', folder, '--json'], { cwd, input: 'The clock stops.\n' })).lines();
    expect(scored.logProbability).toBeLessThan(0);
    expect(scored.bitsPerCharacter).toBeGreaterThan(0);
    const ranked = (await at('rank', folder, 'the clo{ck|kc} st{o|}ps', '--json')).lines();
    expect(ranked).toHaveLength(4);
    expect(ranked.map(({ share }) => Number(share)).reduce((sum, share) => sum + share)).toBeCloseTo(1);
  },
  async classifies(folder) {
    const input = 'the music was never funny\nthat show was fresh\n';
    const classified = (await run(['classify', folder, '--json'], { cwd, input })).lines();
    expect(classified).toHaveLength(2);
    const [{ chosen, labels }] = classified as { chosen: string[]; labels: { label: string; probability: number }[] }[];
    expect(labels.map(({ label }) => label).sort()).toEqual(['negative', 'positive']);
    expect(chosen).toEqual([labels[0].label]);
    expect(labels[0].probability + labels[1].probability).toBeCloseTo(1);
    expect((await at('sample', folder)).stderr).toMatch(/is no language model/);
  },
  async 'writes of labels'(folder) {
    const [{ label }] = await sample(folder, '--label', 'Greek');
    expect(label).toBe('Greek');
    const beam = await sample(folder, '--label', 'German', '--beam', '4', '--count', '2');
    expect(Number(beam[0].score)).toBeGreaterThanOrEqual(Number(beam[1].score));
    expect((await at('sample', folder, '--label', 'Elvish')).stderr).toMatch(/knows no label "Elvish"/);
    const [scored] = (
      await run(['score', folder, '--label', 'Greek', '--json'], { cwd, input: 'Mitropoulos\n' })
    ).lines();
    // Each letter and the end.
    expect(scored.tokens).toHaveLength('Mitropoulos'.length + 1);
  },
  async tags(folder) {
    const input = 'Harry Potter met Hermione in Hogwarts.\n';
    const tagged = (await run(['tag', folder, '--json'], { cwd, input })).lines();
    expect(tagged).toHaveLength(1);
    const [{ spans }] = tagged as { spans: { start: number; end: number; label: string; probability: number }[] }[];
    for (const { start, end, label, probability } of spans) {
      expect(start).toBeLessThan(end);
      expect(['person', 'place']).toContain(label);
      expect(probability).toBeGreaterThan(0);
    }
    expect((await at('sample', folder)).stderr).toMatch(/is no language model/);
  },
  async 'compares words'(folder) {
    const near = (await at('embeddings', 'neighbors', folder, 'clock', '--top', '3', '--json')).lines();
    expect(near).toHaveLength(3);
    for (const { similarity } of near) expect(Math.abs(Number(similarity))).toBeLessThanOrEqual(1 + 1e-6);
  },
  async 'compares contexts'(folder) {
    const file = fileOf('text');
    const [{ cosines }] = (await at('embeddings', 'contexts', folder, 'the', file, '--json')).lines();
    for (const row of cosines as number[][]) for (const cosine of row) expect(Math.abs(cosine)).toBeLessThan(1 + 1e-6);
  },
  async forecasts(folder) {
    const [{ text }] = await sample(folder);
    const rows = String(text).trim().split('\n');
    expect(rows).toHaveLength(13);
    expect(rows.slice(1).every((row) => row.split(',').every((cell) => Number.isFinite(Number(cell))))).toBe(true);
  },
};

async function sample(folder: string, ...more: string[]): Promise<Record<string, unknown>[]> {
  const answer = await at('sample', folder, '--length', '12', '--seed', '5', '--json', ...more);
  expect([answer.code, answer.stderr]).toEqual([0, '']);
  return answer.lines();
}

test('runs on the same held-out part are compared in one unit, and n-grams are exported', async () => {
  const folders: string[] = [];
  for (const name of ['ngram-characters', 'word-lstm-small']) {
    const trained = await at('train', fileOf('text'), '--recipe', name, ...small, '--json');
    folders.push(String(trained.lines().at(-1)?.run));
  }
  const rows = (await at('runs', 'compare', ...folders, '--json')).lines();
  expect(rows.map(({ kind }) => kind).sort()).toEqual([
    'baseline',
    'baseline',
    'comparison',
    'comparison',
    'run',
    'run',
  ]);
  const worth = rows.filter(({ kind }) => kind !== 'comparison');
  expect(new Set(worth.map(({ heldOut }) => heldOut)).size).toBe(1);
  const bits = worth.map(({ bitsPerCharacter }) => Number(bitsPerCharacter));
  expect(bits).toEqual([...bits].sort((a, b) => a - b));
  const table = (await at('runs', 'compare', ...folders)).stdout;
  expect(table).toMatch(/Is it worth it\? On the same held-out part of text\.txt/);
  expect(table).not.toContain('training.seed');
  const arpa = (await at('runs', 'export', folders[0], '--format', 'arpa')).stdout;
  expect(arpa).toMatch(/^\\data\\\nngram 1=\d+\n[\s\S]*\\6-grams:[\s\S]*\\end\\\n$/);
  const refused = await at('runs', 'export', folders[1], '--format', 'arpa');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/is no n-gram model/)]);
}, 120_000);

test('the same seed and threads give the same log, but for the clock', async () => {
  for (const recipe of ['character-lstm', 'cnn-classifier']) {
    const logs: object[][] = [];
    for (let twice = 0; twice < 2; twice++) {
      const trained = await at('train', fileOf(cases[recipe].data ?? 'text'), '--recipe', recipe, ...small, '--json');
      const folder = String(trained.lines().at(-1)?.run);
      logs.push(numbersOf(decodeEvents(readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8'))));
    }
    expect(logs[0].length).toBeGreaterThan(10);
    expect(logs[1]).toEqual(logs[0]);
  }
}, 120_000);
