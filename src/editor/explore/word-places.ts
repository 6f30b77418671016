/** Runs of letters and digits, with apostrophes and hyphens inside: as the vectors' own words are cut. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu;

/** Where each word of a text stands, by the word in lower case: [start, end) in code units, in order. */
export function wordPlaces(text: string): Map<string, [number, number][]> {
  const places = new Map<string, [number, number][]>();
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const key = word.toLowerCase();
    const place: [number, number] = [index, index + word.length];
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  }
  return places;
}
