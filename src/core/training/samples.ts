import { sampleTokens } from '../generation/sample';
import type { NextTokenModel } from '../generation/next-token-model';
import { Random } from '../random';
import type { Recipe } from '../recipe/schema';
import type { Tokenizer } from '../text/tokenizer';

/**
 * Writes on from a line end, or from the text's first token, a piece of text at each `next()`: as many tokens as
 * `evaluation.sampleLength` says, at `evaluation.temperature`. The random state is its own, another one at each step.
 *
 * @param ids the text
 */
export function* sampleText(
  model: NextTokenModel,
  tokenizer: Pick<Tokenizer, 'encode' | 'decode' | 'unknownId'>,
  ids: Int32Array,
  { evaluation, seed }: Recipe,
  step: number,
): Generator<string, void> {
  const { sampleLength: length, temperature } = evaluation;
  if (length === 0) return;
  const newline = tokenizer.encode('\n');
  const prompt = newline.includes(tokenizer.unknownId ?? -1) ? ids.slice(0, 1) : newline;
  const forbidden = tokenizer.unknownId === undefined ? [] : [tokenizer.unknownId];
  const random = new Random(seed ^ Math.imul(step, 0x9e3779b1));
  const written: number[] = [];
  let told = 0;
  for (const { id } of sampleTokens(model, prompt, { length, temperature, random, forbidden })) {
    written.push(id);
    const text = tokenizer.decode(written);
    yield text.slice(told);
    told = text.length;
  }
}
