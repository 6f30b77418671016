import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { UserError } from '../core/errors';
import { detectFormat } from '../core/text/detect';
import { TextNormaliser } from '../core/text/normalise';
import { countCodePoints } from '../core/text/split';
import type { FormatGuess, Source } from '../protocol/worker';
import { chunksOf, fileBytes, type Chunk, type ReadOptions } from './text-reader';

/** Fewer characters than this cannot be learned from: not enough for one held-out evaluation and one training step. */
export const MINIMUM_CHARACTERS = 100;

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
 * the source is missing, unreadable, no UTF-8 text or shorter than `least` characters, and Cancelled.
 */
export function copySource(
  source: Source,
  target: string,
  options: ReadOptions,
  least = MINIMUM_CHARACTERS,
): Promise<SourceFacts> {
  return copyChunks(chunksOf(source, options), source.label, target, least);
}

/** The same for text that comes in chunks, under the name `label`. */
export async function copyChunks(
  chunks: AsyncIterable<Chunk>,
  label: string,
  target: string,
  least: number,
): Promise<SourceFacts> {
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
    for await (const chunk of chunks) {
      original.update(chunk.bytes);
      bytes += chunk.bytes.length;
      await write(normaliser.push(chunk.text));
    }
    await write(normaliser.end());
    refuseShort(label, characters, least);
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

function refuseShort(label: string, characters: number, least: number): void {
  if (characters >= least) return;
  if (characters === 0) {
    throw new UserError(`${label} is empty: at least ${MINIMUM_CHARACTERS} characters are needed to learn from.`);
  }
  throw new UserError(
    `${label} is too short to learn from: it has ${characters} character${characters === 1 ? '' : 's'} and at least ${least} are needed.`,
  );
}

/** A whole source, normalised. Throws UserError when it is unreadable or has more than `limit` bytes, and Cancelled. */
export async function readWhole(source: Source, limit: number, options: ReadOptions): Promise<string> {
  const normaliser = new TextNormaliser();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(source, options)) {
    bytes += chunk.bytes.length;
    if (bytes > limit) {
      throw new UserError(
        `${source.label} has more than the ${Math.round(limit / 1e6)} MB of examples that are held in memory: train on a part of it.`,
      );
    }
    parts.push(normaliser.push(chunk.text));
  }
  parts.push(normaliser.end());
  return parts.join('');
}

/** SHA-256 of a file. Throws UserError and Cancelled. */
export async function hashFile(file: string, options: ReadOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of fileBytes(file, file, options)) hash.update(bytes);
  return hash.digest('hex');
}

/** Characters of a normalised text. Throws UserError and Cancelled. */
export async function countCharacters(source: Source, options: ReadOptions): Promise<number> {
  let characters = 0;
  for await (const { text } of chunksOf(source, options)) characters += countCodePoints(text);
  return characters;
}

/** What a file seems to be, from its first 64 KB. Throws UserError when it cannot be read as text. */
export async function detectSource(source: Source): Promise<FormatGuess> {
  for await (const { text } of chunksOf(source, { shouldStop: () => false })) {
    const { format, reason, recipes } = detectFormat(text.slice(0, 65_536), source.label);
    return { format, reason, recipe: recipes[0], recipes };
  }
  throw new UserError(`${source.label} is empty: at least ${MINIMUM_CHARACTERS} characters are needed to learn from.`);
}
