/**
 * The tokens of a sentence with an "@" or "#" put before the name behind it: "@" "ann" is read as "@" "@ann". Tokenizers
 * disagree about these signs (Unicode's words stand without them, files of tagged posts mostly have them), and a tagger is to
 * see the same name in both.
 */
export function withSigns(tokens: readonly string[]): readonly string[] {
  const isSigned = (at: number): boolean => /^[@#]$/.test(tokens[at - 1] ?? '') && /^[\p{L}_]/u.test(tokens[at]);
  if (!tokens.some((_, at) => isSigned(at))) return tokens;
  return tokens.map((token, at) => (isSigned(at) ? tokens[at - 1] + token : token));
}
