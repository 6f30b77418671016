import { UserError } from '../../errors';
import type { SentenceTagger } from '../../models/tagger/sentence-tagger';
import type { Recipe } from '../../recipe/schema';
import type { LoadedCheckpoint } from './answering';
import type { PreparedTask, TaskAssets, TaskInput } from './prepared';

/** Tagging of tokens. Throws UserError when the data do not fit. */
export function prepareTagging({ recipe }: TaskInput): Generator<number, PreparedTask> {
  throw new UserError(`${recipe.name} cannot be trained yet.`);
}

/** The tagger of a checkpoint. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function loadTagger(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): SentenceTagger {
  throw new UserError(`${recipe.name} cannot be read yet: ${String(assets.labels)} ${checkpoint.tensors.size}.`);
}
