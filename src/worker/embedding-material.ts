import { promises as fs } from 'node:fs';
import { UserError } from '../core/errors';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { Source, TrainJob } from '../protocol/worker';
import { LARGE, LargeFile, openReferenced } from './large-file';
import type { Reading } from './material';
import type { RunFolder } from './run-folder';
import { copyChunks, copySource, hashFile, type SourceFacts } from './source';
import { isFolder, TextFolder } from './text-folder';
import { chunksOf, type ReadOptions } from './text-reader';
import { readWords, type ReadWords } from './word-text';

type DataRecord = NonNullable<RunRecord['data']>;
type FileSource = Extract<Source, { kind: 'file' }>;

/**
 * Reads the text of a new run whose words get vectors: a file, a text, or all texts of a folder. A file above 64 MB is read
 * where it lies, all else is copied into the run folder. Throws UserError and Cancelled.
 */
export async function readNewWords(folder: RunFolder, job: TrainJob, options: ReadOptions): Promise<Reading> {
  const { source, recipe, validation } = job;
  if (validation) throw new UserError('Word vectors are not measured on held-out text: leave the validation file out.');
  const large = await largeFile(source);
  if (large) return readLarge(folder, job, large, options);
  const { facts, warnings, reason } = await copyInto(folder, source, options);
  const quiet = { shouldStop: options.shouldStop };
  const words = await readWords(chunksOf(copyOf(folder, source.label), quiet), source.label, recipe, folder);
  return {
    material: { kind: 'words', text: words },
    data: { ...dataOf(words), formatReason: reason },
    source: { bytes: facts.bytes, sha256: facts.sha256 },
    sourceSha256: facts.copySha256,
    warnings: [...facts.warnings, ...warnings, ...words.warnings],
    close: () => words.close(),
  };
}

/** Reads the same text again, for a run that goes on. Throws UserError and Cancelled. */
export async function readWordsAgain(
  folder: RunFolder,
  { recipe, data, source }: RunRecord & { data: DataRecord },
  options: ReadOptions,
): Promise<Reading> {
  const { reference } = data;
  if (reference) openReferenced(reference).close();
  const file: FileSource = reference
    ? { kind: 'file', path: reference.path, label: source.label }
    : copyOf(folder, source.label);
  const sourceSha256 = reference ? reference.fingerprint : await hashFile(file.path, options);
  const words = await readWords(chunksOf(file, options), source.label, recipe, folder);
  const close = (): void => words.close();
  return { material: { kind: 'words', text: words }, data, source, sourceSha256, warnings: [], close };
}

async function readLarge(
  folder: RunFolder,
  { recipe }: TrainJob,
  source: FileSource,
  options: ReadOptions,
): Promise<Reading> {
  const file = new LargeFile(source.path, source.label);
  const reference = file.reference();
  file.close();
  const words = await readWords(chunksOf(source, options), source.label, recipe, folder);
  const { bytes, fingerprint } = reference;
  const megabytes = Math.round(bytes / 2 ** 20).toLocaleString('en-US');
  return {
    material: { kind: 'words', text: words },
    data: { ...dataOf(words), formatReason: reasonFor(source.label), reference },
    source: { bytes, sha256: fingerprint },
    sourceSha256: fingerprint,
    warnings: [
      `${source.label} is large (${megabytes} MB) and read where it lies: the run folder keeps no copy.`,
      ...words.warnings,
    ],
    close: () => words.close(),
  };
}

/** Copies the text, or all texts of a folder, into the run folder. */
async function copyInto(
  folder: RunFolder,
  source: Source,
  options: ReadOptions,
): Promise<{ facts: SourceFacts; warnings: string[]; reason: string }> {
  const target = folder.file(RUN_FILES.source);
  if (source.kind === 'file' && (await isFolder(source.path))) {
    const texts = new TextFolder(source.path, source.label);
    const chunks = texts.chunks(options);
    const facts = await folder.writing(() => copyChunks(chunks, source.label, target, 1));
    return { facts, warnings: texts.leftOut.length > 0 ? [texts.sentence] : [], reason: texts.sentence };
  }
  const facts = await folder.writing(() => copySource(source, target, options, 1));
  return { facts, warnings: [], reason: reasonFor(source.label) };
}

async function largeFile(source: Source): Promise<FileSource | undefined> {
  if (source.kind !== 'file') return undefined;
  const stat = await fs.stat(source.path).catch(() => undefined);
  return stat?.isFile() === true && stat.size > LARGE ? source : undefined;
}

function dataOf({ characters, total, words }: ReadWords): DataRecord {
  return { format: 'text', characters, trainTokens: total, validationTokens: 0, vocabulary: words.length };
}

const reasonFor = (label: string): string => `${label} is read as words.`;

function copyOf(folder: RunFolder, label: string): FileSource {
  return { kind: 'file', path: folder.file(RUN_FILES.source), label };
}
