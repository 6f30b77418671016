import type { SpillFile, SpillStore } from '../core/embeddings/counts/spill';
import { WordCounter } from '../core/embeddings/word-counter';
import { planFor } from '../core/embeddings/text-size';
import type { WordIds, WordText } from '../core/embeddings/word-ids';
import { UserError } from '../core/errors';
import type { Recipe } from '../core/recipe/schema';
import { TextNormaliser } from '../core/text/normalise';
import { countCodePoints } from '../core/text/split';
import type { RunFolder } from './run-folder';
import { TemporaryFiles } from './spill-file';
import type { Chunk } from './text-reader';

/** Fewer words with a vector than this make no vectors; with fewer than the second a person is told that they are rough. */
const LEAST = 1000;
const ENOUGH = 50_000;

/** Ids in a file, 4 bytes each. */
class IdFile implements WordIds {
  length = 0;
  /** Place in the vocabulary of each id of the text; set when all are known. */
  places: Int32Array = new Int32Array(0);

  constructor(private readonly file: SpillFile) {}

  append(ids: Int32Array): void {
    this.file.append(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));
    this.length += ids.length;
  }

  read(from: number, count: number): Int32Array {
    const ids = new Int32Array(Math.max(0, Math.min(count, this.length - from)));
    this.file.read(from * 4, new Uint8Array(ids.buffer));
    for (let i = 0; i < ids.length; i++) if (ids[i] >= 0) ids[i] = this.places[ids[i]];
    return ids;
  }
}

/** A text of any size, ready for its words to be learned. */
export interface ReadWords extends WordText {
  /** Characters of the text, words in it, and those that have a vector. */
  characters: number;
  total: number;
  known: number;
  warnings: string[];
  /** Temporary files for what is counted; `close` removes them too. */
  store: SpillStore;
  close(): void;
}

/**
 * Reads a text once: counts its words and writes their ids into the run folder, from which every pass reads them, so that
 * memory grows with the vocabulary and not with the text. Throws UserError when the text is too small, and what `chunks`
 * throws.
 */
export async function readWords(
  chunks: AsyncIterable<Chunk>,
  label: string,
  { tokens }: Pick<Recipe, 'tokens'>,
  folder: RunFolder,
): Promise<ReadWords> {
  const files = new TemporaryFiles(folder);
  try {
    const text = await countWords(chunks, label, tokens, new IdFile(files.make()));
    return {
      ...text,
      warnings: warningsFor(label, text.known),
      store: () => files.make(),
      close: () => files.close(),
    };
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Nothing of it but the result is held on to: the words that are too rare for a vector can go. */
async function countWords(
  chunks: AsyncIterable<Chunk>,
  label: string,
  tokens: Recipe['tokens'],
  ids: IdFile,
): Promise<WordText & Pick<ReadWords, 'characters' | 'total' | 'known'>> {
  const counter = new WordCounter(tokens.lowercase ? 'words' : 'whitespace');
  const normaliser = new TextNormaliser();
  let characters = 0;
  const add = (text: string) => {
    characters += countCodePoints(text);
    ids.append(counter.push(text));
  };
  for await (const { text } of chunks) add(normaliser.push(text));
  add(normaliser.end());
  ids.append(counter.end());
  const { total } = counter;
  const least = tokens.minCount || planFor(total).minCount;
  const { words, counts, places } = counter.vocabulary(least, tokens.maxVocabulary);
  ids.places = places;
  const known = counts.reduce((sum, count) => sum + count, 0);
  refuseSmall(label, known, least);
  return { words, counts, ids, characters, total, known };
}

function refuseSmall(label: string, known: number, minCount: number): void {
  if (known >= LEAST) return;
  throw new UserError(
    `${label} has ${number(known)} words that occur at least ${minCount} times, and ${number(LEAST)} are needed to learn vectors from: ${number(LEAST - known)} are missing; choose a longer text or a smaller tokens.minCount.`,
  );
}

function warningsFor(label: string, known: number): string[] {
  if (known >= ENOUGH) return [];
  return [
    `${label} has ${number(known)} words to learn from: neighbours are rough below some ${number(ENOUGH)}, so ${number(ENOUGH - known)} more would help.`,
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
