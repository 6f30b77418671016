/** A piece of a text that was replaced. */
export interface TextChange {
  start: number;
  /** Code units that were there. */
  removed: number;
  /** What is there instead. */
  text: string;
}

/** Code units from `start` to before `end`. */
export interface Stretch {
  start: number;
  end: number;
}

/**
 * Where a stretch is after a change: what is written at its borders does not belong to it, what is written inside does, up
 * to the end of a line. Undefined when nothing of it is left; one that is replaced as a whole by several code units
 * stays, which is what renaming does and typing over a selection does not.
 */
export function movedBy({ start, end }: Stretch, change: TextChange): Stretch | undefined {
  const from = change.start;
  const to = change.start + change.removed;
  const { length } = change.text;
  const shift = length - change.removed;
  if (to <= start) return { start: start + shift, end: end + shift };
  if (from >= end) return { start, end };
  if (from <= start && end <= to) {
    const renamed = from === start && to === end && length > 1 && change.text.trim() !== '';
    return renamed ? firstLine({ start, end: end + shift }, from, change.text) : undefined;
  }
  if (from < start) return { start: from + length, end: end + shift };
  if (to > end) return { start, end: from };
  return firstLine({ start, end: end + shift }, from, change.text);
}

/** A stretch that a line end was written into goes on to it only; undefined when it begins there. */
function firstLine({ start, end }: Stretch, from: number, written: string): Stretch | undefined {
  const lineEnd = written.indexOf('\n');
  if (lineEnd < 0) return { start, end };
  return from + lineEnd > start ? { start, end: from + lineEnd } : undefined;
}
