import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, buildThreads, run, start } from '../helpers/cli';
import { someText, temporaryFolder } from '../helpers/temporary';

const cwd = temporaryFolder();
const small = [
  '--set',
  'model.hidden=24',
  '--set',
  'model.embedding=8',
  '--set',
  'training.batch=4',
  '--set',
  'training.length=16',
  '--threads',
  '1',
];
const often = [
  '--set',
  'evaluation.every=5',
  '--set',
  'evaluation.sampleLength=400',
  '--set',
  'evaluation.baselineOrder=3',
  '--set',
  'training.patience=0',
];

beforeAll(async () => {
  await buildThreads();
  writeFileSync(path.join(cwd, 'words.txt'), someText(3000));
}, 180_000);

/** A file system of 400 KB, where this user may mount one. */
const disk = mkdtempSync(path.join(tmpdir(), 'sequence-lab-disk-'));
const mounted =
  process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

const reason = mounted ? '' : ' (skipped: this user may not mount a file system)';
test.skipIf(!mounted)(
  `a disk that fills up while it trains: one sentence, nothing earlier is lost${reason}`,
  async () => {
    const answer = await run(
      ['train', 'words.txt', ...small, ...often, '--steps', '1000000', '--runs', path.join(disk, 'runs'), '--json'],
      { cwd },
    );
    expect(answer.code).toBe(1);
    const last = answer.lines().at(-1) as {
      event: string;
      reason: string;
      message: string;
      run: string;
      metrics: { validationLoss: number };
    };
    expect(last).toMatchObject({ event: 'finished', reason: 'failed' });
    expect(last.message).toMatch(
      /^Cannot write to .* because the disk is full: free some space, then resume the run\.$/,
    );
    expect(answer.stderr).toContain(last.message);
    // With space again, what was learned is there, and goes on where the last whole checkpoint is.
    writeFileSync(path.join(disk, 'nothing'), '');
    spawnSync('mount', ['-o', 'remount,size=4m', disk]);
    const record = (await run(['runs', 'show', last.run, '--json'], { cwd })).lines()[0] as {
      status: string;
      step: number;
    };
    expect(['failed', 'interrupted']).toContain(record.status);
    const sampled = await run(['sample', last.run, '--length', '20'], { cwd });
    expect([sampled.code, sampled.stderr]).toEqual([0, '']);
    const resumed = await run(['train', '--resume', last.run, '--steps', String(record.step + 10), '--json'], { cwd });
    const end = resumed.lines().at(-1) as { reason: string; metrics: { validationLoss: number } };
    expect(end.reason).toBe('done');
    expect(end.metrics.validationLoss).toBeLessThanOrEqual(last.metrics.validationLoss);
  },
);

const posix = process.platform !== 'win32';
test.skipIf(!posix)('a limit on the size of files: one sentence, and the earlier files stay whole', async () => {
  // 64 KB in blocks of 1 KB: the text fits, the last checkpoint does not. The signal that goes with it is ignored.
  const child = start(['train', 'words.txt', ...small, ...often, '--steps', '1000', '--runs', 'limited', '--json'], {
    cwd,
    shell: 'trap "" XFSZ; ulimit -f 64;',
  });
  const answer = await answerOf(child);
  expect(answer.code).toBe(1);
  const last = answer.lines().at(-1) as { reason: string; message: string; run: string };
  expect(last.message).toMatch(/^Cannot write to .* because the file would be larger than this system allows/);
  const record = JSON.parse(readFileSync(path.join(last.run, 'run.json'), 'utf8')) as {
    status: string;
    message: string;
  };
  expect(record).toMatchObject({ status: 'failed', message: last.message });
});

const isRoot = process.getuid?.() === 0;
test.skipIf(isRoot || !posix)(
  `a folder without write permission is named${isRoot ? ' (skipped: root may write everywhere)' : ''}`,
  async () => {
    const folder = path.join(cwd, 'locked');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    const answer = await run(['train', 'words.txt', ...small, '--runs', path.join(folder, 'runs')], { cwd });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^Cannot write to .* because permission is denied/);
  },
);
