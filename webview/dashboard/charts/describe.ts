import type { Horizontal } from '../settings';
import { t } from '../strings';
import type { ChartContent } from './content';

/** What a chart shows, in words: its last values. For those who do not see it. */
export function describeChart(name: string, content: ChartContent, horizontal: Horizontal): string {
  const filled = content.lines.filter((line) => !line.silent && line.xs.length > 0);
  if (filled.length === 0) return t('chart.ariaNothing', { chart: name });
  const runs = new Set(filled.map((line) => line.run.name));
  const values = filled.map((line) => {
    const last = line.ys[line.ys.length - 1];
    const value = content.format(line.transform ? line.transform(last) : last);
    return t('chart.lastValue', { name: runs.size > 1 ? `${line.run.name}, ${line.name}` : line.name, value });
  });
  const references = content.references.map((one) => `${one.label}.`);
  return t('chart.aria', {
    chart: name,
    axis: t(`horizontal.${horizontal}`),
    runs: [...runs].join(', '),
    values: [...values, ...references].join(' '),
  });
}
