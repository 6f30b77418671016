/** Code units before and behind a stretch that are kept to find it again. */
const CONTEXT = 24;

/** A stretch of a text with what it takes to find it again; offsets in UTF-16 code units of the text with \n as line end. */
export interface Anchor {
  start: number;
  /** The first code unit behind it. */
  end: number;
  /** What stands there. */
  text: string;
  /** What stands before it and behind it, some code units. */
  before: string;
  after: string;
  /** The text does not hold it any more; offsets say where it was. */
  lost?: true;
}

/** The anchor of a stretch. */
export function anchorAt(text: string, start: number, end: number): Anchor {
  const from = onBorder(text, Math.max(0, start - CONTEXT), 1);
  const to = onBorder(text, Math.min(text.length, end + CONTEXT), -1);
  return {
    ...{ start, end, text: text.slice(start, end) },
    ...{ before: text.slice(Math.min(from, start), start), after: text.slice(end, Math.max(to, end)) },
  };
}

/** Whether the text has the stretch, with its surroundings, where the anchor says. */
export function isInPlace(text: string, { start, before, text: own, after }: Anchor): boolean {
  return start >= before.length && text.startsWith(before + own + after, start - before.length);
}

/** The nearest offset in a direction that does not cut a surrogate pair. */
function onBorder(text: string, at: number, step: 1 | -1): number {
  const cuts = isSurrogate(text.charCodeAt(at - 1), 0xd800) && isSurrogate(text.charCodeAt(at), 0xdc00);
  return cuts ? at + step : at;
}

function isSurrogate(unit: number, first: number): boolean {
  return (unit & 0xfc00) === first;
}
