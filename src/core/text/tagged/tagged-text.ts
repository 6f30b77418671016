/** A sentence with a tag for each token. */
export interface TaggedText {
  tokens: string[];
  /** As many as tokens. */
  tags: string[];
  /** Whether a blank follows each token in running text; behind every one if left out. */
  spaces?: boolean[];
}

/** A stretch of a text with a label; offsets in UTF-16 code units, `end` is the first behind it. */
export interface LabelledSpan {
  start: number;
  end: number;
  label: string;
}

/** The running text of a sentence, and where in it each token begins. */
export function joinTokens({ tokens, spaces }: Pick<TaggedText, 'tokens' | 'spaces'>): {
  text: string;
  starts: number[];
} {
  const starts: number[] = [];
  let text = '';
  tokens.forEach((token, i) => {
    starts.push(text.length);
    text += token + (i < tokens.length - 1 && spaces?.[i] !== false ? ' ' : '');
  });
  return { text, starts };
}
