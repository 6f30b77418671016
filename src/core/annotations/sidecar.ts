import type { Anchor } from './anchor';
import { findAgain } from './find-again';

/** What a text's file of annotations is called: the text's own name and this. */
export const SIDECAR_SUFFIX = '.spans.json';
export const SIDECAR_VERSION = 1;
export const LONGEST_LABEL = 100;

/** A stretch that a person has looked at: it is of the label, or it is not (a proposal that was rejected). */
export interface Annotation extends Anchor {
  label: string;
  state: 'accepted' | 'rejected';
}

/**
 * What labels say: where entities are, so that tags are BIO, or what each token is, such as its part of speech, so that a
 * tag is the label itself.
 */
export type LabelScheme = 'entities' | 'tokens';

/** The annotations of a text. */
export interface Sidecar {
  /** Entities where it is not said. */
  scheme?: LabelScheme;
  /** In the order in which people see them. */
  labels: string[];
  /** In order; accepted ones do not overlap. */
  spans: Annotation[];
  /** Lines that count as read although they may hold no span. */
  reviewed: Anchor[];
}

/** The file's content, a span a line, so that versions compare well. */
export function formatSidecar({ scheme, labels, spans, reviewed }: Sidecar): string {
  const list = (items: object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  const rows = spans.toSorted(byPlace).map(({ label, state, start, end, text, before, after, lost }) => ({
    ...{ start, end, label, state, text, before, after, lost },
  }));
  const lines = reviewed.toSorted(byPlace).map(({ start, end, text, before, after, lost }) => ({
    ...{ start, end, text, before, after, lost },
  }));
  return `{
  "version": ${SIDECAR_VERSION},${scheme === 'tokens' ? '\n  "scheme": "tokens",' : ''}
  "labels": ${JSON.stringify(labels)},
  "spans": ${list(rows)},
  "reviewed": ${list(lines)}
}
`;
}

/** The annotations where they are in a text that may have changed without them; see `findAgain`. */
export function* placeSidecar(text: string, { scheme, labels, spans, reviewed }: Sidecar): Generator<void, Sidecar> {
  const accepted = yield* findAgain(
    text,
    spans.filter(({ state }) => state === 'accepted'),
    true,
  );
  const rejected = yield* findAgain(
    text,
    spans.filter(({ state }) => state === 'rejected'),
    false,
  );
  const read = yield* findAgain(text, reviewed, true);
  return { ...(scheme && { scheme }), labels, spans: [...accepted, ...rejected].sort(byPlace), reviewed: read };
}

/** Spans that the text does not hold any more, for a message; undefined when it holds all. */
export function lostSentence({ spans }: Sidecar, label: string): string | undefined {
  const lost = spans.filter((span) => span.lost);
  if (lost.length === 0) return undefined;
  const named = lost.slice(0, 3).map(({ text }) => JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text));
  const some = lost.length > 3 ? ', …' : '';
  return `${lost.length === 1 ? '1 annotation' : `${lost.length} annotations`} of ${label} (${named.join(', ')}${some}) ${lost.length === 1 ? 'is' : 'are'} not in the text any more and left out; the file keeps ${lost.length === 1 ? 'it' : 'them'}.`;
}

export function byPlace(a: { start: number; end: number }, b: { start: number; end: number }): number {
  return a.start - b.start || a.end - b.end;
}

/** Whether a text can be a label: columns know no blanks, and O is what has none. */
export function isLabel(text: string): boolean {
  return /^[^\s\p{C}]+$/u.test(text) && text.length <= LONGEST_LABEL && text !== 'O';
}
