import { expect, test } from 'vitest';
import { around } from '../../../src/editor/in-context/around';

const of = (line: string, word: string) => around(line, line.indexOf(word), line.indexOf(word) + word.length);

test('a short line is shown whole', () => {
  expect(of('  The bank lends.  ', 'bank')).toEqual({ before: 'The ', word: 'bank', after: ' lends.' });
});

test('of a long line whole words are shown on either side', () => {
  const line = 'Yesterday evening the manager of the bank lent a large amount of money to strangers.';
  const { before, word, after } = of(line, 'bank');
  expect([before, word, after]).toEqual(['…the manager of the ', 'bank', ' lent a large amount of…']);
});

test('without blanks it is cut where there is no room, and never inside a character', () => {
  const line = `${'😀'.repeat(30)}bank${'😀'.repeat(30)}`;
  const { before, after } = of(line, 'bank');
  expect(before).toMatch(/^…(😀)+$/u);
  expect(after).toMatch(/^(😀)+…$/u);
});
