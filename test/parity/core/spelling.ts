import { recipeSchema } from '../../../src/core/recipe/schema';
import type { Tokenizer } from '../../../src/core/text/tokenizer';
import { trainTokenizer } from '../../../src/core/text/train-tokenizer';

/** Three labels, each with a text of its own, eight times. */
export function spelling(): { tokenizer: Tokenizer; ids: Int32Array[]; labels: number[] } {
  const texts = ['abc', 'cab', 'bbbb'];
  const trainer = trainTokenizer(recipeSchema.parse({}).tokens, 'examples');
  for (const text of texts) {
    trainer.push(text);
    trainer.separate();
  }
  const slices = trainer.finishInSlices();
  let slice = slices.next();
  while (!slice.done) slice = slices.next();
  const tokenizer = slice.value;
  const numbers = Array.from({ length: 24 }, (_, n) => n % 3);
  return { tokenizer, labels: numbers, ids: numbers.map((n) => Int32Array.of(2, ...tokenizer.encode(texts[n]), 3)) };
}
