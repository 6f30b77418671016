import { z } from 'zod';
import { evaluation } from './schema/evaluation';
import { model, type ModelKind, type ModelOf } from './schema/model';
import { source } from './schema/source';
import { tokens } from './schema/tokens';
import { training } from './schema/training';

/**
 * The recipe: one document that describes an experiment completely. Types, defaults, limits, the JSON schema for
 * `*.recipe.json` and the flags of the command line are all derived from the schemas here and in `schema/`.
 */

/** What can be learned. */
export const tasks = [
  'language-model',
  'classification',
  'multi-label',
  'label-to-sequence',
  'series',
  'tagging',
  'embeddings',
  'contextual',
  'adding-problem',
  'copy-memory',
] as const;
export type TaskName = (typeof tasks)[number];

/** Schema of a recipe document. Unknown keys are errors; every missing key has a default. */
export const recipeSchema = z.strictObject({
  $schema: z.string().optional().describe('Where an editor finds the JSON schema; ignored.'),
  name: z.string().min(1).max(100).default('custom').describe('Name shown in lists and charts.'),
  description: z.string().max(500).default('').describe('One sentence for people.'),
  task: z
    .enum(tasks)
    .default('language-model')
    .describe(
      'What is learned: the next token, one label or several labels of a text, a text from its label, the next value of a series, a tag for each token, a vector for each word, one for each word in its sentence, or a problem of memory whose data come from the seed.',
    ),
  source: source.prefault({}),
  tokens: tokens.prefault({}),
  model: model.prefault({}),
  training: training.prefault({}),
  evaluation: evaluation.prefault({}),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .default(1)
    .describe('Start of all random choices; the same seed repeats the run.'),
  backend: z
    .enum(['auto', 'kernels', 'tensorflow', 'cpu'])
    .default('auto')
    .describe('Who computes. "auto" takes the fastest that works here.'),
  threads: z.int().min(0).max(64).default(0).describe('Threads that compute; 0 chooses for this machine.'),
});

/** A recipe with every key present. */
export type Recipe = z.output<typeof recipeSchema>;
/** A recipe as written by a person: every key may be missing. */
export type RecipeInput = z.input<typeof recipeSchema>;

/** The same for one kind of model. */
export type RecipeOf<K extends ModelKind> = Omit<Recipe, 'model'> & { model: ModelOf<K> };

/** Whether a recipe's model is of this kind. */
export function hasModel<K extends ModelKind>(recipe: Recipe, kind: K): recipe is RecipeOf<K> & Recipe {
  return recipe.model.kind === kind;
}

/** The budget that ends a run when a recipe names none, in minutes. */
export const DEFAULT_MINUTES = 3;
