import { DEFAULT_MINUTES, type Recipe } from './schema';

/** What ends a run: of the keys that are there, the first to be reached. At least one is there. */
export interface Budget {
  minutes?: number;
  steps?: number;
  epochs?: number;
}

/** The budget of a recipe: its minutes, steps and epochs, or 3 minutes when it names none of them. */
export function resolveBudget(recipe: Pick<Recipe, 'training'>): Budget {
  const { minutes, steps, epochs } = recipe.training;
  const budget: Budget = {};
  if (minutes !== undefined) budget.minutes = minutes;
  if (steps !== undefined) budget.steps = steps;
  if (epochs !== undefined) budget.epochs = epochs;
  return Object.keys(budget).length > 0 ? budget : { minutes: DEFAULT_MINUTES };
}
