import { bar } from '../common/bars';
import { OUTSIDE, type ShownSpan } from './spans';

/** "98.2 %". */
export function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}

/**
 * The label of a span and its runners-up, the most probable first, as rows with bars.
 * @param outside the word for no entity
 */
export function distribution({ label, probability, alternatives }: ShownSpan, outside: string): string {
  const rows = [{ label, probability }, ...alternatives].sort((a, b) => b.probability - a.probability);
  const names = rows.map((row) => (row.label === OUTSIDE ? outside : row.label));
  const width = Math.max(...names.map(({ length }) => length));
  return rows
    .map(
      (row, k) =>
        `${names[k].padEnd(width)}  ${bar(row.probability, rows[0].probability)}  ${percent(row.probability)}`,
    )
    .join('\n');
}
