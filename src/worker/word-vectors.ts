import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { WordVectorReader } from '../core/embeddings/word2vec-text';
import { UserError } from '../core/errors';
import { Random } from '../core/random';
import { hasModel, type Recipe } from '../core/recipe/schema';
import type { TokenVectors, VectorTokens } from '../core/training/tasks';
import { LargeFile } from './large-file';

/** Bytes that are read at once. */
const CHUNK = 1 << 20;
/** Characters of a line: no vector needs more. */
const LONGEST_LINE = 1 << 20;

/**
 * The word vectors that a recipe names, to be read when its vocabulary is known; undefined when it names none.
 * @param tell hears how many words have vectors, in a sentence
 */
export function tokenVectorsOf(recipe: Recipe, tell: (sentence: string) => void): TokenVectors | undefined {
  if (!hasModel(recipe, 'recurrent') && !hasModel(recipe, 'cnn')) return undefined;
  const { embeddingFile, embedding } = recipe.model;
  if (embeddingFile === '') return undefined;
  return (tokenizer) => readVectors(path.resolve(embeddingFile), tokenizer, { ...recipe, embedding, tell });
}

/** The table [V·E]; yields the share that is read. Throws UserError when the file is missing or its vectors do not fit. */
function* readVectors(
  file: string,
  tokenizer: VectorTokens,
  { embedding, seed, tell }: { embedding: number; seed: number; tell: (sentence: string) => void },
): Generator<number, Float32Array> {
  const { words, rowOf, rows } = wordsOf(tokenizer);
  const reader = new WordVectorReader(words, rows, embedding, path.basename(file));
  for (const { lines, share } of linesOf(file)) {
    for (const line of lines) reader.read(line);
    yield share;
  }
  const vectors = reader.finish(new Random(seed));
  tell(coverage(reader.found, words.size, tokenizer.unit));
  const table = new Float32Array(tokenizer.size * embedding);
  rowOf.forEach((row, id) => table.set(vectors.subarray(row * embedding, (row + 1) * embedding), id * embedding));
  return table;
}

/**
 * The words of a vocabulary and the row of each token: a word with the space before it and the same without are one word.
 * Special tokens and white space are no words; each has a row of its own, which no file fills.
 */
function wordsOf(tokenizer: VectorTokens): { words: Map<string, number>; rowOf: Int32Array; rows: number } {
  const special = new Set<number | undefined>(Object.values(tokenizer.special) as (number | undefined)[]);
  const words = new Map<string, number>();
  const rowOf = new Int32Array(tokenizer.size);
  let rows = 0;
  for (let id = 0; id < tokenizer.size; id++) {
    const word = special.has(id) ? '' : tokenizer.token(id).trim();
    rowOf[id] = words.get(word) ?? rows++;
    if (word !== '') words.set(word, rowOf[id]);
  }
  return { words, rowOf, rows };
}

function coverage(found: number, all: number, unit: VectorTokens['unit']): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const things = unit === 'word' ? 'words' : 'tokens';
  return `${number(found)} of ${number(all)} ${things} (${Math.floor((100 * found) / all)} %) have loaded vectors.`;
}

/** A file's lines, some at a time. Throws UserError when it cannot be read or has no lines. */
function* linesOf(path: string): Generator<{ lines: string[]; share: number }> {
  const file = new LargeFile(path, path);
  try {
    // What is no UTF-8 spoils its own word only: published files have some.
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let at = 0; at < file.size; at += CHUNK) {
      const lines = (rest + decoder.write(Buffer.from(file.read(at, Math.min(CHUNK, file.size - at))))).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) {
        throw new UserError(`${path} has no lines: choose a file of word vectors in word2vec's text format.`);
      }
      yield { lines, share: Math.min(1, (at + CHUNK) / file.size) };
    }
    yield { lines: [rest + decoder.end()], share: 1 };
  } finally {
    file.close();
  }
}
