import { randomInt } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { UserError } from '../core/errors';
import { contextualFromJson, type ContextualAsset } from '../core/models/contextual/contextual-asset';
import { tokenizerFromJson } from '../core/text/read-tokenizer';
import { TaggerVocabulary } from '../core/text/tagged/vocabulary';
import type { Tokenizer } from '../core/text/tokenizer';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import { formatRecord, newRunId, parseRecord } from '../core/runs/record-format';
import { decodeSafetensors, safetensorsBlocks, type NamedTensor, type SafetensorsFile } from '../core/runs/safetensors';
import { explained, readLimited, removeTemporaries, replaceFile, syncFolder, systemCode } from './files';

/** Larger files of a run folder are not ours. */
const LARGEST_RECORD = 1 << 22;
const LARGEST_TOKENIZER = 1 << 24;
const LARGEST_VOCABULARY = 1 << 28;
/** Files are read in one piece, for which Node allows 2 GiB. */
const LARGEST_CHECKPOINT = 2 ** 31 - 1;
/** Tries to find a free folder name; each has a random part of 31^4. */
const ATTEMPTS = 20;

export type CheckpointKind = 'best' | 'last';

/**
 * A run's folder on disk. Each write is whole or not at all (see `replaceFile`), and failures of the file system are
 * UserError sentences that name the folder. What is read is checked first.
 */
export class RunFolder {
  constructor(readonly folder: string) {}

  /** Makes a new, empty folder below `runsFolder`, which is made if missing. Throws UserError. */
  static async create(runsFolder: string): Promise<RunFolder> {
    return explained('Cannot write to', runsFolder, async () => {
      await fs.mkdir(runsFolder, { recursive: true });
      await keepOutOfGit(runsFolder);
      const folder = await makeUnique(runsFolder);
      await fs.mkdir(path.join(folder, 'checkpoints'));
      await fs.mkdir(path.join(folder, RUN_FILES.samples));
      await syncFolder(runsFolder);
      return new RunFolder(folder);
    });
  }

  get id(): string {
    return path.basename(this.folder);
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Does something with files of this folder; failures name it. */
  writing<T>(run: () => Promise<T>): Promise<T> {
    return explained('Cannot write to', this.folder, run);
  }

  async exists(name: string): Promise<boolean> {
    return fs.stat(this.file(name)).then(
      (stat) => stat.isFile(),
      () => false,
    );
  }

  /** Throws UserError when there is no run here or its record is damaged. */
  async readRecord(): Promise<RunRecord> {
    const file = this.file(RUN_FILES.record);
    const missing = await fs.stat(file).then(
      () => false,
      (error) => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? ''),
    );
    if (missing) throw new UserError(`There is no run in ${this.folder}: choose a folder that holds a run.json.`);
    return parseRecord((await readLimited(file, LARGEST_RECORD)).toString('utf8'), file);
  }

  async writeRecord(record: RunRecord): Promise<void> {
    await this.writing(() => replaceFile(this.file(RUN_FILES.record), formatRecord(record)));
  }

  async readTokenizer(): Promise<Tokenizer> {
    const file = this.file(RUN_FILES.tokenizer);
    return tokenizerFromJson(await readJson(file, LARGEST_TOKENIZER), file);
  }

  async writeTokenizer(tokenizer: Tokenizer): Promise<void> {
    const text = `${JSON.stringify(tokenizer.toJSON(), null, 2)}\n`;
    await this.writing(() => replaceFile(this.file(RUN_FILES.tokenizer), text));
  }

  async readTaggerVocabulary(): Promise<TaggerVocabulary> {
    return TaggerVocabulary.fromJSON(await readJson(this.file(RUN_FILES.taggerVocabulary), LARGEST_VOCABULARY));
  }

  async writeTaggerVocabulary(vocabulary: TaggerVocabulary): Promise<void> {
    const text = `${JSON.stringify(vocabulary)}\n`;
    await this.writing(() => replaceFile(this.file(RUN_FILES.taggerVocabulary), text));
  }

  async readContextual(): Promise<ContextualAsset> {
    const file = this.file(RUN_FILES.contextual);
    return contextualFromJson(await readJson(file, LARGEST_VOCABULARY), file);
  }

  async writeContextual(asset: ContextualAsset): Promise<void> {
    await this.writing(() => replaceFile(this.file(RUN_FILES.contextual), `${JSON.stringify(asset)}\n`));
  }

  /** Words with their counts, "word count" a line. Throws UserError when the file is missing or damaged. */
  async readVocabulary(): Promise<{ words: string[]; counts: number[] }> {
    const file = this.file(RUN_FILES.vocabulary);
    const lines = (await readLimited(file, LARGEST_VOCABULARY)).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    const words = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
    const counts = lines.map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    const odd = lines.findIndex((_, k) => words[k] === '' || !Number.isSafeInteger(counts[k]));
    if (odd >= 0) throw new UserError(`${file} is damaged in line ${odd + 1}: choose another run.`);
    return { words, counts };
  }

  async writeVocabulary({ words, counts }: { words: string[]; counts: number[] }): Promise<void> {
    const text = words.map((word, k) => `${word} ${counts[k]}\n`).join('');
    await this.writing(() => replaceFile(this.file(RUN_FILES.vocabulary), text));
  }

  /** Throws UserError when the checkpoint is missing, cut short or hostile. */
  async readCheckpoint(kind: CheckpointKind): Promise<SafetensorsFile> {
    const file = this.file(RUN_FILES[kind]);
    return decodeSafetensors(await readLimited(file, LARGEST_CHECKPOINT), file);
  }

  async writeCheckpoint(kind: CheckpointKind, tensors: NamedTensor[], metadata: Record<string, string>): Promise<void> {
    await this.writing(() => replaceFile(this.file(RUN_FILES[kind]), safetensorsBlocks(tensors, metadata)));
  }

  /** Keeps a sample as a file of its own, for people; the log has it too, so a person may delete the folder. */
  async writeSample(step: number, text: string): Promise<void> {
    const name = `step-${String(step).padStart(8, '0')}.txt`;
    const write = fs.writeFile(path.join(this.file(RUN_FILES.samples), name), text);
    await this.writing(() =>
      write.catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      }),
    );
  }

  /** Removes what a killed writer left behind. */
  async tidy(): Promise<void> {
    await removeTemporaries(this.folder);
    await removeTemporaries(this.file('checkpoints'));
  }

  /** Removes the whole folder: for a run that never began. */
  async discard(): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeUnique(runsFolder: string): Promise<string> {
  const random = { integer: (below: number) => randomInt(below) };
  for (let attempt = 1; ; attempt++) {
    const folder = path.join(runsFolder, newRunId(new Date(), random));
    try {
      await fs.mkdir(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Runs hold copies of texts and weights, which nobody means to commit: `.sequence-lab` ignores itself. */
async function keepOutOfGit(runsFolder: string): Promise<void> {
  const parent = path.dirname(path.resolve(runsFolder));
  if (path.basename(parent) !== '.sequence-lab') return;
  await fs.writeFile(path.join(parent, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

async function readJson(file: string, largest: number): Promise<unknown> {
  const text = (await readLimited(file, largest)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${file} is damaged (it is not valid JSON): choose another run.`);
  }
}
