import { createWriteStream, promises as fs } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { readerFor, writeVectors, type VectorFormat } from '../core/embeddings/vector-format';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { explained } from './files';

/** Bytes that are read at once. */
const CHUNK = 1 << 20;

/**
 * Reads a file of word vectors in any format that is known, told from its first bytes; of a large one only the part that
 * holds the first `limit` words. Throws UserError.
 */
export async function openVectors(file: string, limit?: number): Promise<WordVectors> {
  const label = path.basename(file);
  return explained('Cannot read', label, async () => {
    const handle = await fs.open(file);
    try {
      const buffer = new Uint8Array(CHUNK);
      const read = async () => buffer.subarray(0, (await handle.read(buffer, 0, CHUNK)).bytesRead);
      let bytes = await read();
      const reader = readerFor(bytes, { label, limit });
      while (bytes.length > 0 && !reader.full) {
        reader.push(bytes);
        bytes = await read();
      }
      return reader.finish();
    } finally {
      await handle.close();
    }
  });
}

/** Writes vectors; a file of that name is replaced when all is written, and left alone on failure. Throws UserError. */
export async function saveVectors(vectors: WordVectors, file: string, format: VectorFormat): Promise<void> {
  await saveBlocks(writeVectors(vectors, format), file);
}

/** Writes a file piece by piece, as saveVectors does. Throws UserError. */
export async function saveBlocks(blocks: Iterable<Uint8Array>, file: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await explained('Cannot write', path.basename(file), async () => {
    try {
      const stream = createWriteStream(temporary);
      await once(stream, 'open');
      for (const bytes of blocks) if (!stream.write(bytes)) await once(stream, 'drain');
      stream.end();
      await finished(stream);
      await fs.rename(temporary, file);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
  });
}
