/** A piece of a line, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Where the tokens of a line stand in it. What the vocabulary lacks is told as "<unk>" and has the text up to the next
 * token that is found; a token that is no text, such as "<eos>", has no place. The first tokens of a line may be missing.
 */
export function tokenSpans(line: string, tokens: readonly string[]): (Span | undefined)[] {
  // Case does not count: the model may have learned in lower case.
  const text = line.toLowerCase();
  const wanted = tokens.map((token) => token.toLowerCase());
  let at = wanted.length > 0 && !special(wanted[0]) ? Math.max(0, text.indexOf(wanted[0])) : 0;
  return wanted.map((token, k) => {
    const start = at;
    if (!special(token) && text.startsWith(token, at)) at += token.length;
    else if (token === '<unk>') at = endOfUnknown(text, at, wanted.slice(k + 1));
    else return undefined;
    return at > start ? { start, end: at } : undefined;
  });
}

function endOfUnknown(text: string, from: number, following: string[]): number {
  if (from >= text.length) return from;
  const next = following.find((token) => !special(token));
  const found = next === undefined ? -1 : text.indexOf(next, from + 1);
  return found < 0 ? text.length : found;
}

function special(token: string): boolean {
  return /^<(unk|pad|bos|eos)>$/.test(token);
}
