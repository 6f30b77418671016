import { UserError } from '../core/errors';
import { arpaNames } from '../core/models/ngram/arpa-names';
import { toArpa } from '../core/models/ngram/arpa-write';
import { ngramFromCheckpoint } from '../core/models/ngram/checkpoint';
import type { Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';
import type { Tokenizer } from '../core/text/tokenizer';
import { loadLanguageModel, type LoadedLanguageModel } from '../core/training/language-model-task';
import {
  answering as answeringExamples,
  type Answering as AnsweringExamples,
  type TaskAssets,
} from '../core/training/tasks';

/** A model that answers, of any task. */
export type Answering = AnsweringExamples | ({ task: 'next-token'; tokenizer: Tokenizer } & LoadedLanguageModel);

interface LoadedCheckpoint {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** The model of a run, ready to answer. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function answering(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  if (recipe.task !== 'language-model') return answeringExamples(recipe, assets, checkpoint);
  const { tokenizer } = assets;
  if (!tokenizer) throw new UserError('The run has no tokenizer.json: train again from the start.');
  return { task: 'next-token', tokenizer, ...loadLanguageModel(recipe, tokenizer, checkpoint) };
}

/** The n-grams of a checkpoint as an ARPA file, in pieces. Throws UserError. */
export function arpaOf({ tensors, metadata }: LoadedCheckpoint, tokenizer: Tokenizer): Generator<string, void> {
  return toArpa(ngramFromCheckpoint(tensors, metadata), arpaNames(tokenizer), tokenizer.special.unknown);
}
