import { UserError } from '../../errors';
import { writeArpaToken } from './arpa-token';
import type { NgramLanguageModel } from './model';

/** What ARPA files say for "never", as a logarithm. */
const NEVER = '-99';
/** N-grams in one piece of text. */
const PIECE = 1024;

/**
 * A model in the ARPA format (Doug Paul; as SRILM's ngram-format page describes it), a piece of the file at a time:
 * base-10 logarithms of probability and back-off weight. <s> is listed with -99, as it is never predicted. A model of
 * running text has no <s> and </s>; both are listed with -99, because readers ask for them.
 *
 * @param tokenOf text of a token; it is escaped by `writeArpaToken`. <s> and </s> are named by the model
 * @param unknown id of <unk>, if the vocabulary has one
 * Throws UserError for add-k above order 1, which does not back off, and RangeError when two tokens have the same text.
 */
export function* toArpa(
  model: NgramLanguageModel,
  tokenOf: (id: number) => string,
  unknown?: number,
): Generator<string, void> {
  const { levels, description, order } = model;
  if (description.smoothing === 'add-k' && order > 1) {
    throw new UserError(
      'A model with add-k smoothing has no back-off weights for an ARPA file: train with another one.',
    );
  }
  const words = wordsOf(model, tokenOf, unknown);
  const markers = description.begin === undefined ? [`${NEVER}\t<s>`, `${NEVER}\t</s>`] : [];
  const sizes = levels.map(({ token }, k) => `ngram ${k + 1}=${token.length + (k === 0 ? markers.length : 0)}`);
  yield `\\data\\\n${sizes.join('\n')}\n`;
  for (let n = 1; n <= order; n++) {
    yield `\n\\${n}-grams:\n${n === 1 ? markers.map((line) => `${line}\n`).join('') : ''}`;
    yield* section(model, n, words);
  }
  yield '\n\\end\\\n';
}

function wordsOf(
  { vocabulary, description: { begin, end } }: NgramLanguageModel,
  tokenOf: (id: number) => string,
  unknown: number | undefined,
): string[] {
  const words = Array.from({ length: vocabulary }, (_, id) => {
    if (id === begin) return '<s>';
    if (id === end) return '</s>';
    return id === unknown ? '<unk>' : writeArpaToken(tokenOf(id));
  });
  const ids = new Map<string, number>();
  words.forEach((word, id) => {
    const other = ids.get(word);
    if (word === '' || other !== undefined)
      throw new RangeError(`Tokens ${other ?? '?'} and ${id} are both "${word}".`);
    ids.set(word, id);
  });
  return words;
}

/** The lines of one order, in the order of its rows. */
function* section({ levels }: NgramLanguageModel, n: number, words: string[]): Generator<string, void> {
  const { token, probability, backoff } = levels[n - 1];
  /** Row of the context of each length, 1 to n - 1; they only ever move on. */
  const contexts = new Array<number>(n).fill(0);
  let piece = '';
  for (let row = 0; row < token.length; row++) {
    let gram = words[token[row]];
    for (let length = n - 1, child = row; length > 0; child = contexts[length--]) {
      const { first } = levels[length - 1];
      while (first[contexts[length] + 1] <= child) contexts[length]++;
      gram = `${words[levels[length - 1].token[contexts[length]]]} ${gram}`;
    }
    piece += `${log10(probability[row])}\t${gram}`;
    piece += n < levels.length && backoff[row] !== 1 ? `\t${log10(backoff[row])}\n` : '\n';
    if (row % PIECE !== PIECE - 1) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function log10(value: number): string {
  if (value <= 0) return NEVER;
  const text = Math.log10(value).toFixed(7);
  return Number(text) === 0 ? '0' : text;
}
