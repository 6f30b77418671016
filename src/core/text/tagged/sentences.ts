import { wordsOf } from './words';

/** Tokens of running text and where each stands in it. */
export interface TextSentence {
  tokens: string[];
  /** Offsets in UTF-16 code units of the whole text. */
  starts: number[];
}

/** Tokens of a sentence that a tagger reads at once; a longer line is cut. */
export const LONGEST_SENTENCE = 200;

/**
 * Sentences of a running text, one at each `next()`: each line that is not blank is one, with the tokens that
 * `tagText` has, too. What is longer than `longest` tokens is cut behind the last mark that ends a sentence, or where none
 * is, behind `longest` tokens.
 */
export function* sentencesOfText(text: string, longest: number): Generator<TextSentence, void> {
  let from = 0;
  for (const line of text.split('\n')) {
    yield* sentencesOfLine(line, from, longest);
    from += line.length + 1;
  }
}

function* sentencesOfLine(line: string, from: number, longest: number): Generator<TextSentence, void> {
  let tokens: string[] = [];
  let starts: number[] = [];
  for (const { token, at } of wordsOf(line)) {
    tokens.push(token);
    starts.push(from + at);
    if (tokens.length < longest) continue;
    const cut = cutAt(tokens, longest);
    yield { tokens: tokens.slice(0, cut), starts: starts.slice(0, cut) };
    [tokens, starts] = [tokens.slice(cut), starts.slice(cut)];
  }
  if (tokens.length > 0) yield { tokens, starts };
}

/** How many of the first `longest` tokens make the next piece. */
function cutAt(tokens: string[], longest: number): number {
  for (let at = longest - 1; at > 0; at--) if (/^[.!?…。！？]+$/u.test(tokens[at])) return at + 1;
  return longest;
}
