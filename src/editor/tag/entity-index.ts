import { certainty, type PlacedSpan, type SpanSource } from './spans';

/** One place where a text stands. */
export interface Occurrence extends PlacedSpan {
  text: string;
}
/** All places where the same text has the same label. */
export interface EntityText {
  label: string;
  text: string;
  occurrences: Occurrence[];
}
export interface EntityType {
  label: string;
  count: number;
  /** The most frequent first. */
  texts: EntityText[];
}
/** What a document holds, by type. */
export interface EntityIndex {
  /** The most frequent first. */
  types: EntityType[];
  count: number;
  /** In the order of the document. */
  occurrences: Occurrence[];
}

export const EMPTY_INDEX: EntityIndex = { types: [], count: 0, occurrences: [] };

/** Lines between two chances to pause. */
const STRIDE = 100;
/** Entries between two chances to pause. */
const MANY = 2000;
/** Equally uncertain occurrences of which the first are enough. */
const BIN = 5000;

/** Gathers all spans of a document. Yields now and then, since a document may be long. */
export function* indexEntities(source: SpanSource, textAt: (line: number) => string): Generator<void, EntityIndex> {
  const occurrences: Occurrence[] = [];
  const byLabel = new Map<string, Map<string, EntityText>>();
  for (let line = 0; line < source.lineCount; line++) {
    if (line % STRIDE === STRIDE - 1) yield;
    const spans = source.spansAt(line);
    if (spans.length === 0) continue;
    const lineText = textAt(line);
    for (const span of spans) {
      const text = lineText.slice(span.start, span.end).replace(/\s+/g, ' ');
      const occurrence = { line, span, text };
      occurrences.push(occurrence);
      const texts = entry(byLabel, span.label, () => new Map<string, EntityText>());
      entry(texts, text, () => ({ label: span.label, text, occurrences: [] })).occurrences.push(occurrence);
    }
  }
  const types: EntityType[] = [];
  for (const [label, texts] of byLabel) {
    const sorted = yield* byFrequency(texts.values());
    types.push({ label, count: sorted.reduce((sum, one) => sum + one.occurrences.length, 0), texts: sorted });
  }
  types.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  return { types, count: occurrences.length, occurrences };
}

/** Sorts by counting, since there may be a hundred thousand texts and few different frequencies. */
function* byFrequency(texts: Iterable<EntityText>): Generator<void, EntityText[]> {
  const groups = new Map<number, EntityText[]>();
  let seen = 0;
  for (const text of texts) {
    if (++seen % MANY === 0) yield;
    entry(groups, text.occurrences.length, () => []).push(text);
  }
  return [...groups].sort(([a], [b]) => b - a).flatMap(([, group]) => group);
}

/** What of an index holds `filter`, in its text or its label; case does not count. Yields now and then. */
export function* filtered(index: EntityIndex, filter: string): Generator<void, EntityIndex> {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return index;
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  const types: EntityType[] = [];
  let seen = 0;
  for (const type of index.types) {
    const texts: EntityText[] = [];
    const all = fits(type.label);
    for (const text of type.texts) {
      if (++seen % MANY === 0) yield;
      if (all || fits(text.text)) texts.push(text);
    }
    const count = texts.reduce((sum, { occurrences }) => sum + occurrences.length, 0);
    if (count > 0) types.push({ ...type, texts, count });
  }
  const occurrences: Occurrence[] = [];
  for (const occurrence of index.occurrences) {
    if (++seen % MANY === 0) yield;
    if (fits(occurrence.text) || fits(occurrence.span.label)) occurrences.push(occurrence);
  }
  return { types, count: occurrences.length, occurrences };
}

/** The `most` least certain occurrences, in this order. */
export function leastCertain(occurrences: readonly Occurrence[], most: number): Occurrence[] {
  const bins = Array.from({ length: 1001 }, () => [] as Occurrence[]);
  for (const one of occurrences) bins[Math.round(certainty(one.span) * 1000)].push(one);
  const found: Occurrence[] = [];
  for (const bin of bins) {
    if (found.length >= most) break;
    found.push(...bin.slice(0, BIN).sort((a, b) => certainty(a.span) - certainty(b.span)));
  }
  return found.slice(0, most);
}

/**
 * Lines that a ruler of `steps` steps marks for each label: one for each step with an entity, since a ruler is some
 * hundred pixels high and a document may have a hundred thousand entities. Yields now and then.
 */
export function* rulerLines(
  { occurrences }: Pick<EntityIndex, 'occurrences'>,
  lineCount: number,
  steps = 400,
): Generator<void, Map<string, number[]>> {
  const marks = new Map<string, number[]>();
  const last = new Map<string, number>();
  let seen = 0;
  for (const { line, span } of occurrences) {
    if (++seen % MANY === 0) yield;
    const step = Math.floor((line * steps) / Math.max(steps, lineCount));
    if (last.get(span.label) === step) continue;
    last.set(span.label, step);
    entry(marks, span.label, () => []).push(line);
  }
  return marks;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
