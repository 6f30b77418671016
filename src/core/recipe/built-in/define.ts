import type { RecipeInput } from '../schema';

export interface BuiltInRecipe {
  name: string;
  /** One sentence for people. */
  description: string;
  recipe: RecipeInput;
}

/** A built-in recipe; keys that are not in `rest` have the schema's defaults. */
export function define(name: string, description: string, rest: RecipeInput): BuiltInRecipe {
  return { name, description, recipe: { name, description, ...rest } };
}
