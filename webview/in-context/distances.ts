import type { InContextReport } from '../../src/protocol/in-context';
import type { TableContent } from '../common/table-content';
import { t } from './strings';

/** What the occurrences are compared by: their states in their sentences, or the vectors of their characters. */
export type Kind = 'context' | 'alone';
export const kinds: readonly Kind[] = ['context', 'alone'];

/** Distances below this are rounding. */
const SAME = 5e-5;

/** 1 - cosine, in [0, 2]; rounding below 0 is 0. */
export function distances({ cosines, alone }: InContextReport, kind: Kind): number[][] {
  return (kind === 'context' ? cosines : alone).map((row) => row.map((cosine) => Math.max(0, 1 - cosine)));
}

/** What each occurrence is called: its number, which makes it different from all others, and what stands around it. */
export function namesOf({ occurrences }: InContextReport): string[] {
  return occurrences.map(({ before, word, after }, n) => `${n + 1}. ${before}${word}${after}`);
}

/** The distances in words: their mean over all pairs, the two that are farthest apart, and what the map shows of it. */
export function summaryOf(report: InContextReport, kind: Kind): string {
  const table = distances(report, kind);
  if (table.length < 2) return t('summaryOne');
  let [sum, most, first, second] = [0, -1, 0, 0];
  table.forEach((row, a) =>
    row.slice(0, a).forEach((distance, b) => {
      sum += distance;
      if (distance > most) [most, first, second] = [distance, b, a];
    }),
  );
  const mean = (sum / ((table.length * (table.length - 1)) / 2)).toFixed(3);
  if (most < SAME) return t('summarySame', { mean });
  const [x, y] = report.maps[kind].explained.map((share) => (100 * share).toFixed(1));
  return [
    t('summary', { mean, first: first + 1, second: second + 1, most: most.toFixed(3) }),
    t('explained', { x, y }),
  ].join(' ');
}

/** All distances: a row and a column for each occurrence. */
export function distanceTable(report: InContextReport, kind: Kind): TableContent {
  const names = namesOf(report);
  return {
    caption: t('caption', { kind: t(`${kind}.title`) }),
    columns: [t('column.occurrence'), t('column.line'), ...names.map((_, n) => String(n + 1))],
    rows: distances(report, kind).map((row, n) => [
      names[n],
      String(report.occurrences[n].line),
      ...row.map((distance) => distance.toFixed(3)),
    ]),
  };
}
