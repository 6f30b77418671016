import { UserError } from '../core/errors';
import type { Recipe } from '../core/recipe/schema';
import type { Examples } from '../core/text/examples';
import { readExamples } from '../core/text/read-examples';
import type { Source } from '../protocol/worker';
import { detectSource, readWhole } from './source';
import { inSlices } from './running-text';
import type { ReadOptions } from './text-reader';

/** Examples are held in memory; a larger file is refused. */
const LARGEST_EXAMPLES = 400_000_000;

/** How a file is read, and why. */
export interface ResolvedFormat {
  format: string;
  /** One sentence for people. */
  reason: string;
}

/** The format that the recipe names or, for "auto", that the file seems to have; a language model reads any text. */
export async function resolveFormat({ source: { format }, task }: Recipe, source: Source): Promise<ResolvedFormat> {
  if (format !== 'auto') return { format, reason: `The recipe says that ${source.label} is of the format ${format}.` };
  if (task === 'language-model') return { format: 'text', reason: `${source.label} is read as running text.` };
  const { format: found, reason } = await detectSource(source);
  return { format: found, reason };
}

/** Reads examples out of a source. Throws UserError when they are not as the format wants them, and Cancelled. */
export async function readExampleFile(
  source: Source,
  recipe: Recipe,
  format: string,
  options: ReadOptions,
): Promise<Examples> {
  const text = await readWhole(source, LARGEST_EXAMPLES, options);
  if (text === '') throw new UserError(`${source.label} is empty: add examples to learn from.`);
  const described = { ...recipe.source, format: format as Recipe['source']['format'] };
  return inSlices(readExamples(text, described, recipe.task, source.label), options);
}
