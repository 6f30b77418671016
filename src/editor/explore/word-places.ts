/** Runs of letters and digits, with apostrophes and hyphens inside: as the vectors' own words are cut. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu;

/** Where a word stands: its line, and [start, end) there in code units. */
export type Place = readonly [line: number, start: number, end: number];

/** Where each word of a text stands, by the word in lower case, in order. Yields after each word. */
export function* wordPlaces(lines: Iterable<string>): Generator<void, Map<string, Place[]>> {
  const places = new Map<string, Place[]>();
  let line = 0;
  for (const text of lines) {
    for (const { 0: word, index } of text.matchAll(WORD)) {
      const key = word.toLowerCase();
      const place: Place = [line, index, index + word.length];
      const known = places.get(key);
      if (known) known.push(place);
      else places.set(key, [place]);
      yield;
    }
    yield;
    line++;
  }
  return places;
}

/** The first place behind a position; behind the last one the first of all. */
export function nextPlace(places: readonly Place[], { line, character }: { line: number; character: number }): Place {
  return places.find(([own, start]) => own > line || (own === line && start > character)) ?? places[0];
}

/** At most `count` places that follow each other, those around a line where there are more. */
export function placesAround(places: readonly Place[], line: number, count: number): readonly Place[] {
  const behind = places.findIndex(([own]) => own >= line);
  const middle = behind < 0 ? places.length : behind;
  const from = Math.max(0, Math.min(middle - (count >> 1), places.length - count));
  return places.slice(from, from + count);
}
