import { UserError } from '../core/errors';
import type { NextTokenModel } from '../core/generation/next-token-model';
import { toArpa } from '../core/models/ngram/arpa-write';
import { ngramFromCheckpoint } from '../core/models/ngram/checkpoint';
import type { Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';
import type { Examples } from '../core/text/examples';
import type { Tokenizer } from '../core/text/tokenizer';
import { loadLanguageModel, type LoadedLanguageModel } from '../core/training/language-model-task';
import type { Evaluation, Prepared } from '../core/training/learner';

export interface TaskAssets {
  tokenizer?: Tokenizer;
  labels?: string[];
  columns?: string[];
  scaling?: { mean: number[]; deviation: number[] };
}

export type Answering = (
  | ({ task: 'next-token'; tokenizer: Tokenizer } & LoadedLanguageModel)
  | {
      task: 'classify';
      labels: string[];
      multiple: boolean;
      predictTexts(texts: string[]): ArrayLike<number>[];
      predictFrames(sequences: Float64Array[][]): ArrayLike<number>[];
    }
  | { task: 'label-to-sequence'; of(label: number): NextTokenModel; labels: string[]; tokenizer: Tokenizer }
  | { task: 'series'; columns: string[]; forecast(history: Float64Array[], steps: number): Float64Array[] }
) & { dispose(): void };

interface LoadedCheckpoint {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** The model of a run, ready to answer. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function answering(recipe: Recipe, { tokenizer }: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  if (recipe.task !== 'language-model' || !tokenizer) throw new UserError('not yet');
  return { task: 'next-token', tokenizer, ...loadLanguageModel(recipe, tokenizer.size, checkpoint) };
}

/** The n-grams of a checkpoint as an ARPA file, in pieces. Throws UserError. */
export function arpaOf({ tensors, metadata }: LoadedCheckpoint, tokenizer: Tokenizer): Generator<string, void> {
  return toArpa(ngramFromCheckpoint(tensors, metadata), (id) => tokenizer.token(id), tokenizer.special.unknown);
}

export interface DataStatistics {
  characters: number;
  examples?: number;
  trainTokens: number;
  validationTokens: number;
  vocabulary: number;
  unknown: number;
}

export function* prepareExamples(input: {
  recipe: Recipe;
  examples: Examples;
  validation: Examples | undefined;
  assets: TaskAssets | undefined;
}): Generator<number, { prepared: Prepared; assets: TaskAssets; statistics: DataStatistics }> {
  yield 0;
  throw new UserError(`${input.recipe.task} not yet`);
}

export function* evaluateAnswers(
  model: Answering,
  examples: Examples,
  options: { maxLength: number; scaling?: { mean: number[]; deviation: number[] } },
): Generator<void, Evaluation> {
  yield;
  throw new UserError(`${model.task} ${examples.kind} ${options.maxLength} not yet`);
}
