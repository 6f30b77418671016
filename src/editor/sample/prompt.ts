/** Characters before the cursor that the model reads first. */
export const PROMPT_CHARACTERS = 1000;

/** What a model is given to go on from: line breaks as it knows them, at most the last 1000 characters. */
export function promptFrom(text: string): string | undefined {
  let start = Math.max(0, text.length - PROMPT_CHARACTERS);
  // Not in the middle of a surrogate pair.
  if (start > 0 && (text.charCodeAt(start) & 0xfc00) === 0xdc00) start++;
  const prompt = text.slice(start).replace(/\r\n?/g, '\n');
  return prompt === '' ? undefined : prompt;
}

/** One change of a document, in offsets before the change. */
export interface Edit {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/**
 * Where a place in a document is after changes that happened at once. Text inserted right at the place comes before it;
 * a change that swallows the place leaves it behind the new text.
 */
export function moveOffset(offset: number, edits: readonly Edit[]): number {
  let moved = offset;
  for (const { rangeOffset, rangeLength, text } of edits) {
    const end = rangeOffset + rangeLength;
    if (end <= offset) moved += text.length - rangeLength;
    else if (rangeOffset < offset) moved += text.length - (offset - rangeOffset);
  }
  return moved;
}
