import { certainty, type Place, type PlacedSpan, type ShownSpan, type SpanSource } from './spans';

/** The span that begins next behind a place, else the first of the document. */
export function nextSpan(source: SpanSource, from: Place): PlacedSpan | undefined {
  const found = firstIn(source.spansAt(from.line), from.line, ({ start }) => start > from.character);
  if (found) return found;
  for (let step = 1; step <= source.lineCount; step++) {
    const line = (from.line + step) % source.lineCount;
    const [span] = source.spansAt(line);
    if (span) return { line, span };
  }
  return undefined;
}

/** The span that begins last before a place, else the last of the document. */
export function previousSpan(source: SpanSource, from: Place): PlacedSpan | undefined {
  const before = source.spansAt(from.line).filter(({ start }) => start < from.character);
  if (before.length > 0) return { line: from.line, span: before[before.length - 1] };
  const { lineCount } = source;
  for (let step = 1; step <= lineCount; step++) {
    const line = (((from.line - step) % lineCount) + lineCount) % lineCount;
    const spans = source.spansAt(line);
    if (spans.length > 0) return { line, span: spans[spans.length - 1] };
  }
  return undefined;
}

/** The span that holds a place; its end counts too. Those that the model nearly found come second. */
export function spanAt(source: SpanSource, { line, character }: Place): PlacedSpan | undefined {
  const holds = ({ start, end }: ShownSpan) => start <= character && character <= end;
  return firstIn(source.spansAt(line), line, holds) ?? firstIn(source.nearlyAt(line), line, holds);
}

/** How uncertain a span is, and where it stands: what orders spans for looking through them. */
interface Rank extends Place {
  certainty: number;
}
interface Ranked {
  place: PlacedSpan;
  rank: Rank;
}

/** Lines between two chances to pause. */
const STRIDE = 100;

/**
 * The span, or nearly found span, of which the model is least certain; after `last`, the next one in this order, and from
 * the most certain on the first again. What people have set is left out. Yields now and then.
 */
export function* nextUncertain(source: SpanSource, last?: PlacedSpan): Generator<void, PlacedSpan | undefined> {
  const floor = last && rankOf(last.line, last.span, source.nearlyAt(last.line).includes(last.span));
  let first: Ranked | undefined;
  let best: Ranked | undefined;
  for (let line = 0; line < source.lineCount; line++) {
    if (line % STRIDE === STRIDE - 1) yield;
    for (const found of rankedAt(source, line)) {
      if (isBefore(found, first)) first = found;
      if (floor && compare(found.rank, floor) > 0 && isBefore(found, best)) best = found;
    }
  }
  return (best ?? first)?.place;
}

function rankedAt(source: SpanSource, line: number): Ranked[] {
  const ranked = (spans: readonly ShownSpan[], nearly: boolean) =>
    spans.flatMap((span) => (span.annotated ? [] : [{ place: { line, span }, rank: rankOf(line, span, nearly) }]));
  return [...ranked(source.spansAt(line), false), ...ranked(source.nearlyAt(line), true)];
}

function isBefore({ rank }: Ranked, other: Ranked | undefined): boolean {
  return !other || compare(rank, other.rank) < 0;
}

function rankOf(line: number, span: ShownSpan, nearly: boolean): Rank {
  return { certainty: certainty(span, nearly), line, character: span.start };
}

function compare(a: Rank, b: Rank): number {
  return a.certainty - b.certainty || a.line - b.line || a.character - b.character;
}

function firstIn(
  spans: readonly ShownSpan[],
  line: number,
  wanted: (span: ShownSpan) => boolean,
): PlacedSpan | undefined {
  const span = spans.find(wanted);
  return span && { line, span };
}
