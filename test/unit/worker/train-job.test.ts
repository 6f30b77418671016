import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fill } from '@tensorflow/tfjs-core';
import { afterAll, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import type { EvaluationEvent, RunEvent } from '../../../src/core/runs/events';
import { Trainer } from '../../../src/core/training/trainer';
import type { TrainJob, TrainResult } from '../../../src/protocol/worker';
import { resume, train, Turns } from '../../../src/worker/jobs';
import { RunFolder } from '../../../src/worker/run-folder';
import { Bench, logOf, numbersOf, tinyJob } from '../../helpers/job';
import { someText, temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const runs = path.join(folder, 'runs');
const bench = new Bench();
afterAll(() => bench.backends.close());

/** Gives a command as soon as a job has done so many steps. */
function commandAfter(step: number, command: (trainer: Trainer) => void): void {
  const trainStep = Trainer.prototype.trainStep;
  const spy = vi.spyOn(Trainer.prototype, 'trainStep').mockImplementation(function (this: Trainer, progress) {
    const result = trainStep.call(this, progress);
    if (this.step === step) {
      spy.mockRestore();
      command(this);
    }
    return result;
  });
}

/** A run of the tiny recipe that is stopped after a step. */
async function stoppedAt(step: number, job = tinyJob(runs)): Promise<TrainResult> {
  commandAfter(step, () => bench.command('stop'));
  const result = await train(job, bench.context);
  bench.command('run');
  return result;
}

test('a job trains to its end and leaves a complete run', async () => {
  bench.heard.length = 0;
  const { run, record, finished } = await train(tinyJob(runs), bench.context);
  expect(finished).toMatchObject({ reason: 'done', step: 24 });
  expect(finished.metrics.validationLoss).toBeLessThan(Math.log(record.data?.vocabulary ?? 0));
  expect(finished.metrics.perplexity).toBeCloseTo(Math.exp(finished.metrics.validationLoss as number));
  expect(record).toMatchObject({ status: 'done', step: 24, owner: undefined, name: 'tiny · words.txt' });
  expect(record.data).toMatchObject({ characters: 2400, trainTokens: 2160, validationTokens: 240 });
  expect(record.environment).toMatchObject({ backend: 'kernels', threads: 1 });
  expect(record.source.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(record.baseline?.name).toContain('3-gram');
  expect(readdirSync(run).sort()).toEqual([
    'checkpoints',
    'metrics.jsonl',
    'run.json',
    'samples',
    'source.txt',
    'tokenizer.json',
  ]);
  expect(readdirSync(path.join(run, 'samples'))).toHaveLength(4);
  const log = logOf(run);
  expect(log.filter(({ event }) => event === 'step').map(({ step }) => step)).toEqual(
    Array.from({ length: 24 }, (_, i) => i + 1),
  );
  expect(log.filter(({ event }) => event === 'evaluation').map(({ step }) => step)).toEqual([6, 12, 18, 24]);
  expect(log[0]).toMatchObject({ event: 'started', resumed: false, groups: ['embedding', 'rnn.0', 'output'], clip: 1 });
  expect(log.at(-1)).toMatchObject({ event: 'finished', reason: 'done' });
  // What was sent is what was logged, after the run was announced.
  expect(bench.events()).toEqual(log);
  expect(bench.heard.findIndex(({ name }) => name === 'runStarted')).toBeLessThan(
    bench.heard.findIndex(({ name }) => name === 'events'),
  );
  expect(await new RunFolder(run).readRecord()).toEqual(JSON.parse(JSON.stringify(record)));
});

test('evaluations, samples and the baseline do not change what is learned', async () => {
  const quiet = { evaluation: { every: 0, sampleLength: 0, baseline: false } };
  const steps = (events: RunEvent[]) => numbersOf(events.filter(({ event }) => event === 'step'));
  const one = await train(tinyJob(runs), bench.context);
  const two = await train(tinyJob(runs, quiet), bench.context);
  expect(steps(logOf(two.run))).toEqual(steps(logOf(one.run)));
});

test.each(['lstm', 'gru', 'rnn'] as const)(
  '%s: stopped anywhere and resumed, the metrics are those of a run that never stopped',
  async (cell) => {
    const more = { model: { cell, layers: 2, dropout: 0.2 } };
    const whole = numbersOf(logOf((await train(tinyJob(runs, more), bench.context)).run));
    for (const step of [1, 6, 11]) {
      const stopped = await stoppedAt(step, tinyJob(runs, more));
      expect(stopped.finished).toMatchObject({ reason: 'stopped', step });
      expect(stopped.record).toMatchObject({ status: 'stopped', step });
      const resumed = await resume({ run: stopped.run }, bench.context);
      expect(resumed.finished.reason).toBe('done');
      expect(numbersOf(logOf(stopped.run))).toEqual(whole);
    }
  },
);

test('an evaluation that was cut short is made when the run goes on', async () => {
  const whole = numbersOf(logOf((await train(tinyJob(runs), bench.context)).run));
  // The stop comes between step 6 and the evaluation that follows it.
  const { run } = await stoppedAt(6);
  expect(logOf(run).some(({ event }) => event === 'evaluation')).toBe(false);
  await resume({ run }, bench.context);
  expect(numbersOf(logOf(run))).toEqual(whole);
});

test('a run without its last checkpoint begins anew, one without its best makes it again', async () => {
  const whole = numbersOf(logOf((await train(tinyJob(runs), bench.context)).run));
  const { run } = await stoppedAt(9);
  rmSync(path.join(run, 'checkpoints/last.safetensors'));
  await resume({ run }, bench.context);
  expect(numbersOf(logOf(run))).toEqual(whole);
  const other = (await stoppedAt(9)).run;
  rmSync(path.join(other, 'checkpoints/best.safetensors'));
  await resume({ run: other }, bench.context);
  expect(existsSync(path.join(other, 'checkpoints/best.safetensors'))).toBe(true);
});

test('a finished run goes on only with a larger budget', async () => {
  const { run } = await train(tinyJob(runs), bench.context);
  await expect(resume({ run }, bench.context)).rejects.toThrow(/budget of 24 steps: give it a larger one/);
  const longer = await resume({ run, budget: { steps: 30 } }, bench.context);
  expect(longer.finished).toMatchObject({ reason: 'done', step: 30 });
  expect(longer.record.recipe.training.steps).toBe(30);
});

test('a stop before the first step leaves a readable run', async () => {
  bench.command('stop');
  const { run, record, finished } = await train(tinyJob(runs), bench.context);
  bench.command('run');
  expect(finished).toMatchObject({ reason: 'stopped', step: 0 });
  expect(record.status).toBe('stopped');
  expect((await new RunFolder(run).readRecord()).status).toBe('stopped');
  await expect(resume({ run }, bench.context)).rejects.toThrow(/train again from the start/);
});

test('in a pause training time stands still and messages flow', async () => {
  commandAfter(5, () => {
    bench.command('pause');
    setTimeout(() => bench.command('run'), 400);
  });
  const { run, record } = await train(tinyJob(runs), bench.context);
  const log = logOf(run);
  const [paused, continued] = ['paused', 'continued'].map((name) => log.find(({ event }) => event === name));
  expect(continued?.step).toBe(paused?.step);
  expect((continued?.time ?? 1) - (paused?.time ?? 0)).toBeLessThan(0.05);
  const statuses = bench.heard.flatMap((each) => (each.name === 'recordChanged' ? [each.params.record.status] : []));
  expect(statuses).toContain('paused');
  expect(record.status).toBe('done');
});

test('a pause ends with a stop, too', async () => {
  commandAfter(3, () => {
    bench.command('pause');
    setTimeout(() => bench.command('stop'), 100);
  });
  const { finished, run } = await train(tinyJob(runs), bench.context);
  bench.command('run');
  expect(finished.reason).toBe('stopped');
  expect(existsSync(path.join(run, 'checkpoints/last.safetensors'))).toBe(true);
});

test('patience ends a run that gets no better', async () => {
  const more = { training: { steps: 400, rate: 1e-30, patience: 2, schedule: 'constant' } } as const;
  const { finished, record, run } = await train(tinyJob(runs, more), bench.context);
  expect(finished.reason).toBe('early');
  expect(record.status).toBe('early');
  expect(finished.step).toBeLessThan(60);
  // Resumed by hand, it gets another chance of as many evaluations.
  const again = await resume({ run }, bench.context);
  expect(again.finished.step).toBe(finished.step + 12);
});

test('a loss that is no number fails the run, says why and keeps the best checkpoint', async () => {
  commandAfter(8, ({ model }) => {
    const [{ variable }] = model.parameters;
    variable.assign(fill(variable.shape, 1e38));
  });
  const { run, record, finished } = await train(tinyJob(runs), bench.context);
  expect(finished.reason).toBe('failed');
  expect(finished.message).toMatch(/no longer a number at step 9: lower training\.rate/);
  expect(record).toMatchObject({ status: 'failed', message: finished.message });
  expect(logOf(run).at(-1)).toMatchObject({ event: 'finished', reason: 'failed' });
  expect(finished.bestStep).toBe(6);
  expect((await new RunFolder(run).readCheckpoint('best')).metadata.step).toBe('6');
});

test('a run folder that vanishes: the job ends with a sentence, since nothing can be written any more', async () => {
  const place = path.join(folder, 'vanishing');
  commandAfter(3, () => rmSync(place, { recursive: true }));
  await expect(train(tinyJob(place), bench.context)).rejects.toThrow(/^Cannot write to .* because it does not exist/);
});

test('nothing held out: no evaluations, but samples, a checkpoint and an end', async () => {
  const { run, finished } = await train(tinyJob(runs, { evaluation: { heldOut: 0 } }), bench.context);
  expect(finished).toMatchObject({ reason: 'done', metrics: {} });
  const log = logOf(run);
  expect(log.some(({ event }) => event === 'evaluation' || event === 'baseline')).toBe(false);
  expect(log.some(({ event }) => event === 'sample')).toBe(true);
  expect(existsSync(path.join(run, 'checkpoints/last.safetensors'))).toBe(true);
});

test('a held-out file of its own is measured on, and kept for the resumed run', async () => {
  const validation = { kind: 'text', text: someText(500), label: 'held.txt' } as const;
  const job = { ...tinyJob(runs), validation };
  const whole = await train(job, bench.context);
  expect(whole.record.data).toMatchObject({ trainTokens: 2400, validationTokens: 500 });
  const { run } = await stoppedAt(4, job);
  await resume({ run }, bench.context);
  expect(numbersOf(logOf(run))).toEqual(numbersOf(logOf(whole.run)));
});

test('a file may vanish while it is trained on', async () => {
  const file = path.join(folder, 'vanishing.txt');
  writeFileSync(file, someText(2400));
  const job = { ...tinyJob(runs), source: { kind: 'file', path: file, label: 'vanishing.txt' } } as const;
  commandAfter(1, () => rmSync(file));
  const { run, finished } = await train(job, bench.context);
  expect(finished.reason).toBe('done');
  expect(existsSync(file)).toBe(false);
  expect(readFileSync(path.join(run, 'source.txt'), 'utf8')).toBe(someText(2400));
});

test('a job that cannot begin leaves nothing behind', async () => {
  const place = path.join(folder, 'nothing');
  const short = { kind: 'text', text: 'x', label: 'play.txt' } as const;
  await expect(train({ ...tinyJob(place), source: short }, bench.context)).rejects.toThrow(UserError);
  expect(readdirSync(place)).toEqual([]);
});

test('a run whose copy of the text was changed is not resumed', async () => {
  const { run } = await stoppedAt(4);
  const copy = path.join(run, 'source.txt');
  writeFileSync(copy, readFileSync(copy, 'utf8').replace('clock', 'block'));
  await expect(resume({ run }, bench.context)).rejects.toThrow(/source\.txt has changed/);
});

test('a run that another process trains is not resumed', async () => {
  const { run, record } = await stoppedAt(4);
  const owner = { pid: process.ppid, host: (await import('node:os')).hostname(), started: 'unknown' };
  await new RunFolder(run).writeRecord({ ...record, status: 'running', owner });
  await expect(resume({ run }, bench.context)).rejects.toThrow(/being trained by another process/);
});

test('a name that was given while it trains stays', async () => {
  commandAfter(2, () => {
    const run = bench.heard
      .flatMap((each) => (each.name === 'runStarted' ? [each.params.folder] : []))
      .at(-1) as string;
    const file = path.join(run, 'run.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), name: 'renamed', star: true }));
  });
  const { record } = await train(tinyJob(runs), bench.context);
  expect(record).toMatchObject({ name: 'renamed', star: true, status: 'done' });
});

const labelled = someText(6000)
  .split(/\.?\n/)
  .map((line, n) => `${n % 3 ? 'left' : 'right'}\t${line}`)
  .join('\n');

/** A job of another kind of model. */
function otherJob(model: RecipeInput['model'], more: RecipeInput = {}): TrainJob {
  const recipe = parseRecipe(
    {
      task: 'classification',
      model,
      training: { steps: 12, batch: 4 },
      evaluation: { every: 3 },
      tokens: { unit: 'word' },
      threads: 1,
      ...more,
    },
    '',
  );
  return { recipe, source: { kind: 'text', text: labelled, label: 'labels.tsv' }, runsFolder: runs };
}

test('a classifier that was stopped and resumed gives the numbers of one that never stopped', async () => {
  const job = otherJob({ kind: 'cnn', filters: 3, embedding: 4, widths: [2] });
  const whole = await train(job, bench.context);
  expect(whole.finished).toMatchObject({ reason: 'done', step: 12 });
  expect(whole.finished.metrics.f1).toBeGreaterThanOrEqual(0);
  expect(whole.record.data).toMatchObject({ labels: ['left', 'right'], format: 'label-text' });
  const log = logOf(whole.run);
  expect(log[0]).toMatchObject({ event: 'started', kind: 'steps', task: 'classification', unit: 'word' });
  expect(log.filter(({ event }) => event === 'baseline').length).toBeGreaterThan(1);
  const evaluation = log.find(({ event }) => event === 'evaluation') as EvaluationEvent;
  expect(evaluation.classes?.map(({ label }) => label)).toEqual(['left', 'right']);
  expect(evaluation.confusion?.flat().reduce((sum, count) => sum + count)).toBe(
    evaluation.classes?.reduce((sum, { count }) => sum + count, 0),
  );
  const stop = (event: { params: object }) => JSON.stringify(event.params).includes('"step":5');
  const stopping: typeof bench.context = {
    ...bench.context,
    notify: (name, params) => {
      bench.context.notify(name, params);
      if (name === 'events' && stop({ params })) bench.command('stop');
    },
  };
  const stopped = await train(job, stopping);
  bench.command('run');
  const resumed = stopped.finished.reason === 'stopped' ? await resume({ run: stopped.run }, bench.context) : stopped;
  expect(resumed.finished.reason).toBe('done');
  expect(numbersOf(logOf(stopped.run))).toEqual(numbersOf(log));
});

test('a model that counts is one step, keeps its counts, and has nothing to go on with', async () => {
  const { run, record, finished } = await train(otherJob({ kind: 'naive-bayes' }), bench.context);
  expect(finished).toMatchObject({ reason: 'done', step: 1, bestStep: 1 });
  expect(record.parameters).toBeGreaterThan(0);
  expect(record.baselines?.length).toBeGreaterThan(0);
  const log = logOf(run);
  expect(log[0]).toMatchObject({ event: 'started', kind: 'counts', groups: [] });
  expect(log.some(({ event }) => event === 'progress')).toBe(false);
  expect(log.filter(({ event }) => event === 'evaluation')).toHaveLength(1);
  expect(readdirSync(path.join(run, 'checkpoints'))).toEqual(['best.safetensors']);
  await expect(resume({ run }, bench.context)).rejects.toThrow(/nothing to go on with/);
});

test.each([
  ['no labels', 'just\nsome\nlines of text\n'.repeat(9), /labels/],
  ['one class', 'a\tx y\n'.repeat(50), /only the label|at least two/],
  ['nothing', '', /empty/],
])('examples with %s are refused in a sentence, and leave nothing', async (_, text, message) => {
  const place = path.join(folder, 'refused');
  const job = { ...otherJob({ kind: 'naive-bayes' }), runsFolder: place };
  const refused = train({ ...job, source: { kind: 'text', text, label: 'x.tsv' } }, bench.context);
  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(message);
  expect(readdirSync(place)).toEqual([]);
});

test('one job at a time: a second one is refused, other work waits in line', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const { signal } = new AbortController();
  const wait = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} ends`);
  };
  const first = turns.inLine(signal, wait('a'));
  const second = turns.inLine(signal, wait('b'));
  await Promise.all([first, second]);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  const training = turns.train('play.txt', wait('c'));
  await expect(turns.train('other', wait('d'))).rejects.toThrow('play.txt is already training: stop it first.');
  await expect(turns.inLine(signal, wait('e'))).rejects.toThrow(/already training/);
  await training;
  await turns.train('other', wait('f'));
  await expect(turns.inLine(AbortSignal.abort(), wait('g'))).rejects.toThrow('Stopped');
  expect(order.filter((each) => each.startsWith('g'))).toEqual([]);
});
