import type { Recipe } from '../../src/core/recipe/schema';
import { trainTokenizer } from '../../src/core/text/train-tokenizer';
import type { Tokenizer } from '../../src/core/text/tokenizer';

export const tokenDefaults: Recipe['tokens'] = {
  unit: 'character',
  lowercase: false,
  minCount: 1,
  maxVocabulary: 20_000,
  maxLength: 1000,
};

/** Runs a generator to its end. */
export function finish<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
}

/** The tokenizer of some texts: running text in chunks, or examples. */
export function train(
  options: Partial<Recipe['tokens']>,
  texts: string[],
  kind: 'stream' | 'examples' = 'stream',
): Tokenizer {
  const trainer = trainTokenizer({ ...tokenDefaults, ...options }, kind);
  for (const text of texts) {
    trainer.push(text);
    if (kind === 'examples') trainer.separate();
  }
  return finish(trainer.finishInSlices());
}

/** Text of many scripts, with what segmentation finds difficult. */
export const manyScripts = [
  "Don't stop_it at 3.14, 1,000 or U.S.A.; x.5 5.x a1b2 __init__ _ (well-known) e-mail: a:b.",
  'Größe, naïve café, cafe\u0301 e\u0301\u0301 and   three  spaces \t\ttabs\n\n  indented\r\nline\u2028sep\u00a0nbsp\n',
  '日本語の文章とカタカナ、ｶﾀ 漢字。한국어 텍스트 ไทย русский текст Ελληνικά ΣΑΣ İstanbul',
  '👍🏽👩‍👩‍👧 🇩🇪🇫🇷 ❤️ ©2020 ½ x² №5 ①2 ª a\u200db — “quoted” ‘it’s’ … <unk> <pad> [x]',
  'עברית צה"ל ג\' العربية ١٢٣ हिन्दी 1٫5 \ufeff\u200b end',
];
