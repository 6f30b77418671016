import { promises as fs } from 'node:fs';
import { Cancelled, UserError } from '../core/errors';
import { Utf8Reader } from '../core/text/utf8';
import type { Source } from '../protocol/worker';
import { yieldToMessages } from './control';
import { explain, explained } from './files';

/** Bytes read at once; between chunks messages flow. */
const CHUNK = 1 << 18;

export interface ReadOptions {
  /** Looked at between chunks; Cancelled is thrown. */
  shouldStop: () => boolean;
  /** Hears the share that is read, 0 to 1. */
  onProgress?: (share: number) => void;
}

export interface Chunk {
  bytes: Uint8Array;
  text: string;
}

/** The text of a source in chunks that never end inside a surrogate pair. Throws UserError and Cancelled. */
export function chunksOf(source: Source, options: ReadOptions): AsyncGenerator<Chunk> {
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

/** The text of a file in chunks. Throws UserError and Cancelled. */
export async function* readChunks(file: string, label: string, options: ReadOptions): AsyncGenerator<Chunk> {
  const reader = new Utf8Reader(label);
  for await (const bytes of fileBytes(file, label, options)) yield { bytes, text: reader.push(bytes) };
  yield { bytes: new Uint8Array(0), text: reader.end() };
}

/** The bytes of a file in chunks; each is only valid until the next. Throws UserError and Cancelled. */
export async function* fileBytes(file: string, label: string, options: ReadOptions): AsyncGenerator<Uint8Array> {
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
export function firstCodePoints(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--)
    end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
