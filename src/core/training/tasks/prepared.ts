import { UserError } from '../../errors';
import type { Recipe } from '../../recipe/schema';
import type { NamedTensor } from '../../runs/safetensors';
import type { Examples } from '../../text/examples';
import type { TaggerVocabulary } from '../../text/tagged/vocabulary';
import { splitExamples } from '../../text/split-examples';
import { trainTokenizer } from '../../text/train-tokenizer';
import type { Tokenizer } from '../../text/tokenizer';
import type { Prepared } from '../learner';
import type { Scaling } from './scaling';

/** What a task must remember of its data, besides the recipe, to answer or to go on: kept with the run. */
export interface TaskAssets {
  tokenizer?: Tokenizer;
  labels?: string[];
  columns?: string[];
  scaling?: Scaling;
  /** Words and characters of a neural tagger. */
  taggerVocabulary?: TaggerVocabulary;
}

export interface DataStatistics {
  /** Characters of all texts, or values of a series. */
  characters: number;
  examples?: number;
  trainTokens: number;
  validationTokens: number;
  /** Tokens in the vocabulary; 0 where there is none. */
  vocabulary: number;
  /** Share of the held-out tokens that the vocabulary lacks. */
  unknown: number;
}

export interface PreparedTask {
  prepared: Prepared;
  assets: TaskAssets;
  statistics: DataStatistics;
}

/** What loaded vectors are looked up for. */
export type VectorTokens = Pick<Tokenizer, 'size' | 'special' | 'token' | 'unit'>;

/** Reads loaded word vectors for a vocabulary, [V·E]; yields the share that is done. Throws UserError. */
export type TokenVectors = (tokens: VectorTokens) => Generator<number, Float32Array>;

/** What a task is made from. */
export interface TaskInput {
  recipe: Recipe;
  examples: Examples;
  /** Held-out examples from a file of their own, instead of a share. */
  validation: Examples | undefined;
  /** Those of a run that goes on. */
  assets: TaskAssets | undefined;
  /** Vectors that the embedding starts from, where the recipe names a file of them. */
  vectors?: TokenVectors;
  /** An earlier run whose weights the model starts from. */
  earlier?: { assets: TaskAssets; tensors: Map<string, NamedTensor> };
}

/** Examples of both parts. */
export interface Parts<T> {
  train: T[];
  validation: T[];
}

/** Cuts examples into both parts, or takes the second from a file of its own. Throws UserError when none is left to learn from. */
export function partsOf<T>(items: T[], separate: T[] | undefined, { evaluation, seed }: Recipe): Parts<T> {
  if (separate) return { train: items, validation: separate };
  const { train, validation } = splitExamples(items.length, evaluation, seed);
  if (train.length === 0) {
    throw new UserError(`There are only ${items.length} examples: add more, or lower evaluation.heldOut.`);
  }
  const at = (indices: Int32Array) => Array.from(indices, (index) => items[index]);
  return { train: at(train), validation: at(validation) };
}

/** Examples that are encoded before others get their turn. */
const CHUNK = 200;

/** A tokenizer for example texts; yields the share that is done. */
export function* learnTokenizer(texts: string[], recipe: Recipe): Generator<number, Tokenizer> {
  const trainer = trainTokenizer(recipe.tokens, 'examples');
  for (const [index, text] of texts.entries()) {
    trainer.push(text);
    trainer.separate();
    if (index % CHUNK === CHUNK - 1) yield (0.3 * index) / texts.length;
  }
  return yield* trainer.finishInSlices();
}

/** Ids of each text, at most `maxLength` each. */
export function* encodeTexts(
  texts: string[],
  tokenizer: Tokenizer,
  maxLength: number,
): Generator<number, Int32Array[]> {
  const ids: Int32Array[] = [];
  for (const text of texts) {
    ids.push(tokenizer.encode(text).slice(0, maxLength));
    if (ids.length % CHUNK === 0) yield ids.length / texts.length;
  }
  return ids;
}

/** Share of tokens that the vocabulary lacks. */
export function unknownShare(sequences: Int32Array[], { special }: Tokenizer): number {
  let [unknown, all] = [0, 0];
  for (const ids of sequences) {
    all += ids.length;
    for (const id of ids) if (id === special.unknown) unknown++;
  }
  return all === 0 ? 0 : unknown / all;
}

export function countTokens(sequences: { length: number }[]): number {
  return sequences.reduce((sum, { length }) => sum + length, 0);
}
