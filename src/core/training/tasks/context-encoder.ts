import { UserError } from '../../errors';
import type { ContextualAsset } from '../../models/contextual/contextual-asset';
import type { EncodedSentence } from '../../text/tagged/vocabulary';
import type { Tokenizer } from '../../text/tokenizer';
import { WordLevelTokenizer } from '../../text/word-level-tokenizer';

/**
 * Spells the tokens of texts, at most `maxLength` each, as a biLM reads them: token n of a text is that of its ids. Throws
 * UserError when the tokens are no words.
 */
export function contextEncoder(
  { vocabulary }: ContextualAsset,
  tokenizer: Tokenizer,
  maxLength: number,
): (texts: string[]) => EncodedSentence[] {
  if (!(tokenizer instanceof WordLevelTokenizer) || tokenizer.unit !== 'word') {
    throw new UserError('A biLM reads words: set tokens.unit=word, or leave model.contextual empty.');
  }
  const encode = vocabulary.encoder();
  return (texts) => texts.map((text) => encode(tokenizer.segments(text).slice(0, maxLength)));
}
