import type { TaggedSpan } from '../../protocol/worker';

/** A span as it is shown: of the model, or set by a person, who is always right. */
export interface ShownSpan extends TaggedSpan {
  /** A person has set it. */
  annotated?: boolean;
}

/** What is shown of a document, line by line; offsets are in UTF-16 code units of the line. */
export interface SpanSource {
  readonly lineCount: number;
  /** In order, without overlap; none for a line that is not there. */
  spansAt(line: number): readonly ShownSpan[];
  /** Stretches that the model nearly took for a span. */
  nearlyAt(line: number): readonly ShownSpan[];
}

/** A place in a document. */
export interface Place {
  line: number;
  character: number;
}

/** A span with its line. */
export interface PlacedSpan {
  line: number;
  span: ShownSpan;
}

/** Label of what is no entity. */
export const OUTSIDE = 'O';

/** How sure the model is of the reading that it has chosen, 0 to 1; of what a person has set, 1. */
export function certainty(span: ShownSpan, nearly = false): number {
  if (span.annotated) return 1;
  if (!nearly) return span.probability;
  const outside = span.alternatives.find(({ label }) => label === OUTSIDE);
  return outside?.probability ?? 1 - span.probability;
}
