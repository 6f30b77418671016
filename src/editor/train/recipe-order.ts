import type { FormatGuess } from '../../protocol/worker';
import type { RecipeChoice } from './recipes';

/** Where a choice stands in the list. */
export type ChoiceGroup = 'first' | 'fits' | 'builtIn' | 'workspace' | 'broken';

/** A choice in its place in the list. */
export interface OrderedChoice extends RecipeChoice {
  group: ChoiceGroup;
  /** Why it comes first. */
  reason?: string;
}

/** Who decides what comes first. */
export interface Preferences {
  /** The recipe that a person has asked for by opening it or in the settings, and the sentence that says so. */
  preferred?: { id: string; reason: string };
  /** Recipes that lie beside the text, by id, and the sentence that says so. */
  beside?: { ids: readonly string[]; reason: string };
  /** What fits the text. */
  guess?: FormatGuess;
}

/**
 * The recipes in the order of the pick: the preferred one; those beside the text that learn what can be learned from it;
 * the built-in ones that fit it, the best first; the other built-in ones; the workspace's own; broken ones at the end.
 */
export function orderChoices(choices: RecipeChoice[], { preferred, beside, guess }: Preferences): OrderedChoice[] {
  const good = choices.filter((choice) => choice.recipe);
  const builtIn = good.filter((choice) => !choice.uri);
  const fitting = fittingOf(builtIn, guess);
  const taken = new Set<string>();
  const put = (some: (RecipeChoice | undefined)[], group: ChoiceGroup, reason?: string): OrderedChoice[] =>
    some.flatMap((choice) => {
      if (!choice || taken.has(choice.id)) return [];
      taken.add(choice.id);
      return [{ ...choice, group, reason }];
    });
  return [
    ...put([good.find((choice) => choice.id === preferred?.id)], 'first', preferred?.reason),
    ...put(besideOf(good, fitting, beside?.ids ?? []), 'first', beside?.reason),
    ...put(fitting.slice(0, 1), 'first', guess?.reason),
    ...put(fitting, 'fits'),
    ...put(builtIn, 'builtIn'),
    ...put(good, 'workspace'),
    ...put(choices, 'broken'),
  ];
}

/** The built-in recipes that fit, the best first. */
function fittingOf(builtIn: RecipeChoice[], guess: FormatGuess | undefined): RecipeChoice[] {
  const names = guess?.recipes ?? (guess ? [guess.recipe] : []);
  return names.flatMap((name) => builtIn.find((choice) => choice.id === name) ?? []);
}

/** Recipes beside the text whose task fits it; the task of what fits best comes first. */
function besideOf(good: RecipeChoice[], fitting: RecipeChoice[], ids: readonly string[]): RecipeChoice[] {
  const tasks = fitting.map(({ recipe }) => recipe?.task);
  const rank = ({ recipe }: RecipeChoice) => tasks.indexOf(recipe?.task);
  return good.filter((choice) => ids.includes(choice.id) && rank(choice) >= 0).sort((a, b) => rank(a) - rank(b));
}
