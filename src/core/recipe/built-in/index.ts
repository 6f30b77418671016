import { UserError } from '../../errors';
import { likelyNames } from '../keys';
import { classifiers } from './classifiers';
import { contextual } from './contextual';
import { countingTaggers } from './counting-taggers';
import type { BuiltInRecipe } from './define';
import { embeddings } from './embeddings';
import { generated } from './generated';
import { languageModels } from './language-models';
import { otherTasks } from './other-tasks';
import { taggers } from './taggers';

export type { BuiltInRecipe } from './define';

/** The recipes that come with the product; the first is the default. */
export const builtInRecipes: BuiltInRecipe[] = [
  ...languageModels,
  ...classifiers,
  ...otherTasks,
  ...taggers,
  ...countingTaggers,
  ...embeddings,
  ...contextual,
  ...generated,
];

/** A built-in recipe by name. Throws UserError that names the nearest, or where all are listed. */
export function findBuiltIn(name: string): BuiltInRecipe {
  const found = builtInRecipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const names = builtInRecipes.map((recipe) => recipe.name);
  const likely = likelyNames(name, names);
  const advice =
    likely.length === 0 ? `"sequence-lab recipes list" shows all ${names.length}.` : `did you mean ${either(likely)}?`;
  throw new UserError(`There is no built-in recipe ${JSON.stringify(name.slice(0, 40))}: ${advice}`);
}

function either(names: string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter(Boolean).join(' or ');
}
