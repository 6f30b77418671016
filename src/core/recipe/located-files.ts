import type { RecipeInput } from './schema';

/** What stands before the name of a run where a recipe takes its word vectors, or a biLM, from one. */
export const RUN_PREFIX = 'run:';

/**
 * The recipe with the files of word vectors and of a biLM, where it names them, as `locate` finds them: a recipe names
 * them beside itself, and whoever trains may stand elsewhere.
 */
export function withLocatedFiles<R extends RecipeInput>(recipe: R, locate: (file: string) => string): R {
  const { model } = recipe;
  if (!model) return recipe;
  const given = model as { embeddingFile?: string; contextual?: string };
  const located = (['embeddingFile', 'contextual'] as const).flatMap((key) => {
    const file = given[key];
    return file && !file.startsWith(RUN_PREFIX) ? [[key, locate(file)] as const] : [];
  });
  return located.length > 0 ? { ...recipe, model: { ...model, ...Object.fromEntries(located) } } : recipe;
}
