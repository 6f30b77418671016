import { describe, expect, it } from 'vitest';
import { builtInRecipes, parseRecipe } from '../../../src/core/recipe';
import { orderChoices } from '../../../src/editor/train/recipe-order';
import type { RecipeChoice } from '../../../src/editor/train/recipes';

const builtIn: RecipeChoice[] = builtInRecipes.slice(0, 3).map(({ name, description, recipe }) => ({
  id: name,
  name,
  description,
  recipe: parseRecipe(recipe, name),
}));
const own: RecipeChoice = { id: 'own.recipe.json', name: 'own', description: '', recipe: parseRecipe({}, 'own') };
const broken: RecipeChoice = { id: 'bad.recipe.json', name: 'bad', description: '', fault: 'it is broken' };
const guess = { format: 'text', recipe: 'character-gru', reason: 'it looks like it' } as const;
const ids = (choices: RecipeChoice[]) => choices.map((choice) => choice.id);

describe('orderChoices', () => {
  it('begins with what fits the text, and says why', () => {
    const ordered = orderChoices([broken, ...builtIn, own], { guess });
    expect(ids(ordered)).toEqual(['character-gru', 'character-lstm', 'character-rnn', own.id, broken.id]);
    expect(ordered[0].reason).toBe(guess.reason);
    expect(ordered.slice(1).every((choice) => choice.reason === undefined)).toBe(true);
  });

  it('begins with what the person prefers', () => {
    const preferred = { id: own.id, reason: 'you said so' };
    const ordered = orderChoices([...builtIn, own], { guess, preferred });
    expect(ordered[0]).toMatchObject({ id: own.id, reason: 'you said so' });
    expect(ordered).toHaveLength(4);
  });

  it('never prefers a broken recipe, nor one that is not there', () => {
    for (const id of [broken.id, 'gone']) {
      const ordered = orderChoices([...builtIn, broken], { guess, preferred: { id, reason: 'x' } });
      expect(ordered[0].id).toBe('character-gru');
      expect(ordered.at(-1)?.id).toBe(broken.id);
    }
  });

  it('keeps the order of the built-in ones when nothing is known yet', () => {
    expect(ids(orderChoices(builtIn, {}))).toEqual(ids(builtIn));
  });
});
