import { UserError } from '../core/errors';
import { parameterCount } from '../core/recipe';
import { hasModel, type Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';

/**
 * Checks that a recipe's model is as large as the weights of a checkpoint before any memory is taken for it: a recipe
 * from a hostile folder may ask for gigabytes that its own checkpoint does not fill. Throws UserError.
 */
export function refuseMismatch(recipe: Recipe, vocabulary: number, tensors: Map<string, NamedTensor>): void {
  if (!hasModel(recipe, 'recurrent')) return;
  let held = 0;
  for (const [name, { data }] of tensors) if (!/^(optimizer|state)\./.test(name)) held += data.length;
  const wanted = parameterCount(recipe.model, vocabulary);
  if (held === wanted) return;
  throw new UserError(
    `The checkpoint holds ${held.toLocaleString('en-US')} weights and the recipe's model has ${wanted.toLocaleString('en-US')}: the run is damaged, choose another one.`,
  );
}
