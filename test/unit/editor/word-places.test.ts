import { describe, expect, it } from 'vitest';
import { inSlices } from '../../../src/editor/common/slices';
import { nextPlace, placesAround, wordPlaces, type Place } from '../../../src/editor/explore/word-places';

describe('places of words', () => {
  it('are found by the word in lower case, in order', async () => {
    const lines = ['The cat saw the dog;', 'l’été, 2nd THE.', '… --'];
    const places = await inSlices(wordPlaces(lines), () => true);
    expect(places?.get('the')).toEqual([[0, 0, 3], [0, 12, 15], [1, 11, 14]]); // prettier-ignore
    expect([...(places?.keys() ?? [])]).toEqual(['the', 'cat', 'saw', 'dog', 'l’été', '2nd']);
    for (const [word, found] of places ?? [])
      for (const [line, start, end] of found) expect(lines[line].slice(start, end).toLowerCase()).toBe(word);
  });

  const places: Place[] = [2, 2, 5, 9].map((line, k) => [line, k, k + 1]);

  it('follow each other, and the last one the first', () => {
    const after = (line: number, character: number) => places.indexOf(nextPlace(places, { line, character }));
    expect([after(0, 0), after(2, 0), after(2, 1), after(5, 2), after(9, 3)]).toEqual([0, 1, 2, 3, 0]);
  });

  it('are those around a line when there are too many', () => {
    const around = (line: number, count: number) => placesAround(places, line, count).map((one) => places.indexOf(one));
    expect(around(5, 10)).toEqual([0, 1, 2, 3]);
    expect(around(0, 2)).toEqual([0, 1]);
    expect(around(5, 2)).toEqual([1, 2]);
    expect(around(20, 2)).toEqual([2, 3]);
    expect(placesAround([], 3, 2)).toEqual([]);
  });
});
