import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type WorkerThread } from '../../src/protocol/thread';
import { decodeSafetensors } from '../../src/core/runs/safetensors';
import { parseRecipe } from '../../src/core/recipe';
import { readFileSync } from 'node:fs';
import { buildThreads, root } from '../helpers/cli';
import { logOf } from '../helpers/job';
import { someText, temporaryFolder } from '../helpers/temporary';

const folder = temporaryFolder();
let worker: WorkerThread;

beforeAll(async () => {
  await buildThreads();
  process.env.SEQUENCE_LAB_ENGINE_BUILD = 'relaxed'; // the thread gets a copy
  const setup = { role: 'train', threads: 2, backend: 'kernels', version: '0', moduleFolders: [] } as const;
  worker = startWorker(path.join(root, 'dist/worker.js'), { ...setup, moduleFolders: [] });
  delete process.env.SEQUENCE_LAB_ENGINE_BUILD;
}, 180_000);
afterAll(() => worker.terminate());

/** A step of this model takes WebAssembly seconds: some hundred billion multiplications. */
const recipe = parseRecipe(
  {
    name: 'large',
    model: { hidden: 512, embedding: 512, layers: 2 },
    training: { steps: 50, batch: 64, length: 128 },
    evaluation: { every: 1000, sampleLength: 0, baseline: false },
  },
  '',
);

test('Stop in the middle of a long step: the step never was, and what came before is kept', async () => {
  const source = { kind: 'text', text: someText(60_000), label: 'words.txt' } as const;
  const steps = new Promise<void>((resolve) => {
    worker.channel.onNotification('events', ({ events }) => {
      if (events.some(({ event }) => event === 'step')) resolve();
    });
  });
  const job = worker.channel.request('train', { recipe, source, runsFolder: path.join(folder, 'runs') });
  await steps;
  // The next step has begun when the event of the first is here; it takes far longer than this.
  await new Promise((resolve) => setTimeout(resolve, 200));
  worker.command('stop');
  const { run, record, finished } = await job;
  expect(finished).toMatchObject({ reason: 'stopped', step: 1 });
  expect(record).toMatchObject({ status: 'stopped', step: 1 });
  expect(logOf(run).filter(({ event }) => event === 'step')).toHaveLength(1);
  const last = decodeSafetensors(new Uint8Array(readFileSync(path.join(run, 'checkpoints/last.safetensors'))), run);
  expect(last.metadata.step).toBe('1');
  for (const { data } of last.tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
}, 120_000);

test('the next job is not disturbed by it', async () => {
  const small = parseRecipe({ model: { hidden: 8, embedding: 4 }, training: { steps: 3, batch: 2, length: 8 } }, '');
  const source = { kind: 'text', text: someText(2000), label: 'few.txt' } as const;
  const { finished } = await worker.channel.request('train', { recipe: small, source, runsFolder: folder });
  expect(finished).toMatchObject({ reason: 'done', step: 3 });
}, 60_000);
