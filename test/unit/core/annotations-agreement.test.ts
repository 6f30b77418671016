import { describe, expect, test } from 'vitest';
import { agreementOf, readBoth, sameSentences } from '../../../src/core/annotations/agreement';
import { anchorAt } from '../../../src/core/annotations/anchor';
import type { Sidecar } from '../../../src/core/annotations/sidecar';
import { UserError } from '../../../src/core/errors';

/** Tags of two people from a table of counts. */
function table(counts: [string, string, number][]): { first: string[][]; second: string[][] } {
  const pairs = counts.flatMap(([a, b, count]) => Array.from({ length: count }, () => [a, b]));
  return { first: [pairs.map(([a]) => a)], second: [pairs.map(([, b]) => b)] };
}

describe('kappa', () => {
  test.each([
    // The example of two readers and fifty proposals that textbooks calculate: p_o 0.7, p_e 0.5.
    [20, 5, 10, 15, 0.4],
    // Same observed agreement, other margins (Feinstein and Cicchetti, 1990).
    [45, 15, 25, 15, 0.1304],
    [25, 35, 5, 35, 0.2593],
  ])('of %d %d %d %d is %d', (yes, yesNo, noYes, no, expected) => {
    const counts = table([['X', 'X', yes], ['X', 'Y', yesNo], ['Y', 'X', noYes], ['Y', 'Y', no]]); // prettier-ignore
    expect(agreementOf(counts).kappa).toBeCloseTo(expected, 4);
    expect(agreementOf(counts).labels.map(({ kappa }) => kappa)).toEqual([
      expect.closeTo(expected, 4),
      expect.closeTo(expected, 4),
    ]);
  });

  test('is 1 for the same reading, also where there is but one label', () => {
    expect(agreementOf({ first: [['O', 'O']], second: [['O', 'O']] })).toMatchObject({ kappa: 1, observed: 1 });
    const tags = [['B-a', 'I-a', 'O', 'B-b']];
    expect(agreementOf({ first: tags, second: tags })).toMatchObject({ kappa: 1, f1: 1 });
  });
});

test('F1 of entities asks for the same tokens and label', () => {
  const first = [['B-a', 'I-a', 'O', 'B-b', 'O']];
  const second = [['B-a', 'O', 'O', 'B-b', 'B-a']];
  const { f1, labels } = agreementOf({ first, second });
  expect(f1).toBeCloseTo(2 / 5, 12);
  expect(labels.map(({ label, f1: own, first: one, second: two, both }) => [label, own, one, two, both])).toEqual([
    ['a', 0, 1, 2, 0],
    ['b', 1, 1, 1, 1],
  ]);
});

describe('two files of annotations', () => {
  const text = 'Parisians met Ann.\nOnly one read this.\nBob came.\n';
  const sidecar = (spans: [number, number, string][], reviewed: string[] = []): Sidecar => ({
    labels: ['place', 'person'],
    spans: spans.map(([start, end, label]) => ({ ...anchorAt(text, start, end), label, state: 'accepted' })),
    reviewed: reviewed.map((line) => anchorAt(text, text.indexOf(line), text.indexOf(line) + line.length)),
  });

  test('have the same tokens where spans cut words differently; lines of one only are left out', () => {
    const first = sidecar([[0, 5, 'place'], [14, 17, 'person']], ['Only one read this.', 'Bob came.']); // prettier-ignore
    const second = sidecar([[0, 9, 'place'], [14, 17, 'person']], ['Bob came.']); // prettier-ignore
    const both = readBoth(text, first, second);
    expect(both.onlyOne).toBe(1);
    expect(both.first).toEqual([['B-place', 'O', 'O', 'B-person', 'O'], ['O', 'O', 'O']]); // prettier-ignore
    expect(both.second).toEqual([['B-place', 'I-place', 'O', 'B-person', 'O'], ['O', 'O', 'O']]); // prettier-ignore
    expect(agreementOf(both).f1).toBeCloseTo(1 / 2, 12);
  });

  test('with no line in both are refused', () => {
    const none = (): unknown => readBoth(text, sidecar([[14, 17, 'person']]), sidecar([], ['Bob came.']));
    expect(none).toThrow(UserError);
    expect(none).toThrow(/No line was read in both/);
  });
});

test('files of other tokens are told apart', () => {
  const one = [{ tokens: ['a', 'b'], tags: ['O', 'O'] }];
  const two = [{ tokens: ['a', 'c'], tags: ['O', 'O'] }];
  expect(() => sameSentences(one, two, ['x', 'y'])).toThrow('Sentence 1 differs at token 2: "b" in x, "c" in y');
  expect(() => sameSentences(one, [], ['x', 'y'])).toThrow('Sentence 1 differs at token 1: "a" in x, "" in y');
});
