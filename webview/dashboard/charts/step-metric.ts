import { fade } from '../../common/colour';
import { formatClock, formatCount, formatValue } from '../format';
import type { Metric } from '../series';
import { t } from '../strings';
import { spread, type TableContent } from '../../common/table-content';
import { rawOpacity, rowPositions, type Line, type ShownRun, type View } from './content';

/** A metric that every step has, as a faint line of each step with, when smoothing is on, a strong smoothed one above. */
export function metricLines(view: View, metric: Metric, name: string, options: { smoothed: boolean }): Line[] {
  const weight = options.smoothed ? view.settings.smoothing : 0;
  return view.runs.flatMap((shown) => linesOf(shown, view, metric, name, weight));
}

function linesOf(shown: ShownRun, view: View, metric: Metric, name: string, weight: number): Line[] {
  const { run, colour, identity } = shown;
  const column = run.series.values[metric];
  const xs = rowPositions(run, view.settings.horizontal);
  const strong: Line = {
    key: `${run.folder} ${metric}`,
    run: shown,
    name,
    xs,
    ys: run.series.smooth(column, weight),
    look: { colour, width: weight > 0 ? 2 : 1.5, dash: identity.dash },
    order: 2,
    raw: weight > 0 ? column.values : undefined,
  };
  if (weight === 0) return [strong];
  const look = { colour: fade(colour, rawOpacity(view)), width: 1, dash: [] };
  return [
    { key: `${run.folder} ${metric} raw`, run: shown, name, xs, ys: column.values, look, order: 3, silent: true },
    strong,
  ];
}

/** Rows of a metric of all shown runs, evenly spread where there are too many. */
export function metricTable(
  view: View,
  metric: Metric,
  words: { caption: string; column: string },
  mostRows: number,
  more: (shown: ShownRun) => { name: string; value: (row: number) => string }[] = () => [],
): TableContent {
  const share = Math.max(2, Math.floor(mostRows / Math.max(1, view.runs.length)));
  const extras = view.runs.map((shown) => more(shown));
  const names = [...new Set(extras.flatMap((list) => list.map((one) => one.name)))];
  const rows: string[][] = [];
  let all = 0;
  view.runs.forEach(({ run, name }, index) => {
    const { series } = run;
    all += series.step.length;
    for (const row of spread(series.step.length, share)) {
      rows.push([
        name, formatCount(series.step.at(row) ?? 0), formatClock(series.time.at(row) ?? 0),
        formatValue(series.epoch.at(row)), formatValue(series.values[metric].at(row)),
        ...names.map((wanted) => extras[index].find((one) => one.name === wanted)?.value(row) ?? '–'),
      ]); // prettier-ignore
    }
  });
  const thinned = rows.length < all ? ` ${t('table.thinned', { shown: rows.length, all: formatCount(all) })}` : '';
  const columns = [t('table.run'), t('table.step'), t('table.time'), t('table.epoch'), words.column, ...names];
  return { caption: words.caption + thinned, columns, rows };
}
