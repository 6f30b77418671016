import path from 'node:path';
import { TokenTable } from '../core/embeddings/token-table';
import { readerFor } from '../core/embeddings/vector-format';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { Random } from '../core/random';
import { hasModel, type Recipe } from '../core/recipe/schema';
import type { Tokenizer } from '../core/text/tokenizer';
import type { TokenVectors } from '../core/training/tasks';
import { LargeFile } from './large-file';
import { locateVectors, readSource } from './vector-sources';

/** Bytes that are read at once. */
const CHUNK = 1 << 20;

interface Wish {
  /** What the vectors are called, for messages. */
  label: string;
  embedding: number;
  seed: number;
  tell: (sentence: string) => void;
}

/**
 * The word vectors that a recipe names, a run's or a file's, to be looked up when its vocabulary is known; undefined when it
 * names none. Throws UserError when there is no such run.
 * @param tell hears how many words have vectors, in a sentence
 */
export async function tokenVectorsOf(
  recipe: Recipe,
  runsFolder: string,
  tell: (sentence: string) => void,
): Promise<TokenVectors | undefined> {
  if (!hasModel(recipe, 'recurrent') && !hasModel(recipe, 'cnn')) return undefined;
  const { embeddingFile, embedding } = recipe.model;
  if (embeddingFile === '') return undefined;
  const source = await locateVectors(embeddingFile, runsFolder);
  const wish = { label: path.basename(embeddingFile), embedding, seed: recipe.seed, tell };
  if ('file' in source) return (tokenizer) => readFile(source.file, tokenizer, wish);
  const vectors = await readSource(source);
  return (tokenizer) => lookUp(vectors, tokenizer, wish);
}

/** Of a file of any size only the vectors of wanted words are kept; yields the share that is read. Throws UserError. */
function* readFile(file: string, tokenizer: Tokenizer, wish: Wish): Generator<number, Float32Array> {
  const table = new TokenTable(tokenizer);
  const handle = new LargeFile(file, wish.label);
  try {
    const bytesAt = (at: number) => handle.read(at, Math.min(CHUNK, handle.size - at)).slice();
    const reader = readerFor(bytesAt(0), { label: wish.label, only: table.wanted });
    for (let at = 0; at < handle.size && !reader.full; at += CHUNK) {
      reader.push(bytesAt(at));
      yield Math.min(1, (at + CHUNK) / handle.size);
    }
    return filled(table, reader.finish(), tokenizer, wish);
  } finally {
    handle.close();
  }
}

function* lookUp(vectors: WordVectors, tokenizer: Tokenizer, wish: Wish): Generator<number, Float32Array> {
  yield 0;
  return filled(new TokenTable(tokenizer), vectors, tokenizer, wish);
}

function filled(table: TokenTable, vectors: WordVectors, { unit }: Tokenizer, wish: Wish): Float32Array {
  const { values, found, unseen, words } = table.fill(vectors, wish.embedding, new Random(wish.seed), wish.label);
  const number = (value: number): string => value.toLocaleString('en-US');
  const share = `${number(found)} of ${number(words)} ${unit === 'word' ? 'words' : 'tokens'} (${Math.floor((100 * found) / words)} %)`;
  wish.tell(`${share} have loaded vectors${unseen > 0 ? `, ${number(unseen)} of them from their n-grams` : ''}.`);
  return values;
}
