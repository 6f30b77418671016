import { UserError } from '../../errors';
import { refuseTooLarge } from '../../recipe/memory';
import { contextualShape, type ContextualAsset } from '../../models/contextual/contextual-asset';
import type { ContextualShape } from '../../models/contextual/contextual-input';
import { hasModel, type Recipe } from '../../recipe/schema';
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
  /** The biLM that the model reads. */
  contextual?: ContextualAsset;
}

export interface DataStatistics {
  /** Characters of all texts, or values of a series. */
  characters: number;
  /** Characters that the held-out tokens stand for, where they are text that is predicted. */
  validationCharacters?: number;
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
  /** Sentences for people. */
  warnings?: string[];
}

/** What loaded vectors are looked up for. */
export type VectorTokens = Pick<Tokenizer, 'size' | 'special' | 'token' | 'unit'>;

/** Reads loaded word vectors for a vocabulary, [V·E]; yields the share that is done. Throws UserError. */
export type TokenVectors = (tokens: VectorTokens) => Generator<number, Float32Array>;

/** A biLM with its weights by name. */
export interface LoadedContext {
  asset: ContextualAsset;
  tensors: Map<string, NamedTensor>;
}

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
  /** The biLM that the recipe names, for a model that begins. */
  contextual?: LoadedContext;
  /** Bytes that a model may take; without it any. */
  memory?: number;
  /** An earlier run whose weights the model starts from. */
  earlier?: { assets: TaskAssets; tensors: Map<string, NamedTensor> };
}

/**
 * Refuses a model that needs more memory than there is, once the data say how large it is. Throws UserError.
 * @param outputs labels that the model gives scores for; left out where it predicts tokens
 */
export function refuseModel(
  input: TaskInput,
  { vocabulary, sequences, outputs }: { vocabulary: number; sequences: { length: number }[]; outputs?: number },
): void {
  const { recipe, memory = Infinity } = input;
  const length = sequences.reduce((longest, each) => Math.max(longest, each.length), 1);
  refuseTooLarge(recipe, vocabulary, memory, {
    ...{ outputs, tokens: countTokens(sequences), length },
    contextual: contextOf(input)?.asset.model,
  });
}

/** Examples of both parts. */
export interface Parts<T> {
  train: T[];
  validation: T[];
}

/**
 * Cuts examples into both parts, or takes the second from a file of its own. Throws UserError when none is left to
 * learn from.
 */
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

/** Bytes of a biLM's states that are kept while a model learns. */
const KEPT_STATES = 512 * 2 ** 20;

/**
 * The biLM that a recipe's model reads: what a new run loaded, or what the run itself, or the one it starts from, keeps.
 * Undefined where the recipe names none. Throws UserError where nothing is known of it.
 * @param keep bytes of its states that are kept
 */
export function contextOf(
  { recipe, assets, contextual, earlier }: Pick<TaskInput, 'recipe' | 'assets' | 'contextual' | 'earlier'>,
  keep = KEPT_STATES,
): ReadContext | undefined {
  if (!hasModel(recipe, 'recurrent') || recipe.model.contextual === '') return undefined;
  const kept = assets?.contextual ?? earlier?.assets.contextual;
  if (contextual && kept && JSON.stringify(kept) !== JSON.stringify(contextual.asset)) {
    throw new UserError(
      `${contextual.asset.name} is another biLM than when the run began: train again from the start.`,
    );
  }
  const asset = contextual?.asset ?? kept;
  if (!asset) {
    throw new UserError(
      earlier
        ? 'The run to start from reads no biLM: leave model.contextual empty, or --from out.'
        : 'The run does not say which biLM it reads: train again from the start.',
    );
  }
  return { asset, tensors: contextual?.tensors, shape: contextualShape(asset, keep) };
}

/** A biLM that a model reads. */
export interface ReadContext {
  asset: ContextualAsset;
  /** Its weights; without them they come from the model's checkpoint. */
  tensors?: Map<string, NamedTensor>;
  shape: ContextualShape;
}
