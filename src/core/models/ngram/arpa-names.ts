import type { Tokenizer } from '../../text/tokenizer';

/**
 * What an ARPA file calls a tokenizer's tokens, before escapes: their text. Pieces of words, whose text may be a part of a
 * character, have their names in tokenizer.json instead, which are all different.
 */
export function arpaNames(tokenizer: Tokenizer): (id: number) => string {
  if (tokenizer.unit !== 'bpe') return (id) => tokenizer.token(id);
  const { model } = tokenizer.toJSON() as { model: { vocab: Record<string, number> } };
  const names: string[] = [];
  for (const [name, id] of Object.entries(model.vocab)) names[id] = name;
  return (id) => names[id];
}
