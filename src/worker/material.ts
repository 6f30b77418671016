import { promises as fs } from 'node:fs';
import type { Recipe } from '../core/recipe/schema';
import { RUN_FILES, type RunRecord, type SourceReference } from '../core/runs/record';
import type { Examples } from '../core/text/examples';
import type { Tokenizer } from '../core/text/tokenizer';
import type { TaskAssets } from '../core/training/tasks';
import type { Source, TrainJob } from '../protocol/worker';
import { readNewWords, readWordsAgain } from './embedding-material';
import { generatedReading } from './generated';
import { readExampleFile, resolveFormat, type ResolvedFormat } from './example-file';
import { LARGE, LargeFile, openReferenced, readLargeText } from './large-file';
import type { RunFolder } from './run-folder';
import { cutText, encodeStreams, learnVocabulary, type CutText, type TokenStreams } from './running-text';
import { copySource, countCharacters, hashFile, type SourceFacts } from './source';
import type { ReadOptions } from './text-reader';
import type { ReadWords } from './word-text';

type DataRecord = NonNullable<RunRecord['data']>;

/** What a run learns from, read and not yet turned into a model. */
export type Material =
  | { kind: 'generated' }
  | { kind: 'words'; text: ReadWords }
  | { kind: 'stream'; streams: TokenStreams }
  | { kind: 'examples'; examples: Examples; validation: Examples | undefined };

export interface Reading {
  material: Material;
  /** What the record says about the data; of examples all is known when their model is made. */
  data: DataRecord;
  source: Partial<RunRecord['source']> & Pick<RunRecord['source'], 'bytes' | 'sha256'>;
  /** What a resumed run must find again. */
  sourceSha256: string;
  warnings: string[];
  /** Closes the file that a run of large text reads while it trains. */
  close?: () => void;
}

/** Fewer characters than this cannot be cut into examples. */
const LEAST_EXAMPLES = 1;
const NOTHING = { trainTokens: 0, validationTokens: 0, vocabulary: 0 };

/** Copies the texts of a new job into its run folder and reads them. Throws UserError and Cancelled. */
export async function readNew(
  folder: RunFolder,
  job: TrainJob,
  options: ReadOptions,
  quiet: ReadOptions,
): Promise<Reading> {
  const { recipe } = job;
  const generated = generatedReading(recipe);
  if (generated) return generated;
  if (recipe.task === 'embeddings') return readNewWords(folder, job, options);
  const format = await resolveFormat(recipe, job.source);
  if (isStream(recipe, format) && (await isLarge(job.source))) return readLarge(folder, job, format, options);
  const least = format.format === 'text' ? undefined : LEAST_EXAMPLES;
  const facts = await copyInto(folder, RUN_FILES.source, job.source, options, least);
  const held = job.validation && (await copyInto(folder, RUN_FILES.validation, job.validation, options, least));
  const warnings = [...facts.warnings, ...(held?.warnings ?? [])];
  const common = { source: { bytes: facts.bytes, sha256: facts.sha256 }, sourceSha256: facts.copySha256 };
  const told = { format: format.format, formatReason: format.reason, heldOutSha256: held?.sha256 };
  if (!isStream(recipe, format)) {
    const material = await readExamples(folder, recipe, format.format, job, quiet);
    return { ...common, material, data: { ...told, ...NOTHING, characters: facts.characters }, warnings };
  }
  const text = cutText(copyOf(folder, RUN_FILES.source), facts.characters, held ? 0 : recipe.evaluation.heldOut);
  const heldText = held && cutText(copyOf(folder, RUN_FILES.validation), held.characters, 0);
  const tokenizer = await learnVocabulary(text.file, text.border, recipe.tokens, quiet);
  const streams = await encodeStreams(text, heldText, tokenizer, quiet);
  const data = { ...told, ...dataOf(streams), characters: facts.characters };
  return { ...common, material: { kind: 'stream', streams }, data, warnings: [...warnings, ...streams.warnings] };
}

/** Reads the run's own copies again. Throws UserError and Cancelled. */
export async function readAgain(
  folder: RunFolder,
  record: RunRecord & { data: DataRecord },
  assets: TaskAssets,
  options: ReadOptions,
): Promise<Reading> {
  const { recipe, data } = record;
  const generated = generatedReading(recipe);
  if (generated) return generated;
  if (recipe.task === 'embeddings') return readWordsAgain(folder, record, options);
  if (data.reference && assets.tokenizer) return readReferenced(folder, record, assets.tokenizer, options);
  const format: ResolvedFormat = { format: data.format ?? 'text', reason: data.formatReason ?? '' };
  const sourceSha256 = await hashFile(folder.file(RUN_FILES.source), options);
  const common = { data, source: record.source, sourceSha256, warnings: [] };
  const hasHeld = await folder.exists(RUN_FILES.validation);
  if (!isStream(recipe, format) || !assets.tokenizer) {
    const source = { label: record.source.label };
    const job = { source, validation: hasHeld ? { label: RUN_FILES.validation } : undefined };
    return { ...common, material: await readExamples(folder, recipe, format.format, job, options) };
  }
  const text = cutText(copyOf(folder, RUN_FILES.source), data.characters, hasHeld ? 0 : recipe.evaluation.heldOut);
  const heldText = hasHeld ? await wholeText(copyOf(folder, RUN_FILES.validation), options) : undefined;
  const streams = await encodeStreams(text, heldText, assets.tokenizer, options);
  return { ...common, material: { kind: 'stream', streams } };
}

/** Running text that is read where it lies. Throws UserError and Cancelled. */
async function readLarge(
  folder: RunFolder,
  job: TrainJob,
  { format, reason }: ResolvedFormat,
  options: ReadOptions,
): Promise<Reading> {
  const { path, label } = job.source as Extract<Source, { kind: 'file' }>;
  const held = job.validation && (await copyInto(folder, RUN_FILES.validation, job.validation, options, undefined));
  const heldText = held && cutText(copyOf(folder, RUN_FILES.validation), held.characters, 0);
  const file = new LargeFile(path, label);
  try {
    const streams = await readLargeText(file, job.recipe, { heldText }, options);
    const reference = file.reference();
    const { bytes, fingerprint } = reference;
    const told = { format, formatReason: reason, heldOutSha256: held?.sha256, reference };
    return {
      material: { kind: 'stream', streams },
      data: { ...told, ...dataOf(streams), characters: streams.characters },
      source: { bytes, sha256: fingerprint },
      sourceSha256: fingerprint,
      warnings: [...(held?.warnings ?? []), ...streams.warnings],
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function readReferenced(
  folder: RunFolder,
  { recipe, data, source }: RunRecord & { data: DataRecord },
  tokenizer: Tokenizer,
  options: ReadOptions,
): Promise<Reading> {
  const reference = data.reference as SourceReference;
  const file = openReferenced(reference);
  try {
    const hasHeld = await folder.exists(RUN_FILES.validation);
    const heldText = hasHeld ? await wholeText(copyOf(folder, RUN_FILES.validation), options) : undefined;
    const streams = await readLargeText(file, recipe, { tokenizer, heldText }, options);
    const close = (): void => file.close();
    return {
      ...{ material: { kind: 'stream', streams }, data, source, warnings: [], close },
      sourceSha256: reference.fingerprint,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function isLarge(source: Source): Promise<boolean> {
  if (source.kind !== 'file') return false;
  // What cannot be looked at is told about by who reads it.
  const stat = await fs.stat(source.path).catch(() => undefined);
  return stat?.isFile() === true && stat.size > LARGE;
}

/** Whether a task learns from one running text, and not from examples. */
function isStream({ task }: Recipe, { format }: ResolvedFormat): boolean {
  return task === 'language-model' && format === 'text';
}

async function readExamples(
  folder: RunFolder,
  recipe: Recipe,
  format: string,
  job: { source: { label: string }; validation?: { label: string } },
  options: ReadOptions,
): Promise<Material> {
  const read = (name: string, { label }: { label: string }): Promise<Examples> =>
    readExampleFile({ ...copyOf(folder, name), label }, recipe, format, options);
  const examples = await read(RUN_FILES.source, job.source);
  const validation = job.validation && (await read(RUN_FILES.validation, job.validation));
  return { kind: 'examples', examples, validation };
}

function dataOf(streams: TokenStreams): Omit<DataRecord, 'characters'> {
  return {
    trainTokens: tokensOf(streams),
    validationTokens: streams.validation.length,
    vocabulary: streams.tokenizer.size,
    validationCharacters: streams.validationCharacters,
    unknown: streams.unknown,
  };
}

/** Tokens to learn from, of a large text as far as it can be told. */
function tokensOf({ train, batches }: TokenStreams): number {
  return batches ? batches.stepsPerEpoch * batches.batch * batches.stride : train.length;
}

function copyOf(folder: RunFolder, name: string): Extract<Source, { kind: 'file' }> {
  return { kind: 'file', path: folder.file(name), label: folder.file(name) };
}

async function wholeText(file: Source, options: ReadOptions): Promise<CutText> {
  return cutText(file, await countCharacters(file, options), 0);
}

async function copyInto(
  folder: RunFolder,
  name: string,
  source: Source,
  options: ReadOptions,
  least: number | undefined,
): Promise<SourceFacts> {
  return folder.writing(() => copySource(source, folder.file(name), options, least));
}
