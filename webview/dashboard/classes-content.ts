import type { EvaluationEvent } from '../../src/core/runs/events';
import { formatCount, formatValue } from './format';
import { t } from './strings';
import type { TableContent } from '../common/table-content';

/** Classes that are listed, the most frequent first. */
const LISTED = 200;

/** A row for each class. */
export function classesTable({ classes = [], confusion, step }: EvaluationEvent): TableContent {
  const order = classes.map((_, k) => k).sort((a, b) => classes[b].count - classes[a].count);
  const rows = order.slice(0, LISTED).map((k) => {
    const { label, precision, recall, f1, count } = classes[k];
    const mistaken = confusion ? mistakenFor(confusion[k], k, classes) : '–';
    return [label, formatValue(precision), formatValue(recall), formatValue(f1), formatCount(count), mistaken];
  });
  return {
    caption: t('classes.caption', { step: formatCount(step) }),
    columns: [
      t('classes.class'),
      t('classes.precision'),
      t('classes.recall'),
      t('key.f1'),
      t('classes.count'),
      t('classes.mistaken'),
    ],
    rows,
  };
}

/** What a class was taken for most often, when it was not recognised; behind the classes stands what is none of them. */
function mistakenFor(row: readonly number[], own: number, classes: { label: string }[]): string {
  let most = -1;
  row.forEach((count, k) => {
    if (k !== own && count > 0 && (most < 0 || count > row[most])) most = k;
  });
  return most < 0 ? '–' : `${classes[most]?.label ?? t('classes.none')} (${formatCount(row[most])})`;
}
