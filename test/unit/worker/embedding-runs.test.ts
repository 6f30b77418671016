import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { fastTextModelOf } from '../../../src/core/embeddings/fasttext-model';
import { fittedTo } from '../../../src/core/embeddings/text-size';
import { UserError } from '../../../src/core/errors';
import { findBuiltIn, parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import { EmbeddingLearner } from '../../../src/core/training/embedding-learner';
import type { TrainJob } from '../../../src/protocol/worker';
import type { EmbeddingQuery } from '../../../src/protocol/word-vectors';
import { EmbeddingAnswers } from '../../../src/worker/embedding-answers';
import { saveFastText } from '../../../src/worker/fasttext-file';
import { resume, train } from '../../../src/worker/jobs';
import { RunFolder } from '../../../src/worker/run-folder';
import { openVectors } from '../../../src/worker/vector-file';
import { readSource } from '../../../src/worker/vector-sources';
import { Bench, logOf, numbersOf } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const runsFolder = path.join(folder, 'runs');
const bench = new Bench();
afterAll(() => bench.backends.close());
afterEach(() => bench.command('run'));

/** Sentences in which animals eat and machines run, in a fixed order: words of a kind have the same neighbours. */
function farm(lines: number): string {
  const animals = ['horse', 'sheep', 'goat', 'duck'];
  const machines = ['tractor', 'engine', 'motor', 'pump'];
  return Array.from({ length: lines }, (_, k) =>
    k % 2 === 0
      ? `the ${animals[(k * 7 + (k >> 3)) % 4]} eats fresh green grass`
      : `the ${machines[(k * 5 + (k >> 2)) % 4]} burns cheap black oil`,
  ).join('\n');
}

const text = farm(900);

function job(more: RecipeInput = {}, label = 'farm.txt', content = text): TrainJob {
  const { model, training, ...rest } = more;
  const recipe = parseRecipe(
    {
      task: 'embeddings',
      tokens: { lowercase: true, minCount: 2, maxVocabulary: 5000 },
      model:
        model?.kind === 'glove'
          ? model
          : ({
              kind: 'word2vec',
              dimension: 400,
              window: 8,
              negative: 15,
              sample: 0,
              ...model,
            } as RecipeInput['model']),
      training: { epochs: 3, rate: 0.05, ...training },
      evaluation: { every: 4 },
      threads: 1,
      ...rest,
    },
    '',
  );
  return { recipe, source: { kind: 'text', text: content, label }, runsFolder };
}

/** Gives a command as soon as a job has done so many steps. */
function commandAfter(step: number, name: 'stop' | 'pause'): void {
  const trainStep = EmbeddingLearner.prototype.trainStep;
  const spy = vi.spyOn(EmbeddingLearner.prototype, 'trainStep').mockImplementation(function (
    this: EmbeddingLearner<unknown>,
    progress,
  ) {
    const result = trainStep.call(this, progress);
    if (this.step === step) {
      spy.mockRestore();
      bench.command(name);
      if (name === 'pause') setTimeout(() => bench.command('run'), 100);
    }
    return result;
  });
}

async function vectorsOf(run: string, which: 'best' | 'last' = 'best'): Promise<number[]> {
  const { tensors } = await new RunFolder(run).readCheckpoint(which);
  return Array.from(tensors.get('embedding.weight')?.data ?? []);
}

test('words get vectors in a run that is like every other', async () => {
  const { run, record, finished } = await train(job(), bench.context);
  expect(finished).toMatchObject({ reason: 'done' });
  expect(record).toMatchObject({ status: 'done', name: 'custom · farm.txt' });
  expect(record.data).toMatchObject({ trainTokens: 5400, vocabulary: 17, validationTokens: 0, format: 'text' });
  const log = logOf(run);
  expect(log[0]).toMatchObject({ event: 'started', task: 'embeddings', unit: 'word', groups: [], kind: 'steps' });
  const steps = log.filter((each) => each.event === 'step');
  expect(steps.length).toBeGreaterThan(12);
  expect(steps.at(-1)).toMatchObject({ epoch: 3, progress: 1 });
  expect(steps[0]).not.toHaveProperty('gradientNorm');
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0].loss);
  const folderOf = new RunFolder(run);
  const { words, counts } = await folderOf.readVocabulary();
  expect([words[0], counts[0], words.length]).toEqual(['the', 900, 17]);
  const { tensors } = await folderOf.readCheckpoint('best');
  expect([...tensors.keys()]).toEqual(['embedding.weight']);
  expect(tensors.get('embedding.weight')?.shape).toEqual([17, 400]);
  expect(readdirSync(run).sort()).toEqual(
    ['checkpoints', 'metrics.jsonl', 'run.json', 'samples', 'source.txt', 'vocabulary.txt'].sort(),
  );
});

test('neighbours of the same frequent words are shown as they settle', async () => {
  const { run } = await train(job({ training: { epochs: 10 } }), bench.context);
  const samples = logOf(run).flatMap((each) => (each.event === 'sample' ? [each.text] : []));
  expect(samples.length).toBeGreaterThan(2);
  const asked = (sample: string) => sample.split('\n').map((line) => line.split(/\s/)[0]);
  for (const sample of samples) expect(asked(sample)).toEqual(asked(samples[0]));
  const line = samples
    .at(-1)!
    .split('\n')
    .find((each) => each.startsWith('horse'));
  expect(line?.split(/,?\s+/).slice(1, 4).sort()).toEqual(['duck', 'goat', 'sheep']);
});

describe.each<[string, RecipeInput['model'], number]>([
  ['skip-gram', { kind: 'word2vec' }, 3],
  ['CBOW', { kind: 'word2vec', architecture: 'cbow', negative: 3 }, 20],
  ['GloVe', { kind: 'glove', dimension: 900, window: 10 }, 20],
  ['fastText', { kind: 'word2vec', minGram: 3, maxGram: 4, buckets: 5000, negative: 5 }, 3],
  ['hierarchical softmax', { kind: 'word2vec', negative: 0 }, 3],
])('%s', (_, model, epochs) => {
  test('stopped anywhere and resumed, all numbers are those of a run that never stopped', async () => {
    const more = { model, training: { epochs } };
    const whole = await train(job(more), bench.context);
    for (const step of [1, 4, 7]) {
      commandAfter(step, 'stop');
      const stopped = await train(job(more), bench.context);
      bench.command('run');
      expect(stopped.finished).toMatchObject({ reason: 'stopped', step });
      // A stop keeps what was learned so far.
      expect(await vectorsOf(stopped.run)).toEqual(await vectorsOf(stopped.run, 'last'));
      const resumed = await resume({ run: stopped.run }, bench.context);
      expect(resumed.finished.reason).toBe('done');
      expect(numbersOf(logOf(stopped.run))).toEqual(numbersOf(logOf(whole.run)));
      expect(await vectorsOf(stopped.run)).toEqual(await vectorsOf(whole.run));
    }
  });
});

test('words that never occurred get vectors from their n-grams', async () => {
  const model = { kind: 'word2vec', minGram: 3, maxGram: 5, buckets: 20_000, dimension: 40, negative: 5 } as const;
  const { run } = await train(job({ model, training: { epochs: 10 } }), bench.context);
  const answers = new EmbeddingAnswers();
  const ask = (query: EmbeddingQuery) => answers.answer({ run }, query, new AbortController().signal);
  expect(await ask({ kind: 'facts' })).toMatchObject({ words: 17, size: 40, unseen: true });
  const found = await ask({ kind: 'neighbours', word: 'horses', count: 1 });
  expect(found).toMatchObject({ words: [{ word: 'horse' }] });
});

test('vectors by counting alone, and the ratios of the counts behind them', async () => {
  const model = { kind: 'ppmi-svd', dimension: 6, window: 3, shift: 1 } as const;
  const recipe = parseRecipe({ task: 'embeddings', tokens: { lowercase: true, minCount: 2 }, model, threads: 1 }, '');
  const { run, finished } = await train({ ...job(), recipe }, bench.context);
  expect(finished).toMatchObject({ reason: 'done', step: 1 });
  expect(readdirSync(run).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const { signal } = new AbortController();
  const answers = new EmbeddingAnswers();
  const found = await answers.answer({ run }, { kind: 'neighbours', word: 'horse', count: 3 }, signal);
  if (found.kind !== 'neighbours') throw new Error(found.kind);
  expect(found.words.map(({ word }) => word).sort()).toEqual(['duck', 'goat', 'sheep']);
  const query = { kind: 'ratios', words: ['horse', 'pump'], probes: ['eats', 'burns', 'the'] } as const;
  const asked = { ...query, words: [...query.words] as [string, string], probes: [...query.probes] };
  const shares: number[] = [];
  const answer = await answers.answer({ run }, asked, signal, (share) => shares.push(share));
  expect(shares.at(-1)).toBe(1);
  if (answer.kind !== 'ratios') throw new Error(answer.kind);
  const times = (word: string) => text.split(/\s/).filter((each) => each === word).length;
  const [horses, pumps] = [times('horse'), times('pump')];
  expect(answer.window).toBe(3);
  // Each stands behind "the" and before three words of its own line.
  expect(answer.totals).toEqual([4 * horses, 4 * pumps]);
  expect(answer.ratios.map(({ counts }) => counts)).toEqual([
    [horses, 0],
    [0, pumps],
    [horses, pumps],
  ]);
  expect(answer.ratios.map(({ ratio }) => ratio)).toEqual([Infinity, 0, 1]);
});

test('in a pause nothing is learned, and all goes on after it', async () => {
  const whole = await train(job(), bench.context);
  commandAfter(3, 'pause');
  const paused = await train(job(), bench.context);
  expect(logOf(paused.run).some(({ event }) => event === 'paused')).toBe(true);
  expect(await vectorsOf(paused.run)).toEqual(await vectorsOf(whole.run));
});

test('a small text is read more often, and the run says how often', async () => {
  const { recipe } = findBuiltIn('cbow');
  const built = { ...job(), recipe: parseRecipe({ ...recipe, threads: 1 }, '') };
  const { record, run } = await train(built, bench.context);
  expect(record.recipe).toMatchObject({ training: { epochs: 100 }, tokens: { minCount: 2 }, model: { sample: 1e-3 } });
  expect(logOf(run).flatMap((each) => (each.event === 'warning' ? [each.message] : []))).toEqual([
    'farm.txt has 5,400 words to learn from: neighbours are rough below some 50,000, so 44,600 more would help.',
  ]);
});

test('what a recipe leaves open follows from the length of its text', () => {
  const builtIn = (name: string) => parseRecipe(findBuiltIn(name).recipe, '');
  const glove = builtIn('glove');
  expect(fittedTo(glove, 2_000_000)).toMatchObject({ training: { epochs: 15 }, tokens: { minCount: 5 } });
  expect(fittedTo(glove, 150_000)).toMatchObject({ training: { epochs: 21 }, tokens: { minCount: 3 } });
  const recipe = builtIn('fasttext');
  expect(fittedTo(recipe, 2_000_000)).toMatchObject({ training: { epochs: 5 }, model: { sample: 1e-4 } });
  const said = parseRecipe(
    { ...recipe, tokens: { minCount: 7 }, model: { kind: 'word2vec', sample: 0 }, training: { minutes: 1 } },
    '',
  );
  expect(fittedTo(said, 1_000_000)).toEqual(said);
  const other = builtIn('tagger');
  expect(fittedTo(other, 10)).toBe(other);
  expect(() => fittedTo(recipe, 600)).toThrow(
    /has 600 words, and word vectors need 1,000 at least: 400 more are missing/,
  );
});

test('while GloVe counts pairs, one hears how far it is', async () => {
  const before = bench.heard.length;
  const { recipe } = findBuiltIn('glove');
  const long = farm(12_000);
  const wanted = { ...recipe, model: { ...recipe.model, dimension: 8 }, training: { epochs: 1 } };
  await train(job({ ...wanted, tokens: recipe.tokens } as RecipeInput, 'farm.txt', long), bench.context);
  const told = bench.heard.slice(before).flatMap((each) => (each.name === 'reading' ? [each.params] : []));
  expect(told.some(({ doing }) => doing === 'counting')).toBe(true);
  for (const { share, label } of told) {
    expect(label).toBe('farm.txt');
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
});

describe("a run as fastText's .bin", () => {
  const file = path.join(folder, 'model.bin');
  const grams = { minGram: 3, maxGram: 4, buckets: 3000, negative: 5 };

  test.each([
    ['fastText', { kind: 'word2vec', dimension: 20, ...grams }, 'horses'],
    ['CBOW with a tree', { kind: 'word2vec', architecture: 'cbow', dimension: 20, negative: 0 }, undefined],
  ] as const)('%s: the same words, vectors and n-grams', async (_, model, unseen) => {
    const { run } = await train(job({ model }), bench.context);
    expect(await saveFastText({ run }, file)).toEqual({ words: 17, dimension: 20 });
    const [ours, read] = [await readSource({ run }), await openVectors(file)];
    expect(read.words).toEqual(ours.words);
    expect(read.values).toEqual(ours.values);
    if (unseen) expect(read.vectorOf(unseen)).toEqual(ours.vectorOf(unseen));
    const bytes = readFileSync(file);
    // Loss, model and how often the first word occurs: see the head of the format.
    expect(bytes.readInt32LE(4 * 8)).toBe(model.negative === 0 ? 1 : 2);
    expect(bytes.readInt32LE(4 * 9)).toBe(unseen ? 2 : 1);
    expect(Number(bytes.readBigInt64LE(64 + 28 + 'the'.length + 1))).toBe(900);
  });

  test('what is no whole model of words is refused in a sentence', async () => {
    const { run } = await train(job({ model: { kind: 'glove', dimension: 8 } }), bench.context);
    await expect(saveFastText({ run }, file)).rejects.toThrow(/has learned by glove, whose vectors/);
    await expect(saveFastText({ file }, file)).rejects.toThrow(/name a run/);
    const state = new Map([['input', { name: 'input', dtype: 'F32', shape: [2, 16], data: new Float32Array(32) }]]);
    const options = { model: 'skipgram', dimension: 4, window: 2, negative: 2, sample: 0, rate: 1, seed: 1 } as const;
    const described = { ...options, minGram: 0, maxGram: 0, buckets: 1, epochs: 1, minCount: 1 };
    const damaged = () => fastTextModelOf(state as never, { words: ['a', 'b'], counts: [2, 1], options: described });
    expect(damaged).toThrow(/does not fit its words/);
  });
});

test('a folder is one text: all its text files, one after the other', async () => {
  const place = path.join(folder, 'texts');
  mkdirSync(path.join(place, 'below'), { recursive: true });
  const lines = text.split('\n');
  writeFileSync(path.join(place, 'a.txt'), lines.slice(0, 400).join('\n'));
  writeFileSync(path.join(place, 'below/b.txt'), lines.slice(400).join('\n'));
  writeFileSync(path.join(place, 'picture.png'), Buffer.from([0x89, 0x50, 0, 0, 1, 2]));
  writeFileSync(path.join(place, '.hidden'), 'hidden '.repeat(50));
  const source = { kind: 'file', path: place, label: 'texts' } as const;
  const { run, record } = await train({ ...job(), source }, bench.context);
  expect(readFileSync(path.join(run, 'source.txt'), 'utf8')).toBe(text);
  expect(record.data?.formatReason).toBe(
    '2 files of texts are read one after the other, and 1 file left out that are no text in UTF-8.',
  );
  expect(await vectorsOf(run)).toEqual(await vectorsOf((await train(job(), bench.context)).run));
  mkdirSync(path.join(folder, 'empty'));
  const empty = { ...source, path: path.join(folder, 'empty'), label: 'empty' };
  await expect(train({ ...job(), source: empty }, bench.context)).rejects.toThrow(/holds no text files/);
});

test.each([
  ['one word', 'word', /has 1 different words, and 0 of them at least 2 times/],
  ['nothing', '', /is empty/],
  [
    'too few',
    farm(100),
    'few.txt has 600 words that occur at least 2 times, and 1,000 are needed to learn vectors from: 400 are missing; choose a longer text or a smaller tokens.minCount.',
  ],
])('a text of %s is refused in a sentence, and leaves nothing', async (_, content, message) => {
  const place = path.join(folder, 'refused');
  const refused = train({ ...job({}, 'few.txt', content), runsFolder: place }, bench.context);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(message);
  expect(readdirSync(place)).toEqual([]);
});

test('a rate at which numbers are lost ends the run in a sentence, and no such vectors are kept', async () => {
  const { finished, run } = await train(job({ training: { rate: 100, epochs: 10 } }), bench.context);
  expect(finished).toMatchObject({ reason: 'failed' });
  expect(finished.message).toMatch(/no longer numbers.*lower training\.rate/);
  expect(readdirSync(path.join(run, 'checkpoints'))).toEqual([]);
});
