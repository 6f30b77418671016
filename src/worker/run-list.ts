import { promises as fs } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/errors';
import { dropRepeated, thinEvents } from '../core/runs/metrics-log';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { RunDetails, RunSummary } from '../protocol/worker';
import { explained, isAlive, systemCode } from './files';
import { readEvents } from './metrics-file';
import { RunFolder } from './run-folder';

/** Longest name of a run, in characters. */
const LONGEST_NAME = 200;
/** Runs that are read at the same time. */
const AT_ONCE = 16;

/**
 * The record of a run as it is now: one that says "running" although its process is gone reads "interrupted". Throws
 * UserError when the folder holds no readable run.
 */
export async function readRecord(folder: string): Promise<RunRecord> {
  const record = await new RunFolder(folder).readRecord();
  const open = record.status === 'running' || record.status === 'paused';
  if (!open || (record.owner && (await isAlive(record.owner)))) return record;
  return { ...record, status: 'interrupted' };
}

/**
 * The runs in a folder, the newest first. Folders that hold no run are left out, and so are damaged ones, with a line
 * for the log. A missing folder has no runs. Throws UserError when the folder cannot be read.
 */
export async function listRuns(runsFolder: string, log: (message: string) => void): Promise<RunSummary[]> {
  const names = await explained('Cannot read', runsFolder, () => namesIn(runsFolder));
  const runs: RunSummary[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE).map((name) => summary(path.join(runsFolder, name), log));
    for (const run of await Promise.all(some)) if (run) runs.push(run);
  }
  return runs.sort((a, b) => compare(b.record.created, a.record.created) || compare(b.folder, a.folder));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function summary(folder: string, log: (message: string) => void): Promise<RunSummary | undefined> {
  try {
    // A folder that is being made has no record yet; a file beside the runs has none at all.
    await fs.stat(path.join(folder, RUN_FILES.record));
  } catch {
    return undefined;
  }
  try {
    return { folder, record: await readRecord(folder) };
  } catch (error) {
    log(`Left out of the list of runs: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** A run with its events, thinned for drawing to about `maxEvents` steps. Throws UserError. */
export async function readRun(folder: string, maxEvents: number): Promise<RunDetails> {
  const record = await readRecord(folder);
  const events = dropRepeated(await readEvents(path.join(folder, RUN_FILES.metrics)));
  return { folder, record, events: thinEvents(events, Math.max(2, maxEvents)) };
}

/** Gives a run another name. Throws UserError. */
export async function renameRun(folder: string, name: string): Promise<RunRecord> {
  const trimmed = name.trim();
  if (trimmed === '') throw new UserError('A run needs a name: write at least one character.');
  if (trimmed.length > LONGEST_NAME) {
    throw new UserError(`The name has ${trimmed.length} characters: write at most ${LONGEST_NAME}.`);
  }
  await update(folder, (record) => ({ ...record, name: trimmed }));
  return readRecord(folder);
}

/** Removes a run's folder for good. Throws UserError when it is no run, or is being trained. */
export async function deleteRun(folder: string): Promise<void> {
  const { name, status } = await readRecord(folder);
  if (status === 'running' || status === 'paused') {
    throw new UserError(`${name} is being trained: stop it first, then delete it.`);
  }
  await explained('Cannot delete', folder, () => fs.rm(folder, { recursive: true }));
}

/** Says that a run ended badly whose thread died. A run that is over keeps its status. Throws UserError. */
export async function markFailed(folder: string, message: string): Promise<RunRecord> {
  return update(folder, (record) => {
    if (record.status !== 'running' && record.status !== 'paused') return record;
    return { ...record, status: 'failed', message, owner: undefined };
  });
}

async function update(folder: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord> {
  const run = new RunFolder(folder);
  const record = change(await run.readRecord());
  await run.writeRecord({ ...record, updated: new Date().toISOString() });
  return record;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
