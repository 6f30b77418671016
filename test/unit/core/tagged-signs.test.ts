import { expect, test } from 'vitest';
import { withSigns } from '../../../src/core/text/tagged/signs';

test.each([
  ['thanks @ ann and # tagged', 'thanks @ @ann and # #tagged'],
  ['at @ 5 and # 1', 'at @ 5 and # 1'],
  ['@ _ann #', '@ @_ann #'],
  ['@ann met @', '@ann met @'],
  ['@ # é', '@ # #é'],
])('%s is read as %s', (tokens, read) => expect(withSigns(tokens.split(' '))).toEqual(read.split(' ')));

test('what has no such sign stays as it is', () => {
  const tokens = ['Ann', 'met', 'Bob'];
  expect(withSigns(tokens)).toBe(tokens);
});
