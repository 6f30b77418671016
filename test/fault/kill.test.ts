import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/core/random';
import { parseRecord } from '../../src/core/runs/record-format';
import { decodeEvents } from '../../src/core/runs/metrics-log';
import { decodeSafetensors } from '../../src/core/runs/safetensors';
import type { EvaluationEvent, RunEvent } from '../../src/core/runs/events';
import { readRecord } from '../../src/worker/run-list';
import { answerOf, buildThreads, run, start } from '../helpers/cli';
import { numbersOf } from '../helpers/job';
import { someText, temporaryFolder } from '../helpers/temporary';

/** Moments at which the trainer is killed, spread over runs that are each killed and resumed several times. */
const KILLS = 50;
const KILLS_A_RUN = 10;
/** Longest life of a sitting, in milliseconds after its first event. */
const LIFE = 400;

const cwd = temporaryFolder();
// An evaluation, with a checkpoint, every second step: most of the time something is being written.
const recipe = {
  model: { hidden: 16, embedding: 8 },
  training: { steps: 100_000, batch: 4, length: 16, patience: 0 },
  evaluation: { every: 2, sampleLength: 5, baselineOrder: 3 },
  threads: 1,
};

beforeAll(async () => {
  await buildThreads();
  writeFileSync(path.join(cwd, 'words.txt'), someText(3000));
  writeFileSync(path.join(cwd, 'often.recipe.json'), JSON.stringify(recipe));
}, 180_000);

/** Starts or resumes a run, kills it a moment after its first event, and returns its folder. */
async function sitting(args: string[], life: number): Promise<string> {
  const child = start([...args, '--json'], { cwd });
  const answer = answerOf(child);
  child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), life));
  const { stdout, stderr } = await answer;
  const first = stdout.split('\n')[0];
  expect(stderr).toBe('');
  return (JSON.parse(first) as { run: string }).run;
}

interface Found {
  log: RunEvent[];
  /** Step at which the run goes on. */
  last: number;
  best: EvaluationEvent | undefined;
}

/** Everything in the folder must be readable as it is. */
function examine(folder: string): Found {
  const record = parseRecord(readFileSync(path.join(folder, 'run.json'), 'utf8'), 'run.json');
  expect(record.id).toBe(path.basename(folder));
  const log = decodeEvents(readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8'));
  const steps = log.filter(({ event }) => event === 'step').map(({ step }) => step);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
  const checkpoint = (kind: string): number => {
    const file = path.join(folder, `checkpoints/${kind}.safetensors`);
    if (!readdirSync(path.dirname(file)).includes(path.basename(file))) return 0;
    const { tensors, metadata } = decodeSafetensors(readFileSync(file), file);
    expect(tensors.size).toBeGreaterThan(5);
    return Number(metadata.step);
  };
  const last = checkpoint('last');
  expect(checkpoint('best')).toBeLessThanOrEqual(last);
  // The log knows at least what the checkpoint knows.
  expect(steps.length).toBeGreaterThanOrEqual(last);
  const evaluations = log.filter(
    (event): event is EvaluationEvent => event.event === 'evaluation' && event.step <= last,
  );
  return { log, last, best: evaluations.filter(({ best }) => best).at(-1) };
}

test(
  `killed at ${KILLS} random moments, a run opens, goes on, and has lost nothing`,
  { timeout: 240_000 },
  async () => {
    const random = new Random(20_261_122);
    const stages = { beforeCheckpoint: 0, temporary: 0 };
    for (let kills = 0; kills < KILLS;) {
      let folder = await sitting(['train', 'words.txt', '--recipe', 'often.recipe.json'], random.integer(LIFE));
      let before: Found = { log: [], last: 0, best: undefined };
      for (let k = 0; k < KILLS_A_RUN && kills < KILLS; k++, kills++) {
        const found = examine(folder);
        expect((await readRecord(folder)).status).toBe('interrupted');
        if (found.last === 0) stages.beforeCheckpoint++;
        if (readdirSync(path.join(folder, 'checkpoints')).some((name) => name.endsWith('.tmp'))) stages.temporary++;
        // Nothing that a checkpoint had secured is lost, and the same steps give the same numbers again.
        expect(found.last).toBeGreaterThanOrEqual(before.last);
        const secured = numbersOf(before.log.filter(({ step }) => step <= before.last));
        expect(numbersOf(found.log.filter(({ step }) => step <= before.last))).toEqual(secured);
        if (before.best) expect(found.best?.validationLoss).toBeLessThanOrEqual(before.best.validationLoss);
        before = found;
        if (k + 1 < KILLS_A_RUN) folder = await sitting(['train', '--resume', folder], random.integer(LIFE));
      }
      // After all that, a few steps more to an end; then the whole is what an undisturbed run gives.
      const end = String(before.last + 4);
      const resumed = await run(['train', '--resume', folder, '--json', '--steps', end], { cwd });
      expect([resumed.code, resumed.stderr]).toEqual([0, '']);
      expect(resumed.lines().at(-1)).toMatchObject({ event: 'finished', reason: 'done', step: before.last + 4 });
      expect(examine(folder).last).toBe(before.last + 4);
      expect(
        readdirSync(folder)
          .concat(readdirSync(path.join(folder, 'checkpoints')))
          .filter((name) => name.endsWith('.tmp')),
      ).toEqual([]);
      expect(statSync(path.join(folder, 'source.txt')).size).toBe(3000);
    }
    // The moments were such that something could have gone wrong.
    expect(stages.temporary).toBeGreaterThan(0);
  },
);

/** Runs of other kinds, each killed and resumed a few times. */
const OTHERS = [
  { kind: 'a classifier', recipe: 'cnn-classifier', file: 'labels.tsv', steps: true },
  { kind: 'a model that counts', recipe: 'ngram-characters', file: 'words.txt', steps: false },
];
const OTHER_KILLS = 6;

test.each(OTHERS)(
  '$kind, killed, opens and goes on to what an undisturbed run gives',
  { timeout: 240_000 },
  async ({ recipe, file, steps }) => {
    const words = someText(20_000).split(/[ .\n]+/);
    const lines = Array.from(
      { length: 600 },
      (_, n) => `${n % 2 ? 'odd' : 'even'}\t${words.slice(n, n + 5).join(' ')}`,
    );
    writeFileSync(path.join(cwd, 'labels.tsv'), `${lines.join('\n')}\n`);
    const small = ['--set', 'model.filters=4', '--set', 'model.embedding=4', '--set', 'evaluation.every=2'];
    const args = [file, '--recipe', recipe, '--threads', '1', '--steps', '60', ...(steps ? small : [])];
    const undisturbed = (await run(['train', ...args, '--json'], { cwd })).lines().at(-1) as {
      run: string;
      metrics: object;
    };
    const random = new Random(7);
    let folder = '';
    for (let kill = 0; kill < OTHER_KILLS; kill++) {
      folder = await sitting(
        folder === '' ? ['train', ...args] : ['train', '--resume', folder],
        random.integer(steps ? LIFE : 60),
      );
      parseRecord(readFileSync(path.join(folder, 'run.json'), 'utf8'), 'run.json');
      if ((await readRecord(folder)).status !== 'interrupted') break;
    }
    if ((await readRecord(folder)).status === 'interrupted') {
      const resumed = await run(['train', '--resume', folder, '--json'], { cwd });
      expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    }
    const record = await readRecord(folder);
    expect(record.status).toBe('done');
    const numbers = (run: string) => numbersOf(decodeEvents(readFileSync(path.join(run, 'metrics.jsonl'), 'utf8')));
    expect(numbers(folder)).toEqual(numbers(undisturbed.run));
    const { tensors } = decodeSafetensors(readFileSync(path.join(folder, 'checkpoints/best.safetensors')), 'best');
    expect(tensors.size).toBeGreaterThan(0);
  },
);
