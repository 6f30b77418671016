import { UserError } from '../errors';
import type { NextTokenModel } from '../generation/next-token-model';
import { modelFromCheckpoint } from '../models/checkpoint-model';
import { ngramFromCheckpoint } from '../models/ngram/checkpoint';
import type { NgramLanguageModel } from '../models/ngram/model';
import { Random } from '../random';
import { hasModel, type Recipe } from '../recipe/schema';
import type { NamedTensor } from '../runs/safetensors';
import type { Batches } from '../text/batches';
import type { Tokenizer } from '../text/tokenizer';
import { evaluateInSlices } from './evaluation';
import type { Counter, Evaluation, Prepared } from './learner';
import { NgramCounter } from './ngram-counter';
import { enclosed } from './tasks/enclosed-texts';
import { evaluateSentences } from './tasks/sentences';
import { Trainer } from './trainer';

/** More training tokens than this are not counted for a baseline: it must be ready in seconds. */
export const MAX_COUNTED = 5_000_000;

/** Running text as tokens. */
export interface StreamData {
  train: Int32Array;
  /** Fewer than two tokens: nothing is held out. */
  validation: Int32Array;
  tokenizer: Tokenizer;
  /** Steps of a text that is too large for memory; `train` is then a part of it, which baselines count. */
  batches?: Batches;
  /** Loaded word vectors [V·E] that a recurrent model's embedding starts from; becomes the model's. */
  vectors?: Float32Array;
}

/**
 * The language model of a recipe for a running text, and its baselines: n-grams beside a neural model, single tokens
 * beside a model of n-grams. `warnings` holds a sentence for each thing that a person should know.
 * Throws UserError when the recipe's model is none of language, or the text is too short.
 */
export function prepareStream(recipe: Recipe, data: StreamData): Prepared & { warnings: string[] } {
  const { baseline, baselineOrder } = recipe.evaluation;
  if (hasModel(recipe, 'ngram')) {
    const { order, smoothing, k, discount } = recipe.model;
    const model = counter(recipe, data, { order, smoothing, k, discount });
    const baselines = baseline && order > 1 ? [counter(recipe, data, { order: 1, smoothing: 'kneser-ney' })] : [];
    return { model, baselines, warnings: [] };
  }
  if (!hasModel(recipe, 'recurrent') && !hasModel(recipe, 'window')) {
    throw new UserError(`A model of kind "${recipe.model.kind}" writes no text: set task to "classification".`);
  }
  const model = new Trainer(recipe, { ...data, vocabulary: data.tokenizer.size });
  const counted = { ...data, train: data.train.subarray(0, MAX_COUNTED) };
  const baselines = baseline ? [counter(recipe, counted, { order: baselineOrder, smoothing: 'kneser-ney' })] : [];
  return { model, baselines, warnings: baseline ? partWarning(data.train.length) : [] };
}

function partWarning(tokens: number): string[] {
  if (tokens <= MAX_COUNTED) return [];
  const number = (value: number): string => value.toLocaleString('en-US');
  return [`The n-gram baseline counts the first ${number(MAX_COUNTED)} of ${number(tokens)} training tokens.`];
}

type NgramChoice = Pick<Extract<Recipe['model'], { kind: 'ngram' }>, 'order' | 'smoothing'> & {
  k?: number;
  discount?: number;
};

function counter(recipe: Recipe, { train, validation, tokenizer }: StreamData, choice: NgramChoice): Counter {
  const { sampleLength: length, temperature } = recipe.evaluation;
  const forbidden = tokenizer.unknownId === undefined ? [] : [tokenizer.unknownId];
  const random = new Random(recipe.seed);
  const decode = (ids: Int32Array): string => tokenizer.decode(ids);
  return new NgramCounter(
    train,
    validation,
    { ...choice, vocabulary: tokenizer.size },
    { decode, length, temperature, random, forbidden },
  );
}

/** A language model that answers. */
export interface LoadedLanguageModel {
  model: NextTokenModel;
  /** Figures on a running text of two tokens at least, a slice at each `next()`. */
  evaluateInSlices(ids: Int32Array): Generator<unknown, Evaluation>;
  /** The same on texts that stand by themselves, for a model that learned from such. */
  evaluateSentences(texts: Int32Array[]): Generator<unknown, Evaluation>;
  dispose(): void;
}

/** The language model of a checkpoint. Throws UserError when recipe and checkpoint do not fit together. */
export function loadLanguageModel(
  recipe: Recipe,
  tokenizer: Tokenizer,
  { tensors, metadata }: { tensors: Map<string, NamedTensor>; metadata: Record<string, string> },
): LoadedLanguageModel {
  const { size: vocabulary } = tokenizer;
  if (hasModel(recipe, 'ngram')) {
    const model: NgramLanguageModel = ngramFromCheckpoint(tensors, metadata);
    if (model.vocabulary !== vocabulary) {
      throw new UserError('The checkpoint and the tokenizer have different vocabularies: choose another run.');
    }
    return {
      model,
      evaluateInSlices: (ids) => model.evaluateInSlices(ids),
      evaluateSentences: (texts) => model.evaluateInSlices(texts),
      dispose: () => undefined,
    };
  }
  const model = modelFromCheckpoint(recipe, vocabulary, tensors);
  return {
    model,
    evaluateInSlices: (ids) => evaluateInSlices(model, ids),
    evaluateSentences: (texts) =>
      evaluateSentences(
        model,
        texts.map((ids) => enclosed(ids, tokenizer)),
      ),
    dispose: () => model.dispose(),
  };
}
