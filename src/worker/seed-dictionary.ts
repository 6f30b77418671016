import { promises as fs } from 'node:fs';
import path from 'node:path';
import { identicalWords, readDictionary, type Translation } from '../core/embeddings/alignment/dictionary';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { UserError } from '../core/errors';
import { explained } from './files';

/**
 * Pairs of words that an alignment starts from: those of a file, two words a line, source first, or without one the words
 * that both have. Throws UserError when there are none.
 */
export async function seedDictionary(
  source: WordVectors,
  target: WordVectors,
  file: string | undefined,
): Promise<Translation[]> {
  if (file !== undefined) {
    const name = path.basename(file);
    const text = await explained('Cannot read', name, () => fs.readFile(file, 'utf8'));
    return readDictionary(text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/), name);
  }
  const pairs = identicalWords(source, target);
  if (pairs.length > 0) return pairs;
  throw new UserError('The two vocabularies have no word in common: choose a dictionary of two words a line.');
}
