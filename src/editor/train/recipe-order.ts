import type { FormatGuess } from '../../protocol/worker';
import type { RecipeChoice } from './recipes';

/** A choice in its place in the list. */
export interface OrderedChoice extends RecipeChoice {
  /** Why it comes first. */
  reason?: string;
}

/** Who decides what comes first. */
export interface Preferences {
  /** The recipe that a person has asked for by opening it or in the settings, and the sentence that says so. */
  preferred?: { id: string; reason: string };
  /** What fits the text. */
  guess?: FormatGuess;
}

/**
 * The recipes in the order of the pick: the preferred one, or else the one that fits the text, then the other built-in
 * ones, then the workspace's own, and broken ones at the end.
 */
export function orderChoices(choices: RecipeChoice[], { preferred, guess }: Preferences): OrderedChoice[] {
  const good = choices.filter((choice) => choice.recipe);
  const broken = choices.filter((choice) => !choice.recipe);
  const wanted = preferred && good.find((choice) => choice.id === preferred.id);
  const first = wanted ?? good.find((choice) => choice.id === guess?.recipe);
  const reason = wanted ? preferred?.reason : guess?.reason;
  const rest = good.filter((choice) => choice !== first);
  return [...(first ? [{ ...first, reason }] : []), ...rest, ...broken];
}
