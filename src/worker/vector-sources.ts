import { promises as fs } from 'node:fs';
import path from 'node:path';
import { vectorsOfTensors } from '../core/embeddings/vector-tensors';
import { WordVectors } from '../core/embeddings/word-vectors';
import { UserError } from '../core/errors';
import { RUN_PREFIX } from '../core/recipe';
import { hasModel, type TaskName } from '../core/recipe/schema';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { VectorSource } from '../protocol/word-vectors';
import { RunFolder } from './run-folder';
import { listRuns } from './run-list';
import { openVectors } from './vector-file';

/**
 * What a person means who names vectors: "run:NAME" (a run's name, its id or the beginning of one), a run folder or its
 * run.json, or a file. Throws UserError when there is no such run.
 */
export async function locateVectors(name: string, runsFolder: string): Promise<VectorSource> {
  return locateRun(name, runsFolder, VECTORS);
}

/** What a run that is looked for should hold. */
export interface Wanted {
  task: TaskName;
  /** What such runs hold, for people. */
  what: string;
  /** A recipe that makes one. */
  recipe: string;
}

const VECTORS: Wanted = { task: 'embeddings', what: 'word vectors', recipe: 'skip-gram' };

/**
 * The same for runs of any task; those of the wanted one are preferred. Throws UserError when there is no run of that
 * name.
 */
export async function locateRun(name: string, runsFolder: string, wanted: Wanted): Promise<VectorSource> {
  if (name.startsWith(RUN_PREFIX))
    return { run: await runNamed(name.slice(RUN_PREFIX.length).trim(), runsFolder, wanted) };
  const full = path.resolve(name);
  const folder = path.basename(full) === RUN_FILES.record ? path.dirname(full) : full;
  return (await new RunFolder(folder).exists(RUN_FILES.record)) ? { run: folder } : { file: full };
}

/** The newest run of that name; one of another task only if there is no other. */
async function runNamed(name: string, runsFolder: string, { task, what, recipe: maker }: Wanted): Promise<string> {
  const runs = await listRuns(runsFolder, () => undefined);
  const named = runs.filter(({ record }) => record.name === name || record.id === name);
  const begun = named.length > 0 || name === '' ? named : runs.filter(({ record }) => record.id.startsWith(name));
  const found = begun.find(({ record }) => record.recipe.task === task) ?? begun[0];
  if (found) return found.folder;
  const known = runs.filter(({ record }) => record.recipe.task === task).map(({ record }) => record.name);
  const advice = known.length > 0 ? `there are ${known.slice(0, 5).join(', ')}` : `train one with --recipe ${maker}`;
  throw new UserError(`There is no run ${JSON.stringify(name)} with ${what}: ${advice}.`);
}

/** Which version of the vectors there is now: changes when they do. Throws UserError when they are missing. */
export async function versionOf(source: VectorSource): Promise<string> {
  const file = 'run' in source ? await checkpointOf(source.run) : source.file;
  // What cannot be looked at is told about by who reads it.
  const stat = await fs.stat(file).catch(() => undefined);
  return JSON.stringify([file, stat?.mtimeMs, stat?.size, stat?.ino]);
}

/**
 * Reads the vectors of a run or a file, of a file no more than `limit` words. Throws UserError.
 */
export function readSource(source: VectorSource, limit?: number): Promise<WordVectors> {
  return 'run' in source ? readRun(source.run, limit) : openVectors(source.file, limit);
}

/** The record of a run that learned word vectors. Throws UserError. */
export async function vectorRun(run: string): Promise<RunRecord> {
  const record = await new RunFolder(run).readRecord();
  if (record.recipe.task === 'embeddings') return record;
  throw new UserError(`${record.name} has learned no word vectors: choose a run of the task embeddings, or a file.`);
}

async function readRun(run: string, limit = Infinity): Promise<WordVectors> {
  const folder = new RunFolder(run);
  const { recipe } = await vectorRun(run);
  const file = await checkpointOf(run);
  const { tensors } = await folder.readCheckpoint(file === folder.file(RUN_FILES.best) ? 'best' : 'last');
  const { words } = await folder.readVocabulary();
  const options = hasModel(recipe, 'word2vec') ? recipe.model : undefined;
  const { size, values, subwords, ...all } = vectorsOfTensors(tensors, words, options, file);
  if (limit >= words.length) return new WordVectors(all.words, size, values, subwords);
  return new WordVectors(words.slice(0, limit), size, values.subarray(0, limit * size), subwords);
}

/** The finished vectors of a run; of one that is under way, those of its last checkpoint. Throws UserError. */
async function checkpointOf(run: string): Promise<string> {
  const folder = new RunFolder(run);
  for (const kind of ['best', 'last'] as const)
    if (await folder.exists(RUN_FILES[kind])) return folder.file(RUN_FILES[kind]);
  const { name } = await vectorRun(run);
  throw new UserError(`${name} has no vectors on disk yet: train it for half a minute more, or stop it.`);
}
