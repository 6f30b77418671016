import { describe, expect, it } from 'vitest';
import { wordPlaces } from '../../../src/editor/explore/word-places';

describe('places of words', () => {
  it('are found by the word in lower case, in order', () => {
    const text = 'The cat saw the dog; l’été, 2nd THE.';
    const places = wordPlaces(text);
    expect(places.get('the')).toEqual([[0, 3], [12, 15], [32, 35]]); // prettier-ignore
    expect([...places.keys()]).toEqual(['the', 'cat', 'saw', 'dog', 'l’été', '2nd']);
    for (const [word, found] of places)
      for (const [start, end] of found) expect(text.slice(start, end).toLowerCase()).toBe(word);
    expect(wordPlaces('… --').size).toBe(0);
  });
});
