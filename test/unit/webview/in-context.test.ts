import { expect, test } from 'vitest';
import type { InContextReport } from '../../../src/protocol/in-context';
import { distances, distanceTable, namesOf, summaryOf } from '../../../webview/in-context/distances';

const plane = { places: [0, 1, 2].map((x) => ({ x, y: 0 })), explained: [1, 0] as [number, number] };
const report: InContextReport = {
  words: ['bank'],
  run: 'Lines',
  text: 'lines.txt',
  occurrences: [
    { before: 'the ', word: 'bank', after: ' lends', line: 1 },
    { before: 'a ', word: 'bank', after: ' of sand', line: 4 },
    { before: 'the ', word: 'bank', after: ' lends', line: 7 },
  ],
  all: 3,
  cosines: [
    [1, 0.25, 0.9],
    [0.25, 1, 0.5],
    [0.9, 0.5, 1.0000001],
  ],
  alone: Array.from({ length: 3 }, () => [1, 1, 0.9999999]),
  maps: { context: plane, alone: plane },
};

test('distances are 1 - cosine and never negative', () => {
  expect(distances(report, 'context')[0][1]).toBe(0.75);
  expect(distances(report, 'context')[2][2]).toBe(0);
});

test('occurrences with the same words around them have names of their own', () => {
  expect(new Set(namesOf(report)).size).toBe(3);
});

test('the sentence tells the mean and the farthest two; alone all are the same', () => {
  expect(summaryOf(report, 'context')).toBe(
    'Mean distance 0.450; the farthest are 1 and 2 with 0.750. The axes show 100.0 % and 0.0 % of the variance.',
  );
  expect(summaryOf(report, 'alone')).toBe('Mean distance 0.000: every occurrence is in the same place.');
  const one = { ...report, cosines: [[1]], alone: [[1]], occurrences: report.occurrences.slice(0, 1) };
  expect(summaryOf(one, 'context')).toMatch(/^One occurrence/);
});

test('the table has a row and a column for each occurrence', () => {
  const { columns, rows, caption } = distanceTable(report, 'context');
  expect(caption).toContain('In context');
  expect(columns).toEqual(['Occurrence', 'Line', '1', '2', '3']);
  expect(rows[1]).toEqual(['2. a bank of sand', '4', '0.750', '0.000', '0.500']);
});
