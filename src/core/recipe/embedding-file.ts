import type { RecipeInput } from './schema';

/** What stands before the name of a run where a recipe takes its word vectors from one. */
export const RUN_PREFIX = 'run:';

/**
 * The recipe with the file of word vectors, where it names one, as `locate` finds it: a recipe names it beside itself, and
 * whoever trains may stand elsewhere.
 */
export function withEmbeddingFile<R extends RecipeInput>(recipe: R, locate: (file: string) => string): R {
  const { model } = recipe;
  if (!model || !('embeddingFile' in model) || !model.embeddingFile) return recipe;
  if (model.embeddingFile.startsWith(RUN_PREFIX)) return recipe;
  return { ...recipe, model: { ...model, embeddingFile: locate(model.embeddingFile) } };
}
