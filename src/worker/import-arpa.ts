import { closeSync, openSync, promises as fs, readSync } from 'node:fs';
import { platform, release } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../core/errors';
import { importArpa, type ImportedArpa } from '../core/models/ngram/arpa-import';
import { ngramCheckpoint } from '../core/models/ngram/checkpoint';
import { parseRecipe } from '../core/recipe';
import { RUN_FILES, RUN_SCHEMA_VERSION, type RunRecord } from '../core/runs/record';
import { Utf8Reader } from '../core/text/utf8';
import { tokenizerFromJson } from '../core/text/read-tokenizer';
import type { Tokenizer } from '../core/text/tokenizer';
import { explain, readLimited } from './files';
import { hashFile } from './source';
import { MetricsFile } from './metrics-file';
import { RunFolder } from './run-folder';

/** Bytes that are read at once. */
const CHUNK = 1 << 20;
const LARGEST_TOKENIZER = 1 << 24;
/** No line of an ARPA file is so long. */
const LONGEST_LINE = 1_000_000;

export interface ImportJob {
  /** The ARPA file. */
  file: string;
  /** tokenizer.json of the tokens in it; without it one is made of its single tokens. */
  tokenizer?: string;
  runsFolder: string;
  name?: string;
  /** Product version for the record. */
  version: string;
}

/** Makes a run of an ARPA file, which writes, scores and measures like one that was trained here. Throws UserError. */
export async function importArpaFile(job: ImportJob): Promise<{ run: string; record: RunRecord }> {
  const label = path.basename(job.file);
  const given = job.tokenizer === undefined ? undefined : await readTokenizer(job.tokenizer);
  const imported = importArpa(() => linesOf(job.file, label), label, given);
  const sha256 = await hashFile(job.file, { shouldStop: () => false });
  const folder = await RunFolder.create(job.runsFolder);
  try {
    const record = recordOf(folder.id, job, { label, sha256, bytes: (await fs.stat(job.file)).size }, imported);
    const { tensors, metadata } = ngramCheckpoint(imported.model);
    await folder.writeTokenizer(imported.tokenizer);
    await folder.writeCheckpoint('best', tensors, { ...metadata, step: '1' });
    await folder.writing(() => writeLog(folder, imported));
    await folder.writeRecord(record);
    return { run: folder.folder, record };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

async function readTokenizer(file: string): Promise<Tokenizer> {
  const text = (await readLimited(file, LARGEST_TOKENIZER)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(`${file} is not valid JSON: name a tokenizer.json.`);
  }
  return tokenizerFromJson(json, file);
}

/** The lines of a file, a piece at a time. Throws UserError when it cannot be read. */
function* linesOf(file: string, label: string): Generator<string> {
  const reader = new Utf8Reader(label);
  const handle = opened(file, label);
  try {
    const buffer = Buffer.alloc(CHUNK);
    let rest = '';
    for (;;) {
      const count = readSync(handle, buffer);
      const lines = (rest + (count === 0 ? reader.end() : reader.push(buffer.subarray(0, count)))).split('\n');
      rest = count === 0 ? '' : (lines.pop() ?? '');
      yield* lines;
      if (count === 0) return;
      if (rest.length > LONGEST_LINE) throw new UserError(`${label} is no ARPA file: choose another one.`);
    }
  } catch (error) {
    throw explain(error, 'Cannot read', label);
  } finally {
    closeSync(handle);
  }
}

function opened(file: string, label: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw explain(error, 'Cannot read', label);
  }
}

function recordOf(
  id: string,
  { file, name, version }: ImportJob,
  { label, sha256, bytes }: { label: string; sha256: string; bytes: number },
  { model, tokenizer, isSentences }: ImportedArpa,
): RunRecord {
  const now = new Date().toISOString();
  const format = isSentences ? 'lines' : 'text';
  const recipe = parseRecipe(
    {
      name: 'imported',
      description: `Read from ${label}, an ARPA file.`,
      source: { format },
      tokens: { unit: tokenizer.unit },
      model: { kind: 'ngram', order: model.order },
    },
    '',
  );
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    ...{ id, name: name ?? label, status: 'done', created: now, updated: now, recipe },
    source: { label, uri: pathToFileURL(path.resolve(file)).href, bytes, sha256 },
    environment: {
      ...{ version, backend: 'none', threads: 0, node: process.versions.node },
      platform: `${platform()} ${release()} ${process.arch}`,
    },
    data: {
      ...{ characters: 0, trainTokens: 0, validationTokens: 0, vocabulary: tokenizer.size, format },
      formatReason: `${label} is an ARPA file of ${isSentences ? 'sentences' : 'running text'}.`,
    },
    parameters: model.ngrams,
    step: 1,
    time: 0,
  };
}

/** The log of a model that was ready from the start. */
async function writeLog(folder: RunFolder, { model, tokenizer }: ImportedArpa): Promise<void> {
  const at = { step: 1, time: 0 };
  const log = await MetricsFile.open(folder.file(RUN_FILES.metrics));
  log.add({
    ...{ event: 'started', step: 0, time: 0, resumed: false, groups: [], clip: 0, parameters: model.ngrams },
    ...{ kind: 'counts', task: 'language-model', unit: tokenizer.unit },
  });
  log.add({ event: 'checkpoint', ...at, kind: 'best' });
  log.add({ event: 'finished', ...at, reason: 'done', metrics: {} });
  await log.sync();
  await log.close();
}
