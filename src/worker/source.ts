import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { Cancelled, UserError } from '../core/errors';
import { CharacterCounter, type CharacterOptions, type CharacterTokenizer } from '../core/text/character-tokenizer';
import { detectFormat } from '../core/text/detect';
import { TextNormaliser } from '../core/text/normalise';
import { countCodePoints } from '../core/text/split';
import { Utf8Reader } from '../core/text/utf8';
import type { FormatGuess, Source } from '../protocol/worker';
import { yieldToMessages } from './control';
import { explain, explained } from './files';

/** Fewer characters than this cannot be learned from: not enough for one held-out evaluation and one training step. */
export const MINIMUM_CHARACTERS = 100;
/** Bytes read at once; between chunks messages flow. */
const CHUNK = 1 << 18;

export interface ReadOptions {
  /** Looked at between chunks; Cancelled is thrown. */
  shouldStop: () => boolean;
  /** Hears the share that is read, 0 to 1. */
  onProgress?: (share: number) => void;
}

/** What was learned about a text while it was copied. */
export interface SourceFacts {
  /** UTF-8 bytes before normalising. */
  bytes: number;
  /** SHA-256 of those bytes. */
  sha256: string;
  /** SHA-256 of the normalised copy. */
  copySha256: string;
  /** Code points after normalising. */
  characters: number;
  /** One sentence for each change that normalising made. */
  warnings: string[];
}

/**
 * Copies a source into `target`, normalised, without ever holding all of it, and says what it is. Throws UserError when
 * the source is missing, unreadable, no UTF-8 text or too short, and Cancelled.
 */
export async function copySource(source: Source, target: string, options: ReadOptions): Promise<SourceFacts> {
  const original = createHash('sha256');
  const copied = createHash('sha256');
  const normaliser = new TextNormaliser();
  let bytes = 0;
  let characters = 0;
  const out = await fs.open(target, 'w');
  const write = async (text: string): Promise<void> => {
    characters += countCodePoints(text);
    const encoded = Buffer.from(text, 'utf8');
    copied.update(encoded);
    // Failures to write are about the run folder, failures to read about the source: told apart by who throws.
    await out.writeFile(encoded);
  };
  try {
    for await (const chunk of chunksOf(source, options)) {
      original.update(chunk.bytes);
      bytes += chunk.bytes.length;
      await write(normaliser.push(chunk.text));
    }
    await write(normaliser.end());
    refuseShort(source.label, characters);
    await out.sync();
  } finally {
    await out.close();
  }
  return {
    bytes,
    sha256: original.digest('hex'),
    copySha256: copied.digest('hex'),
    characters,
    warnings: normaliser.warnings,
  };
}

function refuseShort(label: string, characters: number): void {
  if (characters >= MINIMUM_CHARACTERS) return;
  if (characters === 0) {
    throw new UserError(`${label} is empty: at least ${MINIMUM_CHARACTERS} characters are needed to learn from.`);
  }
  throw new UserError(
    `${label} is too short to learn from: it has ${characters} character${characters === 1 ? '' : 's'} and at least ${MINIMUM_CHARACTERS} are needed.`,
  );
}

/** Counts the first `limit` characters of a normalised copy and makes the vocabulary. Throws Cancelled. */
export async function countVocabulary(
  copy: string,
  limit: number,
  tokens: CharacterOptions,
  options: ReadOptions,
): Promise<CharacterTokenizer> {
  const counter = new CharacterCounter();
  let left = limit;
  for await (const { text } of readChunks(copy, copy, options)) {
    const length = countCodePoints(text);
    counter.add(length <= left ? text : firstCodePoints(text, left));
    left -= Math.min(left, length);
    if (left === 0) break;
  }
  return counter.tokenizer(tokens);
}

/** Token ids of a normalised copy of `characters` characters. Throws UserError when the copy has changed, Cancelled. */
export async function encodeCopy(
  copy: string,
  characters: number,
  tokenizer: CharacterTokenizer,
  options: ReadOptions,
): Promise<Int32Array> {
  const ids = allocate(characters);
  let at = 0;
  for await (const { text } of readChunks(copy, copy, options)) {
    const part = tokenizer.encode(text);
    if (at + part.length > characters) at = characters + 1;
    else ids.set(part, at);
    at += part.length;
    if (at > characters) break;
  }
  if (at !== characters) throw new UserError(`${copy} has changed since the run began: train again from the start.`);
  return ids;
}

function allocate(characters: number): Int32Array {
  try {
    return new Int32Array(characters);
  } catch {
    throw new UserError(`The text has ${characters} characters, more than fit in memory: train on a part of it.`);
  }
}

/** A source as normalised token ids, for evaluation. Throws UserError when it is unreadable or has under 2 characters. */
export async function encodeSource(
  source: Source,
  tokenizer: CharacterTokenizer,
  options: ReadOptions,
): Promise<{ ids: Int32Array; unknown: number }> {
  const normaliser = new TextNormaliser();
  const parts: Int32Array[] = [];
  for await (const chunk of chunksOf(source, options)) parts.push(tokenizer.encode(normaliser.push(chunk.text)));
  parts.push(tokenizer.encode(normaliser.end()));
  const ids = allocate(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    ids.set(part, at);
    at += part.length;
  }
  if (ids.length < 2) throw new UserError(`${source.label} is too short to measure: at least 2 characters are needed.`);
  let unknown = 0;
  for (const id of ids) if (id === tokenizer.unknownId) unknown++;
  return { ids, unknown };
}

/** SHA-256 of a file. Throws UserError and Cancelled. */
export async function hashFile(file: string, options: ReadOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of fileBytes(file, file, options)) hash.update(bytes);
  return hash.digest('hex');
}

/** What a file seems to be, from its first 64 KB. Throws UserError when it cannot be read as text. */
export async function detectSource(source: Source): Promise<FormatGuess> {
  for await (const { text } of chunksOf(source, { shouldStop: () => false })) {
    const { reason, recipes } = detectFormat(text.slice(0, 65_536), source.label);
    return { format: 'text', recipe: recipes[0], reason };
  }
  throw new UserError(`${source.label} is empty: at least ${MINIMUM_CHARACTERS} characters are needed to learn from.`);
}

interface Chunk {
  bytes: Uint8Array;
  text: string;
}

function chunksOf(source: Source, options: ReadOptions): AsyncGenerator<Chunk> {
  return source.kind === 'file' ? readChunks(source.path, source.label, options) : cut(source.text, options);
}

/** Text that is already in memory, in chunks that do not end inside a surrogate pair. */
async function* cut(text: string, options: ReadOptions): AsyncGenerator<Chunk> {
  for (let from = 0; from < text.length;) {
    if (options.shouldStop()) throw new Cancelled();
    let to = Math.min(text.length, from + CHUNK);
    if (to < text.length && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to++;
    const part = text.slice(from, to);
    yield { bytes: Buffer.from(part, 'utf8'), text: part };
    from = to;
    options.onProgress?.(from / text.length);
    await yieldToMessages();
  }
}

async function* readChunks(file: string, label: string, options: ReadOptions): AsyncGenerator<Chunk> {
  const reader = new Utf8Reader(label);
  for await (const bytes of fileBytes(file, label, options)) yield { bytes, text: reader.push(bytes) };
  yield { bytes: new Uint8Array(0), text: reader.end() };
}

/** The bytes of a file in chunks; each is only valid until the next. */
async function* fileBytes(file: string, label: string, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const handle = await explained('Cannot read', label, async () => {
    const stat = await fs.stat(file);
    if (stat.isDirectory()) throw new UserError(`${label} is a folder: choose a file.`);
    if (!stat.isFile()) throw new UserError(`${label} is a device or a pipe: save its text to a file and choose that.`);
    return fs.open(file, 'r');
  });
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(CHUNK);
    for (let read = 0; ;) {
      if (options.shouldStop()) throw new Cancelled();
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      read += bytesRead;
      options.onProgress?.(Math.min(1, read / Math.max(1, size)));
      await yieldToMessages();
    }
  } catch (error) {
    throw explain(error, 'Cannot read', label);
  } finally {
    await handle.close();
  }
}

/** The first `count` code points of a text. */
function firstCodePoints(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--)
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
