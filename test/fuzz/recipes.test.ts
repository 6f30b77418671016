import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findBuiltIn,
  parseRecipe,
  parseRecipeText,
  resolveBudget,
  setByAssignment,
  setByPath,
} from '../../src/core/recipe';
import { recipeKeys } from '../../src/core/recipe/keys';
import { resultOrSentence } from './outcome';

const paths = recipeKeys().map(({ path }) => path);
const value = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('lstm', 'cosine', 'auto', 1e300, -0),
  fc.anything(),
);

/** Documents that look like recipes: known and unknown keys, values of any kind. */
const document = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...paths), fc.string({ unit: 'binary' })), value), { maxLength: 5 })
  .map((entries) => {
    const root: Record<string, unknown> = {};
    for (const [path, leaf] of entries) {
      const [group, name] = path.split('.');
      if (name === undefined) root[group] = leaf;
      else root[group] = { ...(root[group] as object | undefined), [name]: leaf };
    }
    return root;
  });

describe('random recipes', () => {
  it('are complete or refused', () => {
    fc.assert(
      fc.property(fc.oneof(document, fc.anything()), (input) => {
        const recipe = resultOrSentence(() => parseRecipe(input, 'my.recipe.json'));
        if (recipe === undefined) return;
        expect(parseRecipe(recipe, '')).toEqual(recipe);
        expect(Object.keys(resolveBudget(recipe)).length).toBeGreaterThan(0);
        expect(recipe.training.batch).toBeLessThanOrEqual(4096);
      }),
      { numRuns: 5000 },
    );
  });

  it('as text', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'{}[]":,0aeE-. \n') }));
    fc.assert(
      fc.property(text, (json) => void resultOrSentence(() => parseRecipeText(json, 'my.recipe.json'))),
      { numRuns: 3000 },
    );
  });

  it('as settings of the command line', () => {
    const key = fc.oneof(
      fc.constantFrom(...paths, '__proto__', 'constructor.prototype.x', 'training.', '.'),
      fc.string({ unit: 'binary' }),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double().map(String),
      fc.integer().map(String),
      fc.constantFrom('true', 'lstm', 'NaN', '1e400', '-0'),
    );
    fc.assert(
      fc.property(key, text, (path, setting) => {
        const input = resultOrSentence(() => setByPath({ training: { steps: 1 } }, path, setting));
        if (input !== undefined) resultOrSentence(() => parseRecipe(input, ''));
        resultOrSentence(() => setByAssignment({}, `${path}${setting}`));
        resultOrSentence(() => findBuiltIn(setting));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 5000 },
    );
  });
});
