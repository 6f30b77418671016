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
    yield;
    const sorted = [...texts.values()].sort((a, b) => b.occurrences.length - a.occurrences.length);
    types.push({ label, count: sorted.reduce((sum, one) => sum + one.occurrences.length, 0), texts: sorted });
  }
  types.sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  return { types, count: occurrences.length, occurrences };
}

/** What of an index holds `filter`, in its text or its label; case does not count. */
export function filtered(index: EntityIndex, filter: string): EntityIndex {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return index;
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  const types = index.types.flatMap((type) => {
    const texts = fits(type.label) ? type.texts : type.texts.filter(({ text }) => fits(text));
    const count = texts.reduce((sum, { occurrences }) => sum + occurrences.length, 0);
    return count > 0 ? [{ ...type, texts, count }] : [];
  });
  const occurrences = index.occurrences.filter(({ text, span }) => fits(text) || fits(span.label));
  return { types, count: occurrences.length, occurrences };
}

/** Occurrences with the least certain first. */
export function byUncertainty(occurrences: readonly Occurrence[]): Occurrence[] {
  return [...occurrences].sort((a, b) => certainty(a.span) - certainty(b.span));
}

/**
 * Lines that a ruler of `steps` steps marks for each label: one for each step with an entity, since a ruler is some
 * hundred pixels high and a document may have a hundred thousand entities.
 */
export function rulerLines(index: EntityIndex, lineCount: number, steps = 400): Map<string, number[]> {
  const marks = new Map<string, number[]>();
  const last = new Map<string, number>();
  for (const { line, span } of index.occurrences) {
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
