import { UserError } from '../core/errors';
import type { Examples } from '../core/text/examples';
import type { Recipe } from '../core/recipe/schema';

export function* readExamples(
  text: string,
  source: Recipe['source'],
  task: Recipe['task'],
  label: string,
): Generator<void, Examples> {
  yield;
  void source;
  throw new UserError(`${label} cannot be read for ${task} (${text.length}).`);
}
