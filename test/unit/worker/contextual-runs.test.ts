import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { estimateMemory, parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import type { EvaluationEvent } from '../../../src/core/runs/events';
import { ExampleLearner } from '../../../src/core/training/example-learner';
import type { TrainJob } from '../../../src/protocol/worker';
import { resume, train } from '../../../src/worker/jobs';
import type * as Memory from '../../../src/worker/memory';
import { Predictor } from '../../../src/worker/predict';
import { RunFolder } from '../../../src/worker/run-folder';
import { Bench, logOf, numbersOf } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

/** Bytes that a model may take, if not what the machine has. */
const machine = vi.hoisted(() => ({ limit: undefined as number | undefined }));
vi.mock('../../../src/worker/memory', async (original) => {
  const memory = await original<typeof Memory>();
  return { ...memory, memoryLimit: () => machine.limit ?? memory.memoryLimit() };
});

const folder = temporaryFolder();
const runsFolder = path.join(folder, 'runs');
const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
afterAll(() => bench.backends.close());

const LINES = Array.from({ length: 24 }, (_, n) =>
  n % 2 ? `the bank lent ${n} coins to Ann` : `Bob sat on the bank of river ${n}`,
);
const TAGGED = LINES.map(
  (line) =>
  line.split(' ').map((word) => `${word}\t${/^[A-Z]/.test(word) ? 'B-name' : 'O'}`).join('\n'), // prettier-ignore
).join('\n\n');
const LABELLED = LINES.map((line, n) => `${n % 2 ? 'money' : 'river'}\t${line}`).join('\n');

function jobOf(text: string, recipe: RecipeInput, name?: string): TrainJob {
  const { model, training, ...rest } = recipe;
  const whole = {
    model: { hidden: 6, embedding: 5, ...model },
    training: { steps: 8, batch: 4, patience: 0, ...training },
    ...{ evaluation: { every: 4, baseline: false }, threads: 1, ...rest },
  } as RecipeInput;
  return { recipe: parseRecipe(whole, ''), source: { kind: 'text', text, label: 'text' }, runsFolder, name };
}
const words = { unit: 'word', lowercase: true } as const;
const bilmModel = { characters: 'cnn', characterEmbedding: 4, characterHidden: 6, layers: 2 } as const;
const bilmJob = (name: string, model: RecipeInput['model'] = {}) =>
  jobOf(
    LINES.join('\n'),
    { task: 'contextual', source: { format: 'lines' }, tokens: words, model: { ...bilmModel, ...model } as never },
    name,
  );
const tagger = (contextual: string, more: RecipeInput['model'] = {}) =>
  jobOf(TAGGED, {
    ...{ task: 'tagging', tokens: words, source: { format: 'conll' } },
    model: { contextual, bidirectional: 'concat', head: 'crf', inputDropout: 0.2, ...more } as never,
  });
const classifier = (contextual: string) =>
  jobOf(LABELLED, {
    ...{ task: 'classification', tokens: words, source: { format: 'label-text' } },
    model: { contextual, inputDropout: 0.2, pooling: 'mean' },
  });
const learn = async (job: TrainJob) => (await train(job, bench.context)).run;
const lastEvaluation = (run: string) => logOf(run).findLast(({ event }) => event === 'evaluation') as EvaluationEvent;

let bilm = '';
beforeAll(async () => {
  bilm = await learn(bilmJob('tiny bilm'));
}, 60_000);

/** Trains, stops after three steps, and goes on. */
async function interrupted(job: TrainJob): Promise<string> {
  const { trainStep } = ExampleLearner.prototype;
  const spy = vi.spyOn(ExampleLearner.prototype, 'trainStep').mockImplementation(function (
    this: ExampleLearner,
    share,
  ) {
    const result = trainStep.call(this, share);
    if (this.step === 3) bench.command('stop');
    return result;
  });
  const stopped = await train(job, bench.context);
  spy.mockRestore();
  bench.command('run');
  expect(stopped.finished).toMatchObject({ reason: 'stopped', step: 3 });
  return stopped.run;
}

test.each([
  ['tagger', tagger],
  ['classifier', classifier],
])('a %s reads a biLM, keeps it, and goes on and answers exactly without it', async (_, job) => {
  const own = path.join(folder, `bilm-${_}`);
  cpSync(bilm, own, { recursive: true });
  const run = await learn(job(own));
  const stopped = await interrupted(job(own));
  rmSync(own, { recursive: true });
  await resume({ run: stopped }, bench.context);
  expect(numbersOf(logOf(stopped))).toEqual(numbersOf(logOf(run)));

  const evaluation = lastEvaluation(run);
  expect(evaluation.mixWeights).toHaveLength(3);
  expect(evaluation.mixWeights?.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(evaluation.mixScale).not.toBe(1);
  const record = await new RunFolder(run).readRecord();
  expect(record.best).toMatchObject({
    mixWeights: expect.any(Array) as number[],
    mixScale: expect.any(Number) as number,
  });
  expect(logOf(run).some((event) => event.event === 'sample' && /biLM: characters \d+ %/.test(event.text))).toBe(true);

  // The biLM stayed as it was, and the optimiser knows nothing of it.
  const { tensors } = await new RunFolder(run).readCheckpoint('last');
  const { tensors: source } = await new RunFolder(bilm).readCheckpoint('best');
  const kept = [...tensors.keys()].filter((name) => name.startsWith('contextual.'));
  expect(kept.length).toBeGreaterThan(10);
  for (const name of kept) expect(tensors.get(name)?.data).toEqual(source.get(name.slice('contextual.'.length))?.data);
  expect([...tensors.keys()].some((name) => name.startsWith('optimizer.') && name.includes('contextual.'))).toBe(false);
  expect([...tensors.keys()].some((name) => name.startsWith('optimizer.') && name.endsWith('mix.gamma'))).toBe(true);

  const text = _ === 'tagger' ? TAGGED : LABELLED;
  const measured = await predictor.evaluate({ run, source: { kind: 'text', text, label: 'x' } }, signal);
  expect(measured.validationLoss).toBeGreaterThan(0);
  if (_ === 'tagger') {
    const { texts } = await predictor.tag({ run, texts: ['Ann sat on the bank', ''] }, signal);
    expect(texts).toHaveLength(2);
  } else {
    const [one, two] = await predictor.classify({ run, texts: ['the bank of the river', 'the  bank'] }, signal);
    expect([one.labels.length, two.labels.length]).toEqual([2, 2]);
  }
});

test('run:NAME finds the biLM, and a tagger starts from another one with its biLM', async () => {
  const run = await learn(tagger('run:tiny bilm'));
  const further = await learn({ ...tagger('run:tiny bilm'), from: run });
  const [before, after] = [lastEvaluation(run), lastEvaluation(further)];
  expect(after.validationLoss).toBeLessThan(before.validationLoss);
  expect((await new RunFolder(further).readContextual()).name).toBe('tiny bilm');
  expect((await new RunFolder(further).readRecord()).from).toBe(path.basename(run));
  expect((await new RunFolder(run).readRecord()).from).toBeUndefined();
  const plain = await learn(tagger(''));
  expect(existsSync(path.join(plain, 'contextual.json'))).toBe(false);
  await expect(train({ ...tagger('run:tiny bilm'), from: plain }, bench.context)).rejects.toThrow('reads no biLM');
});

test('a run that was stopped before its first checkpoint needs the biLM again, and says so', async () => {
  const own = path.join(folder, 'bilm-again');
  cpSync(bilm, own, { recursive: true });
  const run = await interrupted(tagger(own));
  rmSync(path.join(run, 'checkpoints'), { recursive: true });
  rmSync(own, { recursive: true });
  await expect(resume({ run }, bench.context)).rejects.toThrow(`There is no biLM in ${own}`);
});

test('what cannot be read is refused in a sentence', async () => {
  const odd = await learn(bilmJob('odd', { ...bilmModel, characterHidden: 5 } as never));
  const other = await learn(tagger(''));
  const refused = (contextual: string) => expect(train(tagger(contextual), bench.context)).rejects;
  await refused(odd).toThrow('odd gives 5 numbers for characters and 6 for each layer');
  await refused(other).toThrow('is no biLM: set model.contextual');
  await refused('run:nobody').toThrow('There is no run "nobody" with a biLM: there are odd, tiny bilm');
  await refused(path.join(folder, 'nowhere')).toThrow('There is no biLM in');
  const young = path.join(folder, 'young');
  cpSync(bilm, young, { recursive: true });
  rmSync(path.join(young, 'checkpoints', 'best.safetensors'));
  await refused(young).toThrow('has no best checkpoint yet');
});

test('a damaged contextual.json is told, and one that asks for more than the checkpoint holds', async () => {
  const run = await learn(tagger(bilm));
  const file = path.join(run, 'contextual.json');
  const asset = JSON.parse(JSON.stringify(await new RunFolder(run).readContextual())) as { model: { hidden: number } };
  writeFileSync(file, '{"name":"x"}');
  await expect(predictor.tag({ run, texts: ['Ann'] }, signal)).rejects.toThrow('contextual.json is damaged');
  writeFileSync(file, JSON.stringify({ ...asset, model: { ...asset.model, characterHidden: 5 } }));
  await expect(predictor.tag({ run, texts: ['Ann'] }, signal)).rejects.toThrow('contextual.json is damaged');
  writeFileSync(file, JSON.stringify({ ...asset, model: { ...asset.model, hidden: 4096, characterHidden: 4096 } }));
  await expect(predictor.tag({ run, texts: ['Ann'] }, signal)).rejects.toThrow('the run is damaged');
  rmSync(file);
  await expect(predictor.tag({ run, texts: ['Ann'] }, signal)).rejects.toThrow(
    'The run does not say which biLM it reads',
  );
});

test('a tagger that has its biLM from another run needs memory for it, too', async () => {
  const job = tagger('run:tiny bilm');
  const run = await learn(job);
  // Room for the recipe as it stands, but not for a biLM beside it.
  const { model, step } = estimateMemory(job.recipe, 0);
  try {
    machine.limit = model + step;
    await expect(train({ ...job, from: run }, bench.context)).rejects.toThrow('The recipe needs about');
    await expect(train(tagger(''), bench.context)).resolves.toBeDefined();
  } finally {
    machine.limit = undefined;
  }
});
