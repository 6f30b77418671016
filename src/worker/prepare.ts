import path from 'node:path';
import { Cancelled, UserError } from '../core/errors';
import { isGenerated, refuseTooLarge, resolveBudget } from '../core/recipe';
import { hasModel, type Recipe } from '../core/recipe/schema';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { SafetensorsFile } from '../core/runs/safetensors';
import { fittedTo } from '../core/embeddings/text-size';
import { prepareStream } from '../core/training/language-model-task';
import type { Examples } from '../core/text/examples';
import type { Prepared } from '../core/training/learner';
import {
  prepareExamples,
  prepareGenerated,
  type DataStatistics,
  type TaskAssets,
  type TaskInput,
} from '../core/training/tasks';
import { contextOf } from '../core/training/tasks/prepared';
import type { PreparedBackend } from '../engine/select';
import type { ResumeJob, TrainJob } from '../protocol/worker';
import { Budget } from './budget';
import { contextualOf } from './contextual-source';
import { refuseMismatch } from './checkpoint-check';
import { thisOwner } from './files';
import type { JobContext } from './job-context';
import { readAgain, readNew, type Material, type Reading } from './material';
import { memoryLimit } from './memory';
import type { Units } from './metrics';
import { MetricsFile, rewindLog } from './metrics-file';
import { seldom } from './pacing';
import { modelOfWords } from './prepare-embeddings';
import { assetsInRecord, readAssets, writeAssets } from './run-assets';
import { RunFolder } from './run-folder';
import { environmentOf, environmentWarnings, newRecord, refuseOwned } from './run-record';
import { inSlices } from './running-text';
import { disposePrepared, StoppedEarly, type Session } from './session';
import type { ReadOptions } from './text-reader';
import { tokenVectorsOf } from './word-vectors';

/**
 * Makes a new run: folder, copy of the text, vocabulary, model. A job that cannot begin leaves no folder behind; one
 * that is stopped meanwhile leaves a run that says so. Throws UserError and StoppedEarly.
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
  const loading = startBackend(job.recipe, context);
  const quiet: ReadOptions = { shouldStop: () => context.control.stopped };
  const reading = await readNew(folder, job, readOptions(job.source.label, context), quiet);
  Object.assign(record.source, reading.source);
  const backend = await loading;
  if (context.control.stopped) throw new Cancelled();
  const { material } = reading;
  const recipe = material.kind === 'words' ? fittedTo(job.recipe, material.text.total) : job.recipe;
  record.recipe = recipe;
  const { threads } = backend;
  const { runsFolder } = job;
  const { onProgress: counting } = readOptions(job.source.label, context, 'counting');
  const start = { assets: undefined, starts: true, earlier: await readEarlier(job), threads, runsFolder, counting };
  const { prepared, assets, statistics, warnings: told } = await buildFrom(reading, recipe, start, quiet);
  try {
    await writeAssets(folder, assets);
    if (material.kind === 'words') await folder.writeVocabulary(material.text);
    record.environment = environmentOf(backend, context);
    record.data = { ...reading.data, ...statistics, ...assetsInRecord(assets) };
    const log = await folder.writing(() => MetricsFile.open(folder.file(RUN_FILES.metrics)));
    const warnings = [...reading.warnings, ...told, ...backend.notes];
    return await session(folder, record, { prepared, assets, reading, log, history: [], time: 0, warnings });
  } catch (error) {
    disposePrepared(prepared);
    reading.close?.();
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
  const { data } = record;
  if (hasModel(record.recipe, 'ngram')) await refuseCounted(folder, record);
  const reads = !isGenerated(record.recipe.task);
  if (!data || (reads && !data.reference && !(await folder.exists(RUN_FILES.source)))) {
    throw new UserError(`${record.name} was stopped before its text was read: train again from the start.`);
  }
  if (job.budget && Object.values(job.budget).some((value) => value !== undefined)) {
    const { minutes, steps, epochs } = job.budget;
    record.recipe = { ...record.recipe, training: { ...record.recipe.training, minutes, steps, epochs } };
  }
  await folder.tidy();
  const { recipe } = record;
  const threads = recipe.threads || context.setup.threads || record.environment.threads;
  const loading = startBackend({ ...recipe, threads }, context);
  const options: ReadOptions = { shouldStop: () => context.control.stopped };
  const checkpoint = (await folder.exists(RUN_FILES.last)) ? await folder.readCheckpoint('last') : undefined;
  const assets = await readAssets(folder, record);
  const reading = await readAgain(folder, { ...record, data }, assets, options);
  if (checkpoint && checkpoint.metadata['run.source'] !== reading.sourceSha256) {
    throw new UserError(
      `${folder.file(RUN_FILES.source)} has changed since the run began: train again from the start.`,
    );
  }
  const backend = await loading;
  if (checkpoint) refuseMismatch(recipe, assets, checkpoint.tensors);
  const { prepared } = await buildFrom(
    reading,
    recipe,
    {
      ...{ assets, starts: !checkpoint, threads: backend.threads, runsFolder: path.dirname(folder.folder) },
      counting: readOptions(record.source.label, context, 'counting').onProgress,
    },
    options,
  );
  try {
    restore(prepared, checkpoint);
    const { model } = prepared;
    const step = model.kind === 'steps' ? model.step : 0;
    const time = readTime(checkpoint);
    if (model.kind === 'counts') await refuseCounted(folder, record);
    else budgetOf(recipe, model.stepsPerEpoch).refuseUsed({ step, time });
    const warnings = [...reading.warnings, ...backend.notes, ...environmentWarnings(record, backend)];
    const metrics = folder.file(RUN_FILES.metrics);
    const history = await folder.writing(() => rewindLog(metrics, checkpoint ? step : undefined));
    const log = await folder.writing(() => MetricsFile.open(metrics));
    Object.assign(record, { status: 'running', message: undefined, owner: await thisOwner(), step, time });
    record.environment = environmentOf(backend, context);
    return await session(folder, record, { prepared, assets, reading, log, history, time, warnings });
  } catch (error) {
    disposePrepared(prepared);
    reading.close?.();
    throw error;
  }
}

/** What a job's model starts from. Throws UserError when that run is no tagger or has learned nothing yet. */
async function readEarlier({ from, recipe }: TrainJob): Promise<TaskInput['earlier']> {
  if (from === undefined) return undefined;
  const folder = new RunFolder(from);
  const record = await folder.readRecord();
  if (recipe.task !== 'tagging' || record.recipe.task !== 'tagging') {
    throw new UserError('Only a tagger can start from another run, which must be a tagger, too: choose both so.');
  }
  if (!(await folder.exists(RUN_FILES.best))) {
    throw new UserError(`${record.name} has no saved checkpoint yet: train it for a few more seconds.`);
  }
  const assets = await readAssets(folder, record);
  const { tensors } = await folder.readCheckpoint('best');
  refuseMismatch(record.recipe, assets, tensors);
  return { assets, tensors };
}

interface Start {
  /** Those of a run that goes on. */
  assets: TaskAssets | undefined;
  /** Whether the model begins from nothing: with a checkpoint, it holds the loaded word vectors and needs no file of them. */
  starts: boolean;
  /** What the model of a new run starts from, where it is another run's. */
  earlier?: TaskInput['earlier'];
  /** Threads that compute. */
  threads: number;
  /** Where runs lie whose vectors a recipe may name. */
  runsFolder: string;
  /** Hears how far the counting of pairs of words is. */
  counting?: (share: number) => void;
}

interface Built {
  prepared: Prepared;
  assets: TaskAssets;
  /** What building told about the data; of running text reading has told it all. */
  statistics: DataStatistics | undefined;
  warnings: string[];
}

/** `build`, and closes what was opened when that fails. */
async function buildFrom(
  { material, close }: Reading,
  recipe: Recipe,
  start: Start,
  options: ReadOptions,
): Promise<Built> {
  try {
    return await build(recipe, material, start, options);
  } catch (error) {
    close?.();
    throw error;
  }
}

/** Makes the model and its baselines. Throws UserError when they do not fit in memory or the data do not suit. */
async function build(
  recipe: Recipe,
  material: Material,
  { assets, starts, earlier, threads, runsFolder, counting }: Start,
  options: ReadOptions,
): Promise<Built> {
  if (material.kind === 'generated') {
    refuseTooLarge(recipe, 0, memoryLimit());
    return { ...prepareGenerated(recipe), warnings: [] };
  }
  if (material.kind === 'words') {
    refuseTooLarge(recipe, material.text.words.length, memoryLimit());
    const model = await inSlices(modelOfWords(recipe, material.text, threads), options, counting);
    const prepared = { model, baselines: [] };
    return { prepared, assets: {}, statistics: undefined, warnings: [] };
  }
  const told: string[] = [];
  const load = starts ? await tokenVectorsOf(recipe, runsFolder, (sentence) => told.push(sentence)) : undefined;
  if (material.kind === 'examples') {
    const { examples, validation } = material;
    const memory = memoryLimit();
    // What starts from a run, or goes on, has its biLM from there.
    const contextual = starts && !earlier ? await contextualOf(recipe, runsFolder) : undefined;
    // Of texts more is known, and looked at again, when they are tokens.
    refuseTooLarge(withLongest(recipe, examples), assets?.tokenizer?.size ?? 0, memory, {
      contextual: contextOf({ recipe, assets, contextual, earlier })?.asset.model,
    });
    const built = await inSlices(
      prepareExamples({ recipe, examples, validation, assets, vectors: load, contextual, memory, earlier }),
      options,
    );
    return { ...built, warnings: [...(built.warnings ?? []), ...told] };
  }
  const { streams } = material;
  const { tokenizer } = streams;
  refuseTooLarge(recipe, tokenizer.size, memoryLimit());
  const vectors = load && (await inSlices(load(tokenizer), options));
  const { warnings, ...prepared } = prepareStream(recipe, { ...streams, vectors });
  return { prepared, assets: { tokenizer }, statistics: undefined, warnings: [...warnings, ...told] };
}

/** A recipe that reads no further than the longest text goes: what is not there takes no memory. */
function withLongest(recipe: Recipe, examples: Examples): Recipe {
  if (!('texts' in examples)) return recipe;
  const longest = examples.texts.reduce((most, { length }) => Math.max(most, length), 1);
  return { ...recipe, tokens: { ...recipe.tokens, maxLength: Math.min(recipe.tokens.maxLength, longest) } };
}

async function session(
  folder: RunFolder,
  record: RunRecord,
  parts: Pick<Session, 'prepared' | 'log' | 'history' | 'time' | 'warnings'> & { assets: TaskAssets; reading: Reading },
): Promise<Session> {
  const { assets, reading, ...rest } = parts;
  const { model } = parts.prepared;
  record.parameters = model.parameterCount;
  await folder.writeRecord(record);
  const units: Units = {
    task: record.recipe.task,
    unit: reading.material.kind === 'words' ? 'word' : assets.tokenizer?.unit,
    characters: record.data?.validationCharacters,
  };
  const budget = model.kind === 'steps' ? budgetOf(record.recipe, model.stepsPerEpoch) : undefined;
  const { sourceSha256, close } = reading;
  return { folder, record, units, budget, sourceSha256, close, ...rest };
}

function budgetOf(recipe: Recipe, stepsPerEpoch: number): Budget {
  return new Budget(resolveBudget(recipe), stepsPerEpoch);
}

function restore({ model }: Prepared, checkpoint: SafetensorsFile | undefined): void {
  if (checkpoint && model.kind === 'steps') model.restore(checkpoint);
}

/** A model that learns in one pass has nothing more to learn when it has done so. */
async function refuseCounted(folder: RunFolder, { name, status }: RunRecord): Promise<void> {
  if (status !== 'done' || !(await folder.exists(RUN_FILES.best))) return;
  throw new UserError(`${name} has learned all of its data in one pass: there is nothing to go on with.`);
}

function readTime(checkpoint: SafetensorsFile | undefined): number {
  if (!checkpoint) return 0;
  const time = Number(checkpoint.metadata['run.time']);
  if (Number.isFinite(time) && time >= 0) return time;
  throw new UserError('The checkpoint does not say how long the run has trained: train again from the start.');
}

/** Begins to load the backend while the text is read; who awaits it later hears of failures. */
function startBackend({ task, backend: wished, threads }: Recipe, context: JobContext): Promise<PreparedBackend> {
  // Only compiled kernels learn word vectors.
  const choice = task === 'embeddings' && wished === 'auto' ? 'kernels' : wished;
  const backend = context.backends.prepare({ backend: choice, threads });
  backend.catch(() => undefined);
  return backend;
}

function readOptions(label: string, context: JobContext, doing?: 'counting'): ReadOptions {
  return {
    shouldStop: () => context.control.stopped,
    onProgress: seldom((share) => context.notify('reading', { label, share, doing })),
  };
}
