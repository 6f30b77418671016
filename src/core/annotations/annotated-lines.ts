import type { HighlightedLine } from '../text/tagged/html';
import { tagText } from '../text/tagged/spans';
import type { LabelledSpan, TaggedText } from '../text/tagged/tagged-text';
import type { Sidecar } from './sidecar';

/** A line of an annotated text. */
export interface AnnotatedLine {
  text: string;
  /** Where the line begins in the text. */
  from: number;
  /** Accepted spans in order; offsets in the line. */
  spans: LabelledSpan[];
  /** A person has read it: it holds a span that was accepted or rejected, or is named as read. Others say nothing. */
  reviewed: boolean;
}

/** The lines of a text that are not blank, with their annotations; lost spans are left out. */
export function annotatedLines(text: string, { spans, reviewed }: Sidecar): AnnotatedLine[] {
  const lines: AnnotatedLine[] = [];
  const marks = [
    ...spans.filter(({ lost }) => !lost).map((span) => ({ ...span, accepted: span.state === 'accepted' })),
    ...reviewed.filter(({ lost }) => !lost).map((line) => ({ ...line, label: '', accepted: false })),
  ].sort((a, b) => a.start - b.start);
  let next = 0;
  let from = 0;
  for (const line of text.split('\n')) {
    const first = next;
    while (next < marks.length && marks[next].start < from + line.length) next++;
    const own = marks.slice(first, next);
    const inside = own.filter(({ accepted }) => accepted).map(({ start, end, label }) => ({ start: start - from, end: end - from, label })); // prettier-ignore
    if (line.trim() !== '') lines.push({ text: line, from, spans: inside, reviewed: own.length > 0 });
    from += line.length + 1;
  }
  return lines;
}

/** What a tagger learns from: the lines that were read. Others are left out, since nobody said that they hold nothing. */
export function reviewedLines(text: string, sidecar: Sidecar): AnnotatedLine[] {
  return annotatedLines(text, sidecar).filter(({ reviewed }) => reviewed);
}

/** Lines with a tag for each token. */
export function sentencesOf(lines: readonly HighlightedLine[]): TaggedText[] {
  return lines.flatMap(({ text, spans }) => tagText(text, spans, refuse));
}

/** Lines as JSON lines, the format `spans`. */
export function jsonLinesOf(lines: readonly HighlightedLine[]): string {
  return lines.map(({ text, spans }) => `${JSON.stringify({ text, spans })}\n`).join('');
}

function refuse(problem: string): never {
  throw new Error(`Annotations that were checked cannot be read: ${problem}.`);
}
