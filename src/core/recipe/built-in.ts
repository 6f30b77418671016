import { UserError } from '../errors';
import { nearestName } from './keys';
import type { RecipeInput } from './schema';

export interface BuiltInRecipe {
  name: string;
  /** One sentence for people. */
  description: string;
  recipe: RecipeInput;
}

/** The recipes that come with the product; the first is the default. Keys that are not here have the schema's defaults. */
export const builtInRecipes: BuiltInRecipe[] = [
  define(
    'character-lstm',
    'Learns to write like the text, one character at a time, with an LSTM: the best start for most texts.',
    {
      model: { cell: 'lstm' },
    },
  ),
  define(
    'character-gru',
    'Learns to write like the text, one character at a time, with a GRU: a quarter fewer weights than the LSTM.',
    {
      model: { cell: 'gru' },
      training: { rate: 6e-3 },
    },
  ),
  define(
    'character-rnn',
    'Learns to write like the text, one character at a time, with a plain RNN: to see what gates are good for.',
    {
      model: { cell: 'rnn' },
      // Without gates the gradient grows faster over the steps: smaller steps, clipped earlier, keep it steady.
      training: { rate: 1e-3, clip: 0.5 },
    },
  ),
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

function define(name: string, description: string, rest: RecipeInput): BuiltInRecipe {
  return { name, description, recipe: { name, description, ...rest } };
}
