import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { train } from '../../../src/worker/jobs';
import { deleteRun, listRuns, markFailed, readRecord, readRun, renameRun } from '../../../src/worker/run-list';
import { RunFolder } from '../../../src/worker/run-folder';
import { Bench, tinyJob } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const runs = path.join(folder, 'runs');
const bench = new Bench();
let run = '';
beforeAll(async () => {
  run = (await train(tinyJob(runs), bench.context)).run;
});
afterAll(() => bench.backends.close());

/** A copy of the run with changes in its record. */
function copyOf(name: string, changes: object): string {
  const copy = path.join(runs, name);
  cpSync(run, copy, { recursive: true });
  const file = path.join(copy, 'run.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), id: name, ...changes }));
  return copy;
}

const dead = { pid: 4_000_000, host: hostname(), started: 'x' };

test('broken and hostile folders never break the list; what is damaged is logged', async () => {
  copyOf('old', { created: '2001-01-01T00:00:00Z' });
  mkdirSync(path.join(runs, 'being-made/checkpoints'), { recursive: true });
  writeFileSync(path.join(runs, 'a-file'), '');
  mkdirSync(path.join(runs, 'garbage'));
  writeFileSync(path.join(runs, 'garbage/run.json'), '\0\0{');
  mkdirSync(path.join(runs, 'huge'));
  writeFileSync(path.join(runs, 'huge/run.json'), ' '.repeat(5_000_000));
  mkdirSync(path.join(runs, 'folder/run.json'), { recursive: true });
  copyOf('wrong-id', { id: '../../etc' });
  copyOf('future', { schemaVersion: 99 });
  if (process.platform !== 'win32') {
    mkdirSync(path.join(runs, 'device'));
    symlinkSync('/dev/zero', path.join(runs, 'device/run.json'));
    symlinkSync(path.join(runs, 'loop'), path.join(runs, 'loop'));
  }
  const log: string[] = [];
  const list = await listRuns(runs, (message) => log.push(message));
  expect(list.map((each) => path.basename(each.folder))).toEqual([path.basename(run), 'old']);
  expect(log.length).toBe(process.platform === 'win32' ? 5 : 6);
  for (const line of log) expect(line).toMatch(/^Left out of the list of runs: .*\.$/);
  expect(await listRuns(path.join(folder, 'none'), () => undefined)).toEqual([]);
  await expect(listRuns(path.join(runs, 'a-file'), () => undefined)).rejects.toThrow(/Cannot read/);
});

test('a run whose process is gone reads interrupted, one that lives does not', async () => {
  expect((await readRecord(copyOf('gone', { status: 'running', owner: dead }))).status).toBe('interrupted');
  expect((await readRecord(copyOf('gone-paused', { status: 'paused', owner: dead }))).status).toBe('interrupted');
  expect((await readRecord(copyOf('ownerless', { status: 'running' }))).status).toBe('interrupted');
  expect((await readRecord(copyOf('far', { status: 'running', owner: { ...dead, host: 'far' } }))).status).toBe(
    'running',
  );
  expect((await readRecord(run)).status).toBe('done');
});

test('a run is read with its events, thinned for drawing', async () => {
  const details = await readRun(run, 6);
  expect(details.record.id).toBe(path.basename(run));
  expect(details.events.filter(({ event }) => event === 'step').length).toBeLessThanOrEqual(6);
  expect(details.events.filter(({ event }) => event === 'evaluation')).toHaveLength(4);
  expect((await readRun(run, 1000)).events.filter(({ event }) => event === 'step')).toHaveLength(24);
});

test('renaming, failing and deleting', async () => {
  const copy = copyOf('edit', {});
  expect((await renameRun(copy, '  better  ')).name).toBe('better');
  expect((await new RunFolder(copy).readRecord()).name).toBe('better');
  await expect(renameRun(copy, ' ')).rejects.toThrow(/at least one character/);
  await expect(renameRun(copy, 'x'.repeat(201))).rejects.toThrow(/at most 200/);
  expect((await markFailed(copy, 'It died.')).status).toBe('done');
  const running = copyOf('running', { status: 'running', owner: { ...dead, host: 'far' } });
  await expect(deleteRun(running)).rejects.toThrow(/is being trained: stop it first/);
  expect(await markFailed(running, 'The thread died.')).toMatchObject({
    status: 'failed',
    message: 'The thread died.',
  });
  await deleteRun(running);
  expect(existsSync(running)).toBe(false);
  const precious = path.join(folder, 'precious');
  mkdirSync(precious);
  await expect(deleteRun(precious)).rejects.toThrow(/There is no run in/);
  expect(existsSync(precious)).toBe(true);
});
