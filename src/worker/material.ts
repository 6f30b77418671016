import type { Recipe } from '../core/recipe/schema';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { Examples } from '../core/text/examples';
import type { TaskAssets } from '../core/training/tasks';
import type { Source, TrainJob } from '../protocol/worker';
import { readExampleFile, resolveFormat, type ResolvedFormat } from './example-file';
import type { RunFolder } from './run-folder';
import { cutText, encodeStreams, learnVocabulary, type CutText, type TokenStreams } from './running-text';
import { copySource, countCharacters, hashFile, type SourceFacts } from './source';
import type { ReadOptions } from './text-reader';

type DataRecord = NonNullable<RunRecord['data']>;

/** What a run learns from, read and not yet turned into a model. */
export type Material =
  | { kind: 'stream'; streams: TokenStreams }
  | { kind: 'examples'; examples: Examples; validation: Examples | undefined };

export interface Reading {
  material: Material;
  /** What the record says about the data; of examples all is known when their model is made. */
  data: DataRecord;
  source: Pick<RunRecord['source'], 'bytes' | 'sha256'>;
  /** What a resumed run must find again. */
  sourceSha256: string;
  warnings: string[];
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
  const format = await resolveFormat(recipe, job.source);
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
    trainTokens: streams.train.length,
    validationTokens: streams.validation.length,
    vocabulary: streams.tokenizer.size,
    validationCharacters: streams.validationCharacters,
    unknown: streams.unknown,
  };
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
