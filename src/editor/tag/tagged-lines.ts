import type { TaggedSpan } from '../../protocol/worker';

/** What is known of a line; offsets in UTF-16 code units of the line. */
export interface LineTags {
  readonly spans: readonly TaggedSpan[];
  readonly nearly: readonly TaggedSpan[];
}

export const NO_TAGS: LineTags = { spans: [], nearly: [] };

/** A line of the document. It moves with its text, and goes when its text changes. */
export interface Line {
  tags: LineTags;
  /** The tags are not, or not yet, those of the present text and tagger. */
  pending: boolean;
}

/** A change as VS Code tells it: what stood in the range is now `text`. */
export interface Edit {
  startLine: number;
  startCharacter: number;
  endLine: number;
  endCharacter: number;
  text: string;
}

/** The tags of a document, line by line, through all its changes. */
export class TaggedLines {
  private lines: Line[];
  private waiting: number;

  constructor(count: number) {
    this.lines = emptyLines(count);
    this.waiting = count;
  }

  get count(): number {
    return this.lines.length;
  }

  /** Lines that are still to be tagged. */
  get pending(): number {
    return this.waiting;
  }

  at(line: number): Line | undefined {
    return this.lines[line];
  }

  /** The line has these tags now; a line that has left the document meanwhile does not matter. */
  settle(line: Line, tags: LineTags): void {
    line.tags = tags;
    if (line.pending) this.waiting--;
    line.pending = false;
  }

  /** The tagger is another one: all lines are to be tagged again, and keep what they have until then. */
  invalidate(): void {
    for (const line of this.lines) line.pending = true;
    this.waiting = this.lines.length;
  }

  /**
   * Follows one change. Lines around it move; the changed ones are pending and keep the spans that the change left whole,
   * shifted, and grown where it was inside. Changes of one event are given in the order of the event.
   */
  apply(edit: Edit): void {
    const { startLine, startCharacter, endLine, endCharacter } = edit;
    const inserted = edit.text.split(/\r\n|\r|\n/);
    const lastLength = inserted[inserted.length - 1].length;
    const first = this.lines[startLine]?.tags ?? NO_TAGS;
    const last = this.lines[endLine]?.tags ?? NO_TAGS;
    const fresh = emptyLines(inserted.length);
    fresh[0].tags = each(first, (span) => (span.end <= startCharacter ? span : undefined));
    const shift = (inserted.length === 1 ? startCharacter : 0) + lastLength - endCharacter;
    const tail = each(last, (span) => (span.start >= endCharacter ? moved(span, shift, shift) : undefined));
    const around =
      startLine === endLine && inserted.length === 1
        ? each(first, (span) => (span.start < startCharacter && span.end > endCharacter ? moved(span, 0, shift) : undefined)) // prettier-ignore
        : NO_TAGS;
    const end = fresh[fresh.length - 1];
    end.tags = joined(end.tags, around, tail);
    this.replace(startLine, endLine + 1, fresh);
  }

  private replace(from: number, to: number, fresh: Line[]): void {
    for (const line of this.lines.slice(from, to)) {
      if (line.pending) this.waiting--;
      // It is out of the document: tags that come for it later count for nothing.
      line.pending = false;
    }
    this.waiting += fresh.length;
    // A splice with a million arguments would overflow the stack.
    if (fresh.length < 1000) this.lines.splice(from, to - from, ...fresh);
    else this.lines = this.lines.slice(0, from).concat(fresh, this.lines.slice(to));
  }
}

function emptyLines(count: number): Line[] {
  const lines: Line[] = [];
  for (let k = 0; k < count; k++) lines.push({ tags: NO_TAGS, pending: true });
  return lines;
}

function each(tags: LineTags, change: (span: TaggedSpan) => TaggedSpan | undefined): LineTags {
  if (tags.spans.length + tags.nearly.length === 0) return NO_TAGS;
  return { spans: tags.spans.flatMap((span) => change(span) ?? []), nearly: tags.nearly.flatMap((span) => change(span) ?? []) }; // prettier-ignore
}

function moved(span: TaggedSpan, start: number, end: number): TaggedSpan {
  return { ...span, start: span.start + start, end: span.end + end };
}

function joined(...parts: LineTags[]): LineTags {
  return { spans: parts.flatMap(({ spans }) => spans), nearly: parts.flatMap(({ nearly }) => nearly) };
}
