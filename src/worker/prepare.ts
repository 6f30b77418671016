import { platform, release } from 'node:os';
import { Cancelled, UserError } from '../core/errors';
import { resolveBudget } from '../core/recipe';
import type { Recipe } from '../core/recipe/schema';
import type { RunEvent } from '../core/runs/events';
import { RUN_FILES, RUN_SCHEMA_VERSION, type RunRecord } from '../core/runs/record';
import type { SafetensorsFile } from '../core/runs/safetensors';
import type { CharacterTokenizer } from '../core/text/character-tokenizer';
import { heldOutCount } from '../core/text/split';
import { Trainer } from '../core/training/trainer';
import type { PreparedBackend } from '../engine/select';
import type { ResumeJob, Source, TrainJob } from '../protocol/worker';
import { Budget } from './budget';
import { refuseMismatch } from './checkpoint-check';
import { thisOwner, isAlive } from './files';
import type { JobContext } from './job-context';
import { MetricsFile, rewindLog } from './metrics-file';
import { RunFolder } from './run-folder';
import {
  copySource,
  countVocabulary,
  encodeCopy,
  encodeSource,
  hashFile,
  type ReadOptions,
  type SourceFacts,
} from './source';

/** More held-out tokens than this are not measured: an evaluation must take seconds, not minutes. */
export const MAX_VALIDATION = 1_000_000;

/** Everything that the training loop works with. */
export interface Session {
  folder: RunFolder;
  record: RunRecord;
  trainer: Trainer;
  tokenizer: CharacterTokenizer;
  train: Int32Array;
  validation: Int32Array;
  budget: Budget;
  log: MetricsFile;
  /** Events of earlier sittings up to the checkpoint; empty for a new run. */
  history: RunEvent[];
  /** Seconds trained in earlier sittings. */
  time: number;
  /** SHA-256 of the run's copy of its text, which a resumed run must find again. */
  copySha256: string;
  /** Sentences to show and log at the start. */
  warnings: string[];
}

/** The run was stopped before its first step; its folder says so. */
export class StoppedEarly extends Error {
  constructor(
    readonly folder: RunFolder,
    readonly record: RunRecord,
  ) {
    super('stopped');
  }
}

/**
 * Makes a new run: folder, copy of the text, vocabulary, trainer. A job that cannot begin leaves no folder behind;
 * one that is stopped meanwhile leaves a run that says so. Throws UserError and StoppedEarly.
 */
export async function prepareNew(job: TrainJob, context: JobContext): Promise<Session> {
  const folder = await RunFolder.create(job.runsFolder);
  const record = await newRecord(folder, job, context);
  try {
    return await prepareIn(folder, record, job, context);
  } catch (error) {
    if (!(error instanceof Cancelled)) {
      await folder.discard();
      throw error;
    }
    record.status = 'stopped';
    record.owner = undefined;
    await folder.writeRecord(record);
    throw new StoppedEarly(folder, record);
  }
}

async function prepareIn(folder: RunFolder, record: RunRecord, job: TrainJob, context: JobContext): Promise<Session> {
  const { recipe } = job;
  const backend = startBackend(recipe, context);
  const options = readOptions(job.source.label, context);
  const facts = await copyInto(folder, RUN_FILES.source, job.source, options);
  record.source = { ...record.source, bytes: facts.bytes, sha256: facts.sha256 };
  const held = job.validation ? await copyInto(folder, RUN_FILES.validation, job.validation, options) : undefined;
  const trainCharacters = facts.characters - (held ? 0 : heldOutCount(facts.characters, recipe.evaluation.heldOut));
  const quiet: ReadOptions = { shouldStop: options.shouldStop };
  const tokenizer = await countVocabulary(folder.file(RUN_FILES.source), trainCharacters, recipe.tokens, quiet);
  await folder.writeTokenizer(tokenizer);
  const data = await encodeData(folder, tokenizer, facts.characters, recipe, quiet);
  const prepared = await backend;
  refuseStopped(context);
  const trainer = new Trainer(recipe, { ...data, vocabulary: tokenizer.size });
  record.environment = environmentOf(prepared, context);
  record.data = {
    characters: facts.characters,
    trainTokens: data.train.length,
    validationTokens: data.validation.length,
    vocabulary: tokenizer.size,
  };
  record.parameters = trainer.parameterCount;
  try {
    const log = await folder.writing(() => MetricsFile.open(folder.file(RUN_FILES.metrics)));
    await folder.writeRecord(record);
    return {
      folder,
      record,
      trainer,
      tokenizer,
      ...data,
      budget: new Budget(resolveBudget(recipe), trainer.batches.stepsPerEpoch),
      log,
      history: [],
      time: 0,
      copySha256: facts.copySha256,
      warnings: [...facts.warnings, ...(held?.warnings ?? []), ...prepared.notes, ...data.warnings],
    };
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

/**
 * Takes up an earlier run at its last checkpoint, or at its beginning when it has none. Throws UserError when it is
 * running elsewhere, has used its budget, or its files do not fit together.
 */
export async function prepareResume(job: ResumeJob, context: JobContext): Promise<Session> {
  const folder = new RunFolder(job.run);
  const record = await folder.readRecord();
  await refuseOwned(record);
  if (!record.data || !(await folder.exists(RUN_FILES.source))) {
    throw new UserError(`${record.name} was stopped before its text was read: train again from the start.`);
  }
  if (job.budget && Object.values(job.budget).some((value) => value !== undefined)) {
    const { minutes, steps, epochs } = job.budget;
    record.recipe = { ...record.recipe, training: { ...record.recipe.training, minutes, steps, epochs } };
  }
  await folder.tidy();
  const { recipe } = record;
  const threads = recipe.threads || context.setup.threads || record.environment.threads;
  const backend = startBackend({ ...recipe, threads }, context);
  const options: ReadOptions = { shouldStop: () => context.control.stopped };
  const checkpoint = (await folder.exists(RUN_FILES.last)) ? await folder.readCheckpoint('last') : undefined;
  const copySha256 = await hashFile(folder.file(RUN_FILES.source), options);
  if (checkpoint && checkpoint.metadata['run.source'] !== copySha256) {
    throw new UserError(
      `${folder.file(RUN_FILES.source)} has changed since the run began: train again from the start.`,
    );
  }
  const tokenizer = await folder.readTokenizer();
  const data = await encodeData(folder, tokenizer, record.data.characters, recipe, options);
  const prepared = await backend;
  const trainer = restoredTrainer(recipe, tokenizer, data, checkpoint);
  const time = readTime(checkpoint);
  const budget = new Budget(resolveBudget(recipe), trainer.batches.stepsPerEpoch);
  try {
    budget.refuseUsed({ step: trainer.step, time });
    const warnings = [...prepared.notes, ...environmentWarnings(record, prepared)];
    const metrics = folder.file(RUN_FILES.metrics);
    const history = await folder.writing(() => rewindLog(metrics, checkpoint ? trainer.step : undefined));
    const log = await folder.writing(() => MetricsFile.open(metrics));
    Object.assign(record, {
      status: 'running',
      message: undefined,
      owner: await thisOwner(),
      step: trainer.step,
      time,
    });
    record.environment = environmentOf(prepared, context);
    await folder.writeRecord(record);
    return { folder, record, trainer, tokenizer, ...data, budget, log, history, time, copySha256, warnings };
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

interface EncodedData {
  train: Int32Array;
  validation: Int32Array;
  warnings: string[];
}

/** Tokens of both parts, from the run's own copies. */
async function encodeData(
  folder: RunFolder,
  tokenizer: CharacterTokenizer,
  characters: number,
  recipe: Recipe,
  options: ReadOptions,
): Promise<EncodedData> {
  const ids = await encodeCopy(folder.file(RUN_FILES.source), characters, tokenizer, options);
  const held = await encodeHeld(folder, tokenizer, options);
  const border = characters - (held ? 0 : heldOutCount(characters, recipe.evaluation.heldOut));
  const rest = held ?? ids.subarray(border);
  const warnings: string[] = [];
  if (rest.length > MAX_VALIDATION) {
    warnings.push(
      `Evaluations measure the first ${MAX_VALIDATION.toLocaleString('en-US')} of ${rest.length.toLocaleString('en-US')} held-out characters.`,
    );
  }
  return { train: ids.subarray(0, border), validation: rest.subarray(0, MAX_VALIDATION), warnings };
}

/** The held-out text when it has a file of its own. */
async function encodeHeld(
  folder: RunFolder,
  tokenizer: CharacterTokenizer,
  options: ReadOptions,
): Promise<Int32Array | undefined> {
  if (!(await folder.exists(RUN_FILES.validation))) return undefined;
  const path = folder.file(RUN_FILES.validation);
  return (await encodeSource({ kind: 'file', path, label: path }, tokenizer, options)).ids;
}

function restoredTrainer(
  recipe: Recipe,
  tokenizer: CharacterTokenizer,
  data: EncodedData,
  checkpoint: SafetensorsFile | undefined,
): Trainer {
  if (checkpoint) refuseMismatch(recipe, tokenizer.size, checkpoint.tensors);
  const trainer = new Trainer(recipe, { ...data, vocabulary: tokenizer.size });
  try {
    if (checkpoint) trainer.restore(checkpoint);
    return trainer;
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}

function readTime(checkpoint: SafetensorsFile | undefined): number {
  if (!checkpoint) return 0;
  const time = Number(checkpoint.metadata['run.time']);
  if (Number.isFinite(time) && time >= 0) return time;
  throw new UserError('The checkpoint does not say how long the run has trained: train again from the start.');
}

async function newRecord(folder: RunFolder, job: TrainJob, context: JobContext): Promise<RunRecord> {
  const now = new Date().toISOString();
  const { label, uri } = job.source;
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    id: folder.id,
    name: job.name ?? `${job.recipe.name} · ${label}`,
    status: 'running',
    created: now,
    updated: now,
    recipe: job.recipe,
    source: { label, uri, bytes: 0, sha256: '' },
    environment: { ...host(context), backend: 'none', threads: 0 },
    step: 0,
    time: 0,
    owner: await thisOwner(),
  };
}

function host(context: JobContext): { version: string; node: string; platform: string } {
  return {
    version: context.setup.version,
    node: process.versions.node,
    platform: `${platform()} ${release()} ${process.arch}`,
  };
}

function environmentOf(prepared: PreparedBackend, context: JobContext): RunRecord['environment'] {
  const { backend, build, threads } = prepared;
  return { ...host(context), backend: backend === 'heap' ? 'kernels' : backend, build, threads };
}

/** Begins to load the backend while the text is read; who awaits it later hears of failures. */
function startBackend(wish: Pick<Recipe, 'backend' | 'threads'>, context: JobContext): Promise<PreparedBackend> {
  const backend = context.backends.prepare(wish);
  backend.catch(() => undefined);
  return backend;
}

function environmentWarnings({ environment }: RunRecord, prepared: PreparedBackend): string[] {
  const same = environment.threads === prepared.threads && environment.build === prepared.build;
  if (same || environment.threads === 0) return [];
  return [
    `The run goes on with ${prepared.backend} ${prepared.build} on ${prepared.threads} threads instead of ${environment.build} on ${environment.threads}, so the last digits of its figures can differ.`,
  ];
}

async function copyInto(folder: RunFolder, name: string, source: Source, options: ReadOptions): Promise<SourceFacts> {
  return folder.writing(() => copySource(source, folder.file(name), options));
}

function readOptions(label: string, context: JobContext): ReadOptions {
  let told = -Infinity;
  return {
    shouldStop: () => context.control.stopped,
    onProgress(share) {
      if (performance.now() - told < 100) return;
      told = performance.now();
      context.notify('reading', { label, share });
    },
  };
}

function refuseStopped(context: JobContext): void {
  if (context.control.stopped) throw new Cancelled();
}

async function refuseOwned({ status, owner, name }: RunRecord): Promise<void> {
  if ((status !== 'running' && status !== 'paused') || !owner || owner.pid === process.pid) return;
  if (await isAlive(owner)) {
    throw new UserError(`${name} is being trained by another process (number ${owner.pid}): stop it there first.`);
  }
}
