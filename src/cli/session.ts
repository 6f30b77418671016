import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../core/errors';
import type { Recipe } from '../core/recipe/schema';
import { RUNS_FOLDER } from '../core/runs/record';
import { physicalCores } from '../engine/threads';
import { startWorker, type WorkerThread } from '../protocol/thread';
import { listRuns } from '../worker/run-list';
import { RunFolder } from '../worker/run-folder';
import manifest from '../../package.json';
import { note, WrongUse } from './terminal';

export const backends = ['auto', 'kernels', 'tensorflow', 'cpu'] as const;

export const version = manifest.version;

/** How a person may name a run. */
export const RUN = 'a run folder, an id, the beginning of one, or "last"';

export interface WorkerWish {
  role: 'train' | 'predict';
  backend?: Recipe['backend'];
  threads?: number;
}

/** The same worker program as in the editor; on the command line it may use all physical cores. */
export function openWorker({ role, backend, threads }: WorkerWish): WorkerThread {
  // TensorFlow, where it is used, would tell the terminal about the processor, and take all of it. Its library sees this
  // thread's variables only.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const count = threads || physicalCores();
  process.env.TF_NUM_INTRAOP_THREADS ??= String(count);
  const worker = startWorker(path.join(__dirname, 'worker.js'), {
    role,
    backend: backend ?? 'auto',
    threads: count,
    version,
    moduleFolders: [process.cwd(), __dirname],
  });
  worker.channel.onNotification('log', ({ level, message }) => void (level === 'debug' || note(message)));
  return worker;
}

/** Runs a command's work with a worker thread that ends with it. */
export async function withWorker<T>(wish: WorkerWish, work: (worker: WorkerThread) => Promise<T>): Promise<T> {
  const worker = openWorker(wish);
  try {
    return await work(worker);
  } finally {
    await worker.terminate();
  }
}

/** The options that several commands share. */
export function withJson(command: Command): Command {
  return command.option('--json', 'one JSON object a line on standard output, nothing else');
}

export function withRuns(command: Command): Command {
  return command.option('--runs <folder>', 'folder of the runs', RUNS_FOLDER);
}

/**
 * The run folder that a person means: a folder, a run.json, `last`, an id or the beginning of one. Throws WrongUse.
 */
export async function findRun(run: string, runsFolder: string): Promise<string> {
  const given = path.basename(run) === 'run.json' ? path.dirname(run) : run;
  if (run !== 'last' && (await isRun(given))) return path.resolve(given);
  const inFolder = path.resolve(runsFolder, run);
  if (!/[\\/]/.test(run) && run !== 'last' && (await isRun(inFolder))) return inFolder;
  const runs = await listRuns(path.resolve(runsFolder), note);
  if (runs.length === 0)
    throw new WrongUse(`There are no runs in ${runsFolder}: train one first, or name another folder with --runs.`);
  if (run === 'last') return runs[0].folder;
  const matches = runs.filter(({ record }) => record.id.startsWith(run));
  if (matches.length === 1) return matches[0].folder;
  if (matches.length === 0)
    throw new WrongUse(`There is no run ${run} in ${runsFolder}: see "sequence-lab runs list".`);
  const some = matches.slice(0, 3).map(({ record }) => record.id);
  throw new WrongUse(
    `${run} is the beginning of ${matches.length} runs (${some.join(', ')}${matches.length > 3 ? ', …' : ''}): write more of it.`,
  );
}

async function isRun(folder: string): Promise<boolean> {
  if (!(await new RunFolder(folder).exists('run.json'))) return false;
  try {
    await new RunFolder(folder).readRecord();
    return true;
  } catch (error) {
    throw error instanceof UserError ? new WrongUse(error.message) : error;
  }
}

/** Reads a number option. Throws WrongUse. */
export function numberOption(name: string, least: number, most: number, isWhole = false): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value) && value >= least && value <= most && (!isWhole || Number.isInteger(value)))
      return value;
    const kind = isWhole ? 'a whole number' : 'a number';
    throw new WrongUse(
      `${name} must be ${kind} from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}, not ${JSON.stringify(text)}.`,
    );
  };
}

/** Does something with the values of a stream, so many at once. */
export async function inBatches<T>(
  values: AsyncIterable<T>,
  size: number,
  work: (some: T[]) => Promise<void>,
): Promise<void> {
  let waiting: T[] = [];
  for await (const value of values) {
    waiting.push(value);
    if (waiting.length < size) continue;
    await work(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await work(waiting);
}
