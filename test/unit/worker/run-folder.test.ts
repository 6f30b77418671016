import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import type { RunEvent } from '../../../src/core/runs/events';
import { encodeEvent } from '../../../src/core/runs/metrics-log';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import { EventStream } from '../../../src/worker/event-stream';
import { MetricsFile, readEvents, rewindLog } from '../../../src/worker/metrics-file';
import { RunFolder } from '../../../src/worker/run-folder';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const warning = (step: number): RunEvent => ({ event: 'warning', step, time: step, message: `at ${step}` });

test('a new run has its places, and .sequence-lab keeps itself out of git', async () => {
  const runs = path.join(folder, 'work/.sequence-lab/runs');
  const [one, two] = [await RunFolder.create(runs), await RunFolder.create(runs)];
  expect(one.folder).not.toBe(two.folder);
  expect(readdirSync(one.folder).sort()).toEqual(['checkpoints', 'samples']);
  const ignore = path.join(folder, 'work/.sequence-lab/.gitignore');
  expect(readFileSync(ignore, 'utf8')).toBe('*\n');
  writeFileSync(ignore, 'mine');
  await RunFolder.create(runs);
  expect(readFileSync(ignore, 'utf8')).toBe('mine');
  await RunFolder.create(path.join(folder, 'elsewhere'));
  expect(readdirSync(path.join(folder, 'elsewhere'))).toHaveLength(1);
  expect(readdirSync(folder)).not.toContain('.gitignore');
});

test('a file in the place of the folder is named', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  for (const runs of [file, path.join(file, 'runs')]) {
    const error = await RunFolder.create(runs).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(
      `Cannot write to ${runs} because a file stands where a folder is needed`,
    );
  }
});

test('a checkpoint comes back as it was, and a damaged one is refused', async () => {
  const run = await RunFolder.create(path.join(folder, 'checkpoints'));
  const tensor = { name: 'a', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } as const;
  await run.writeCheckpoint('last', [{ ...tensor, shape: [2] }], { step: '3' });
  const { tensors, metadata } = await run.readCheckpoint('last');
  expect(metadata.step).toBe('3');
  expect([...(tensors.get('a')?.data ?? [])]).toEqual([1, 2]);
  const file = run.file('checkpoints/last.safetensors');
  writeFileSync(file, readFileSync(file).subarray(0, -3));
  await expect(run.readCheckpoint('last')).rejects.toThrow(UserError);
  rmSync(file);
  await expect(run.readCheckpoint('last')).rejects.toThrow(/does not exist/);
  if (process.platform !== 'win32') {
    symlinkSync('/dev/zero', file);
    await expect(run.readCheckpoint('last')).rejects.toThrow(/is not a file/);
  }
});

test('record and tokenizer are checked when they are read', async () => {
  const run = await RunFolder.create(path.join(folder, 'records'));
  await expect(run.readRecord()).rejects.toThrow(/There is no run in/);
  writeFileSync(run.file('run.json'), '{"schemaVersion":1}');
  await expect(run.readRecord()).rejects.toThrow(/damaged/);
  writeFileSync(run.file('run.json'), ' '.repeat((1 << 22) + 1));
  await expect(run.readRecord()).rejects.toThrow(/more than/);
  await run.writeTokenizer(CharacterTokenizer.train('abc', { minCount: 1, maxVocabulary: 9 }));
  expect((await run.readTokenizer()).size).toBe(4);
  writeFileSync(run.file('tokenizer.json'), '{');
  await expect(run.readTokenizer()).rejects.toThrow(/damaged/);
});

test('a log goes back to its checkpoint: torn line, later events and the old end are dropped', async () => {
  const file = path.join(folder, 'metrics.jsonl');
  const log = await MetricsFile.open(file);
  const finished: RunEvent = { event: 'finished', step: 2, time: 2, reason: 'stopped', metrics: {} };
  const baseline = {
    event: 'baseline',
    step: 9,
    time: 9,
    name: 'b',
    validationLoss: 1,
    perplexity: 2,
    seconds: 1,
  } as const;
  for (const event of [warning(1), warning(2), finished, warning(3), baseline]) log.add(event);
  await log.sync();
  await log.close();
  appendFileSync(file, encodeEvent(warning(4)).slice(0, 20));
  expect(await readEvents(file)).toHaveLength(5);
  expect(await rewindLog(file, 2)).toEqual([warning(1), warning(2), baseline]);
  const again = await MetricsFile.open(file);
  again.add(warning(3));
  await again.write();
  await again.close();
  expect(await readEvents(file)).toEqual([warning(1), warning(2), baseline, warning(3)]);
  expect(await rewindLog(file, undefined)).toEqual([baseline]);
  expect(await readEvents(path.join(folder, 'none.jsonl'))).toEqual([]);
});

test('events go out at most ten times a second, the first at once, and all reach the log', async () => {
  const file = path.join(folder, 'stream.jsonl');
  const batches: number[] = [];
  let now = 0;
  const stream = new EventStream(
    await MetricsFile.open(file),
    (events) => batches.push(events.length),
    () => now,
  );
  for (let step = 1; step <= 250; step++, now += 10) {
    stream.emit(warning(step));
    await stream.tick();
  }
  await stream.sync();
  await stream.close();
  expect(batches[0]).toBe(1);
  expect(batches.length).toBeLessThanOrEqual(2.5 * 10 + 1);
  expect(batches.reduce((sum, each) => sum + each)).toBe(250);
  expect(await readEvents(file)).toHaveLength(250);
});

test('past 100,000 steps the log is thinned and the screen is not', async () => {
  const file = path.join(folder, 'thin.jsonl');
  let sent = 0;
  const stream = new EventStream(await MetricsFile.open(file), (events) => (sent += events.length));
  for (let step = 100_001; step <= 100_010; step++) {
    stream.emit({
      ...{ event: 'step', step, time: 1, epoch: 1, loss: 1, gradientNorm: 1, groupNorms: [], clipRatio: 1, rate: 1 },
      ...{ tokensPerSecond: 1, progress: 0, secondsLeft: 1 },
    } as RunEvent);
  }
  await stream.sync();
  await stream.close();
  expect(sent).toBe(10);
  expect((await readEvents(file)).map(({ step }) => step)).toEqual([100_002, 100_004, 100_006, 100_008, 100_010]);
});

test('leftovers of a killed writer go when the run is taken up', async () => {
  const run = await RunFolder.create(path.join(folder, 'tidy'));
  mkdirSync(run.file('checkpoints'), { recursive: true });
  writeFileSync(run.file('checkpoints/last.safetensors.99-1.tmp'), 'half');
  await run.tidy();
  expect(readdirSync(run.file('checkpoints'))).toEqual([]);
});
