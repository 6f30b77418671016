import { describe, expect, it } from 'vitest';
import { builtInRecipes, parseRecipe } from '../../../src/core/recipe';
import { orderChoices } from '../../../src/editor/train/recipe-order';
import type { RecipeChoice } from '../../../src/editor/train/recipes';

const offered = ['character-lstm', 'character-lstm-deep', 'character-gru'];
const builtIn: RecipeChoice[] = builtInRecipes
  .filter(({ name }) => offered.includes(name))
  .map(({ name, description, recipe }) => ({ id: name, name, description, recipe: parseRecipe(recipe, name) }));
const own: RecipeChoice = {
  id: 'own.recipe.json',
  name: 'own',
  description: '',
  uri: {} as never,
  recipe: parseRecipe({}, 'own'),
};
const broken: RecipeChoice = { id: 'bad.recipe.json', name: 'bad', description: '', fault: 'it is broken' };
const guess = { format: 'text', recipe: 'character-gru', reason: 'it looks like it' } as const;
const ids = (choices: RecipeChoice[]) => choices.map((choice) => choice.id);

describe('orderChoices', () => {
  it('begins with what fits the text, and says why', () => {
    const ordered = orderChoices([broken, ...builtIn, own], { guess });
    expect(ids(ordered)).toEqual(['character-gru', 'character-lstm', 'character-lstm-deep', own.id, broken.id]);
    expect(ordered[0].reason).toBe(guess.reason);
    expect(ordered.slice(1).every((choice) => choice.reason === undefined)).toBe(true);
  });

  it('shows all built-in recipes that fit before the others', () => {
    const tables = {
      format: 'label-text',
      recipe: 'naive-bayes',
      recipes: ['naive-bayes', 'cnn-classifier'],
      reason: 'x',
    };
    const all = builtInRecipes.map(({ name, description, recipe }) => ({
      ...{ id: name, name, description, recipe: parseRecipe(recipe, name) },
    }));
    const ordered = orderChoices(all, { guess: tables });
    expect(ids(ordered).slice(0, 3)).toEqual(['naive-bayes', 'cnn-classifier', 'character-lstm']);
    expect(ordered.slice(0, 3).map(({ group }) => group)).toEqual(['first', 'fits', 'builtIn']);
    expect(ordered).toHaveLength(all.length);
  });

  it('puts recipes beside the file first when their task fits, the likeliest task before others', () => {
    const uri = {} as never;
    const recipe = (task: 'classification' | 'label-to-sequence' | 'series') => parseRecipe({ task }, '');
    const file = (id: string, task: Parameters<typeof recipe>[0]): RecipeChoice => ({
      ...{ id, name: id, description: '', uri, recipe: recipe(task) },
    });
    const files = [file('a', 'label-to-sequence'), file('b', 'classification'), file('c', 'series')];
    const fits = ['recurrent-classifier', 'label-to-sequence'];
    const all = builtInRecipes.map(({ name, description, recipe: input }) => ({
      ...{ id: name, name, description, recipe: parseRecipe(input, name) },
    }));
    const ordered = orderChoices([...all, ...files], {
      guess: { format: 'label-text', recipe: fits[0], recipes: fits, reason: 'it has labels' },
      beside: { ids: ['a', 'b', 'c'], reason: 'beside' },
    });
    expect(ids(ordered).slice(0, 4)).toEqual(['b', 'a', 'recurrent-classifier', 'label-to-sequence']);
    expect(ordered.slice(0, 3).map(({ reason }) => reason)).toEqual(['beside', 'beside', 'it has labels']);
    expect(ordered.find(({ id }) => id === 'c')?.group).toBe('workspace');
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
