import { UserError } from '../../errors';
import { nearestName } from '../keys';
import { classifiers } from './classifiers';
import type { BuiltInRecipe } from './define';
import { embeddings } from './embeddings';
import { generated } from './generated';
import { languageModels } from './language-models';
import { otherTasks } from './other-tasks';

export type { BuiltInRecipe } from './define';

/** The recipes that come with the product; the first is the default. */
export const builtInRecipes: BuiltInRecipe[] = [
  ...languageModels,
  ...classifiers,
  ...otherTasks,
  ...embeddings,
  ...generated,
];

/** A built-in recipe by name. Throws UserError that names the nearest, or all. */
export function findBuiltIn(name: string): BuiltInRecipe {
  const found = builtInRecipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const names = builtInRecipes.map((recipe) => recipe.name);
  const nearest = nearestName(name, names);
  const advice = nearest === undefined ? `there are ${names.join(', ')}.` : `did you mean ${nearest}?`;
  throw new UserError(`There is no built-in recipe ${JSON.stringify(name.slice(0, 40))}: ${advice}`);
}
