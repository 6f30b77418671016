import { isGenerated } from '../core/recipe';
import type { RunRecord } from '../core/runs/record';

/** What losses and speeds of a run are counted in, for people. */
export function unitOf({ recipe }: Pick<RunRecord, 'recipe'>): { one: string; many: string } {
  if (recipe.task === 'series') return { one: 'value', many: 'values' };
  if (isGenerated(recipe.task)) return { one: 'step', many: 'steps' };
  if (recipe.task === 'classification' || recipe.task === 'multi-label') return { one: 'example', many: 'examples' };
  if (recipe.model.kind === 'glove') return { one: 'pair', many: 'pairs' };
  if (recipe.task === 'embeddings' || recipe.task === 'contextual') return { one: 'word', many: 'words' };
  const one = { character: 'character', grapheme: 'grapheme', word: 'word', bpe: 'token' }[recipe.tokens.unit];
  return { one, many: `${one}s` };
}
