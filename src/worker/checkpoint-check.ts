import { UserError } from '../core/errors';
import { estimateMemory } from '../core/recipe';
import { hasModel, type Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';
import type { TaskAssets } from '../core/training/tasks';

/** Of models other than language models the number of weights is an estimate: it may be off by so much. */
const FACTOR = 2;
const SLACK = 100_000;

/**
 * Checks that a recipe's model is about as large as the weights of a checkpoint before any memory is taken for it: a
 * recipe from a hostile folder may ask for gigabytes that its own checkpoint does not fill. Names and shapes are
 * compared one by one when the weights are loaded. Throws UserError.
 */
export function refuseMismatch(
  recipe: Recipe,
  { tokenizer, taggerVocabulary, labels, columns, contextual }: TaskAssets,
  tensors: Map<string, NamedTensor>,
): void {
  let held = 0;
  for (const [name, { data }] of tensors) if (!/^(optimizer|state)\./.test(name)) held += data.length;
  const outputs = labels?.length ?? columns?.length;
  const read = contextual && estimateMemory({ ...recipe, task: 'contextual', model: contextual.model }, 0).parameters;
  const own = estimateMemory(recipe, tokenizer?.size ?? taggerVocabulary?.wordCount ?? 0, { outputs }).parameters;
  const wanted = own + (read ?? 0);
  const isExact = recipe.task === 'language-model' && !hasModel(recipe, 'ngram');
  if (isExact ? wanted === held : wanted <= FACTOR * held + SLACK) return;
  throw new UserError(
    `The checkpoint holds ${held.toLocaleString('en-US')} weights and the recipe's model has ${wanted.toLocaleString('en-US')}: the run is damaged, choose another one.`,
  );
}
