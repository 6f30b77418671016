import * as vscode from 'vscode';
import { withRehearsal, type Decision, type ReadLine } from '../../core/annotations/rehearsal';
import type { DocumentTags } from '../tag/document-tags';
import type { AnnotatedDocument, Mark } from './annotated-document';

/** Lines between two chances to pause. */
const STRIDE = 200;

/** Numbers of the lines that somebody has read, in order. */
export function readLines({ marks, normal }: AnnotatedDocument): number[] {
  return [...new Set(marks.map(({ start }) => normal.positionAt(start).line))];
}

/** Those lines and what people have said of them. */
export function reviewedIn(annotated: AnnotatedDocument): ReadLine[] {
  return readLines(annotated).map((line) => {
    const spans = marksOf(annotated, line).filter(({ state }) => state === 'accepted');
    return {
      text: annotated.document.lineAt(line).text,
      spans: spans.map(({ start, end, label }) => ({ start, end, label })),
    };
  });
}

/**
 * Reviewed lines, and what the tagger says of others, so that these keep their tags; see `withRehearsal`. Yields now and
 * then, since a text may be long.
 */
export function* rehearsed(
  annotated: AnnotatedDocument,
  reviewed: ReadLine[],
  tags: DocumentTags,
  spread: boolean,
): Generator<void, ReadLine[]> {
  const { document } = annotated;
  const others: ReadLine[] = [];
  const decisions: Decision[] = [];
  for (let line = 0; line < Math.min(tags.lineCount, document.lineCount); line++) {
    if (line % STRIDE === STRIDE - 1) yield;
    const { text, isEmptyOrWhitespace } = document.lineAt(line);
    const known = tags.lines.at(line);
    if (!known || known.pending || isEmptyOrWhitespace) continue;
    const said = known.tags.spans;
    const marks = marksOf(annotated, line);
    if (marks.length === 0) others.push({ text, spans: said.map(({ start, end, label }) => ({ start, end, label })) });
    for (const { state, label, text: words, start, end } of marks) {
      const agrees = said.some((span) => span.start === start && span.end === end && span.label === label);
      if (state !== 'read') decisions.push({ words, label, state, corrected: agrees !== (state === 'accepted') });
    }
  }
  return yield* withRehearsal(reviewed, others, decisions, spread);
}

/** The marks of a line; offsets in the line. */
function marksOf(annotated: AnnotatedDocument, line: number): Mark[] {
  const marks = annotated.marksIn(line);
  if (marks.length === 0) return [];
  const from = annotated.normal.offsetAt(new vscode.Position(line, 0));
  return marks.map((mark) => ({ ...mark, start: mark.start - from, end: mark.end - from }));
}
