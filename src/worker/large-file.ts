import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../core/errors';
import { hasModel, type Recipe } from '../core/recipe/schema';
import type { SourceReference } from '../core/runs/record';
import { ByteStreamBatches, type ByteSource } from '../core/text/byte-stream-batches';
import { TextNormaliser } from '../core/text/normalise';
import { countCodePoints } from '../core/text/split';
import type { Tokenizer } from '../core/text/tokenizer';
import { Utf8Reader } from '../core/text/utf8';
import { MAX_COUNTED } from '../core/training/language-model-task';
import type { Source } from '../protocol/worker';
import { yieldToMessages } from './control';
import { explain } from './files';
import { cutText, encodeStreams, learnVocabulary, type CutText, type TokenStreams } from './running-text';
import type { ReadOptions } from './text-reader';

/** Running text of more bytes than this is read where it lies, and not copied into the run folder. */
export const LARGE = 64 * 2 ** 20;
/** Bytes at the beginning that the vocabulary is learned from, so that training starts within seconds. */
const VOCABULARY_BYTES = 16 * 2 ** 20;
/** The same for models that count, which learn from nothing else. */
const COUNTED_BYTES = 32 * 2 ** 20;
/** Bytes of the beginning, the end and each sample of a file that its fingerprint is made of, and the samples. */
const ENDS = 1 << 20;
const SAMPLE = 1 << 16;
const SAMPLES = 64;
/** Bytes that are decoded at once. */
const CHUNK = 1 << 20;
/** Held-out characters that are measured: of so large a text they are enough, and soon done. */
const MEASURED = 200_000;
/** Longest UTF-8 character. */
const LONGEST = 4;

/** A file of any size, a piece at a time. Failures to read are UserError. */
export class LargeFile implements ByteSource {
  readonly size: number;
  private readonly handle: number;
  private readonly modified: number;
  private buffer = Buffer.alloc(CHUNK);

  /** @param label what people call it */
  constructor(
    readonly path: string,
    readonly label: string,
  ) {
    this.handle = this.explained(() => openSync(path, 'r'));
    const { size, mtimeMs } = this.explained(() => fstatSync(this.handle));
    [this.size, this.modified] = [size, mtimeMs];
  }

  read(from: number, count: number): Uint8Array {
    if (count > this.buffer.length) this.buffer = Buffer.alloc(count);
    return this.explained(() => {
      let read = 0;
      while (read < count) {
        const bytes = readSync(this.handle, this.buffer, read, count - read, from + read);
        if (bytes === 0) break;
        read += bytes;
      }
      return this.buffer.subarray(0, read);
    });
  }

  /** What a resumed run must find again: SHA-256 of size, beginning, end, and 64 samples of 64 KB between. */
  reference(): SourceReference {
    const hash = createHash('sha256').update(`${this.size}\n`);
    const add = (from: number, count: number): unknown => hash.update(this.read(from, count));
    add(0, ENDS);
    for (let k = 1; k < SAMPLES; k++) add(Math.floor((this.size / SAMPLES) * k), SAMPLE);
    add(Math.max(0, this.size - ENDS), ENDS);
    return { path: this.path, bytes: this.size, modified: this.modified, fingerprint: hash.digest('hex') };
  }

  /** Normalised text from a byte on, of `bytes` bytes and `characters` characters at most. */
  async text(from: number, { bytes, characters }: { bytes: number; characters: number }, options: ReadOptions) {
    const reader = new Utf8Reader(this.label);
    const normaliser = new TextNormaliser();
    const end = Math.min(this.size, from + bytes);
    const parts: string[] = [];
    let count = 0;
    for (let at = from; at < end && count < characters; at += CHUNK) {
      const chunk = this.read(at, Math.min(CHUNK, end - at));
      const part = normaliser.push(
        reader.push(at === from && from > 0 ? chunk.subarray(restOfCharacter(chunk)) : chunk),
      );
      count += countCodePoints(part);
      parts.push(part);
      options.onProgress?.(Math.min(1, (at - from) / (end - from)));
      await yieldToMessages();
      if (options.shouldStop()) break;
    }
    const text = parts.join('');
    return count > characters ? [...text.slice(0, 2 * characters)].slice(0, characters).join('') : text;
  }

  close(): void {
    closeSync(this.handle);
  }

  private explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explain(error, 'Cannot read', this.label);
    }
  }
}

/** What a large running text became: tokens of a part of it, and batches that read all of it. */
export interface LargeText extends TokenStreams {
  /** Of the whole text, estimated from its beginning. */
  characters: number;
}

/**
 * Reads a text that is too large for memory. The vocabulary is learned from its first 16 MB (n-grams are counted in 32
 * MB), at most 200,000 held-out characters are taken behind the border, and training reads the rest piece by piece: a few
 * hundred MB whatever its size.
 * @param tokenizer of a run that goes on
 * @param heldText held-out text of its own, else the share of the recipe is the end of the file
 * Throws UserError and Cancelled.
 */
export async function readLargeText(
  file: LargeFile,
  recipe: Recipe,
  { tokenizer, heldText }: { tokenizer?: Tokenizer; heldText?: CutText },
  options: ReadOptions,
): Promise<LargeText> {
  const border = heldText ? file.size : file.size - Math.floor(file.size * recipe.evaluation.heldOut);
  const counts = hasModel(recipe, 'ngram');
  const bytes = Math.min(border, counts ? COUNTED_BYTES : VOCABULARY_BYTES);
  const first = await file.text(0, { bytes, characters: Infinity }, options);
  const quiet: ReadOptions = { shouldStop: options.shouldStop };
  const known = tokenizer ?? (await learnVocabulary(sourceOf(first, file), Infinity, recipe.tokens, quiet));
  const counted = counts ? first : first.slice(0, MAX_COUNTED);
  const most = { bytes: LONGEST * MEASURED, characters: MEASURED };
  const held = heldText ?? wholeText(border < file.size ? await file.text(border, most, quiet) : '', file);
  const streams = await encodeStreams(wholeText(counted, file), held, known, quiet);
  return {
    ...streams,
    batches: counts ? undefined : batchesOf(file, known, recipe, border),
    characters: Math.round((countCodePoints(first) / bytes) * file.size),
    warnings: [...streams.warnings, warning(file, bytes, counts)],
  };
}

/** Throws UserError when a referenced file is gone or is another one. */
export function openReferenced({ path, bytes, fingerprint }: SourceReference): LargeFile {
  const file = new LargeFile(path, path);
  try {
    if (file.size !== bytes || file.reference().fingerprint !== fingerprint) {
      throw new UserError(`${path} has changed since the run began: restore it, or train again from the start.`);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function batchesOf(file: LargeFile, tokenizer: Tokenizer, { training }: Recipe, to: number): ByteStreamBatches {
  const { batch, length, stride } = training;
  return new ByteStreamBatches(file, tokenizer, { batch, length, stride: Math.min(length, stride || length), to });
}

function warning({ label, size }: LargeFile, bytes: number, counts: boolean): string {
  const part = `${Math.round(bytes / 2 ** 20)} of ${Math.round(size / 2 ** 20)} MB`;
  return counts
    ? `${label} is large: the first ${part} are counted.`
    : `${label} is large and read where it lies: its vocabulary comes from the first ${part}, and the run folder keeps no copy.`;
}

function wholeText(text: string, file: LargeFile): CutText {
  return cutText(sourceOf(text, file), countCodePoints(text), 0);
}

function sourceOf(text: string, { label }: LargeFile): Source {
  return { kind: 'text', text, label };
}

/** Bytes at the beginning that belong to a character which began before. */
function restOfCharacter(bytes: Uint8Array): number {
  let at = 0;
  while (at < Math.min(LONGEST - 1, bytes.length) && (bytes[at] & 0xc0) === 0x80) at++;
  return at;
}
