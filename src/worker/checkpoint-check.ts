import { UserError } from '../core/errors';
import type { Recipe } from '../core/recipe/schema';
import type { NamedTensor } from '../core/runs/safetensors';

/** Rows of the stacked gates, by cell, as multiples of the hidden size. */
const GATES: Record<Recipe['model']['cell'], number> = { lstm: 4, gru: 3, rnn: 1 };

/**
 * Checks that a recipe's model is as large as the weights of a checkpoint before any memory is taken for it: a recipe
 * from a hostile folder may ask for gigabytes that its own checkpoint does not fill. Throws UserError.
 */
export function refuseMismatch(recipe: Recipe, vocabulary: number, tensors: Map<string, NamedTensor>): void {
  let held = 0;
  for (const [name, { data }] of tensors) if (/^(embedding|rnn|output)\./.test(name)) held += data.length;
  const wanted = weightCount(recipe.model, vocabulary);
  if (held === wanted) return;
  throw new UserError(
    `The checkpoint holds ${held.toLocaleString('en-US')} weights and the recipe's model has ${wanted.toLocaleString('en-US')}: the run is damaged, choose another one.`,
  );
}

/** Trainable numbers of a recipe's model. */
export function weightCount({ cell, embedding, hidden, layers }: Recipe['model'], vocabulary: number): number {
  let count = vocabulary * embedding + vocabulary * hidden + vocabulary;
  for (let layer = 0; layer < layers; layer++) {
    const inputs = layer === 0 ? embedding : hidden;
    count += GATES[cell] * hidden * (inputs + hidden + 2);
  }
  return count;
}
