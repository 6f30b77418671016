import type { RecipeInput } from './schema';

/**
 * The recipe with the file of word vectors, where it names one, as `locate` finds it: a recipe names it beside itself, and
 * whoever trains may stand elsewhere.
 */
export function withEmbeddingFile<R extends RecipeInput>(recipe: R, locate: (file: string) => string): R {
  const { model } = recipe;
  if (!model || !('embeddingFile' in model) || !model.embeddingFile) return recipe;
  return { ...recipe, model: { ...model, embeddingFile: locate(model.embeddingFile) } };
}
