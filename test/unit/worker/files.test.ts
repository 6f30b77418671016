import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { explain, isAlive, readLimited, removeTemporaries, replaceFile, thisOwner } from '../../../src/worker/files';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'write' });
}

test('a failure of the file system becomes one sentence that names the folder and says what to do', () => {
  for (const code of ['ENOSPC', 'EACCES', 'EROFS', 'ENOTDIR', 'EDQUOT', 'ESOMETHING']) {
    const error = explain(systemError(code), 'Cannot write to', '/runs/x');
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/^Cannot write to \/runs\/x because .*\.$/);
  }
  expect((explain(systemError('ENOSPC'), 'Cannot write to', 'x') as Error).message).toContain('the disk is full');
  const bug = new TypeError('bug');
  expect(explain(bug, 'Cannot write to', 'x')).toBe(bug);
});

test('a file is replaced whole, and a failure leaves the old one and no rubbish', async () => {
  const file = path.join(folder, 'whole.txt');
  await replaceFile(file, 'one');
  await replaceFile(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  const inTheWay = path.join(folder, 'in-the-way');
  mkdirSync(path.join(inTheWay, 'child'), { recursive: true });
  await expect(replaceFile(inTheWay, 'three')).rejects.toThrow();
  expect(readdirSync(folder).sort()).toEqual(['in-the-way', 'whole.txt']);
});

test('what a killed writer left is removed, and nothing else', async () => {
  const place = path.join(folder, 'left');
  mkdirSync(place);
  for (const name of ['run.json', 'run.json.123-0.tmp', 'notes.tmp']) writeFileSync(path.join(place, name), '');
  await removeTemporaries(place);
  expect(readdirSync(place).sort()).toEqual(['notes.tmp', 'run.json']);
});

test('devices, folders and huge files are not read', async () => {
  const file = path.join(folder, 'large');
  writeFileSync(file, 'x'.repeat(100));
  expect((await readLimited(file, 100)).length).toBe(100);
  await expect(readLimited(file, 99)).rejects.toThrow(/100 bytes/);
  await expect(readLimited(folder, 99)).rejects.toThrow(/is not a file/);
  await expect(readLimited(path.join(folder, 'none'), 99)).rejects.toThrow(UserError);
  if (process.platform !== 'win32') await expect(readLimited('/dev/zero', 99)).rejects.toThrow(/is not a file/);
});

test('an owner lives while its process does', async () => {
  const owner = await thisOwner();
  expect(owner).toMatchObject({ pid: process.pid, host: hostname() });
  expect(await isAlive(owner)).toBe(true);
  expect(await isAlive({ ...owner, host: 'elsewhere', pid: 1 })).toBe(true);
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await isAlive({ ...owner, pid: child.pid as number })).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'a process that has the number of an earlier one is not its owner',
  async () => {
    const owner = await thisOwner();
    expect(await isAlive({ ...owner, started: 'another-boot:1' })).toBe(false);
  },
);
