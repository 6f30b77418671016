// One at a time across processes: two `npm test` started together must not both run `npm ci`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** True while a process with this number runs, ours or another person's. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock and returns true, or returns false when a living process holds it. */
function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readIfThere(file));
  // The holder was killed before it could clean up: the lock is nobody's. (Empty: it is being written at this moment.)
  if (holder && !isAlive(holder)) rmSync(file, { force: true });
  return false;
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Runs `body` while holding the lock `file`; waits for as long as another living process holds it.
 * `onWait` is called once when there is something to wait for.
 */
export async function withLock(file, body, onWait = () => {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !tryLock(file); await sleep(100)) {
    if (!told) onWait();
    told = true;
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await body();
  } finally {
    process.off('exit', release);
    release();
  }
}
