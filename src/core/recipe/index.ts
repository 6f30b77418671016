export { resolveBudget, type Budget } from './budget';
export { builtInRecipes, findBuiltIn, type BuiltInRecipe } from './built-in';
export { RUN_PREFIX, withLocatedFiles } from './located-files';
export { recipeDifferences, type RecipeDifference } from './differences';
export { recipeJsonSchema } from './keys';
export { parseRecipe, parseRecipeText, setByAssignment, setByPath } from './parse';
export { DEFAULT_MINUTES, recipeSchema, type Recipe, type RecipeInput } from './schema';
export { isGenerated } from './tasks';
export { estimateMemory, parameterCount, refuseTooLarge, type MemoryEstimate } from './memory';
