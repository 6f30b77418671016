import { toConll } from '../text/tagged/conll';
import type { HighlightedLine } from '../text/tagged/html';
import { tagText } from '../text/tagged/spans';
import type { LabelledSpan, TaggedText } from '../text/tagged/tagged-text';
import type { LabelScheme, Sidecar } from './sidecar';

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

/**
 * What a tagger learns from: the lines that were read. Others are left out, since nobody said that they hold nothing. Where
 * labels are of tokens, so are lines in which a token has none.
 */
export function reviewedLines(text: string, sidecar: Sidecar): AnnotatedLine[] {
  return completeLines(
    annotatedLines(text, sidecar).filter(({ reviewed }) => reviewed),
    sidecar.scheme,
  );
}

/** Lines that say something of each token: all of them where labels are of entities. */
export function completeLines<T extends HighlightedLine>(lines: T[], scheme?: LabelScheme): T[] {
  if (scheme !== 'tokens') return lines;
  return lines.filter((line) => sentencesOf([line], scheme).every(({ tags }) => !tags.includes('O')));
}

/** Lines with a tag for each token: BIO, or where labels are of tokens the label of the span that covers it, else O. */
export function sentencesOf(lines: readonly HighlightedLine[], scheme?: LabelScheme): TaggedText[] {
  const sentences = lines.flatMap(({ text, spans }) => tagText(text, spans, refuse));
  if (scheme !== 'tokens') return sentences;
  return sentences.map((sentence) => ({ ...sentence, tags: sentence.tags.map(plainTag) }));
}

/** The label of a BIO tag. */
export function plainTag(tag: string): string {
  return tag === 'O' ? tag : tag.slice(2);
}

/** Lines as a file that tagger recipes read, and its format: JSON lines know spans, columns a tag for each token. */
export function learnedFrom(
  lines: readonly HighlightedLine[],
  scheme?: LabelScheme,
): { text: string; format: 'spans' | 'conll' } {
  if (scheme !== 'tokens') return { text: jsonLinesOf(lines), format: 'spans' };
  return { text: sentencesOf(lines, scheme).map(toConll).join(''), format: 'conll' };
}

/** Lines as JSON lines, the format `spans`. */
export function jsonLinesOf(lines: readonly HighlightedLine[]): string {
  return lines.map(({ text, spans }) => `${JSON.stringify({ text, spans })}\n`).join('');
}

function refuse(problem: string): never {
  throw new Error(`Annotations that were checked cannot be read: ${problem}.`);
}
