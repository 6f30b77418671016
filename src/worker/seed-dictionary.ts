import { promises as fs } from 'node:fs';
import path from 'node:path';
import { identicalWords, readDictionary, type Translation } from '../core/embeddings/alignment/dictionary';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { UserError } from '../core/errors';

/**
 * Pairs of words that an alignment starts from: those of a file, two words a line, source first, or without one the words
 * that both have. Throws UserError when there are none.
 */
export async function seedDictionary(
  source: WordVectors,
  target: WordVectors,
  file: string | undefined,
): Promise<Translation[]> {
  if (file !== undefined) return readDictionary((await textOf(file)).split(/\r\n|\r|\n/), path.basename(file));
  const pairs = identicalWords(source, target);
  if (pairs.length > 0) return pairs;
  throw new UserError('The two vocabularies have no word in common: choose a dictionary of two words a line.');
}

async function textOf(file: string): Promise<string> {
  try {
    return (await fs.readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path.basename(file)} cannot be read: ${reason}`);
  }
}
