import { formatClock, formatCount, formatValue } from '../format';
import { t } from '../strings';
import { spread, type TableContent } from '../../common/table-content';
import {
  positionOf,
  type ChartContent,
  type KeyEntry,
  type Line,
  type Reference,
  type ShownRun,
  type View,
} from './content';

const MEASURES = ['accuracy', 'f1'] as const;
type Measure = (typeof MEASURES)[number];

/** Shares of held-out targets that were right, and F1 where there are classes, with those of the baselines. */
export function accuracyContent(view: View): ChartContent {
  return {
    lines: view.runs.flatMap((shown) => MEASURES.flatMap((measure) => linesOf(shown, measure, view))),
    references: references(view),
    key: keyOf(view),
    scale: view.settings.scale.accuracy,
    axisTitle: t('axis.accuracy'),
    fromZero: false,
    format: formatValue,
    table: (mostRows) => accuracyTable(view, mostRows),
  };
}

/** Whether any of the runs has what the chart shows. */
export function hasAccuracy({ runs }: View): boolean {
  return runs.some(({ run }) => run.series.evaluations.some(({ accuracy }) => accuracy !== undefined));
}

function linesOf(shown: ShownRun, measure: Measure, view: View): Line[] {
  const { run, colour, identity } = shown;
  const events = run.series.evaluations.filter((event) => event[measure] !== undefined);
  if (events.length === 0) return [];
  return [
    {
      key: `${run.folder} ${measure}`,
      run: shown,
      name: t(`key.${measure}`),
      xs: events.map((event) => positionOf(run, view.settings.horizontal, event)),
      ys: events.map((event) => event[measure] ?? NaN),
      look: {
        colour,
        width: 1.5,
        dash: measure === 'f1' ? [2, 2] : identity.dash,
        shape: measure === 'accuracy' ? identity.shape : undefined,
      },
      pointRadius: measure === 'accuracy' ? 3.5 : 0,
      order: measure === 'accuracy' ? 1 : 2,
      sparse: true,
    },
  ];
}

function references(view: View): Reference[] {
  const found = new Map<string, Reference>();
  for (const { run } of view.runs) {
    for (const { name, accuracy } of run.series.baselines) {
      if (accuracy === undefined) continue;
      const label = `${name}: ${formatValue(accuracy)}`;
      found.set(label, { value: accuracy, label, colour: view.theme.foreground });
    }
  }
  return [...found.values()];
}

function keyOf(view: View): KeyEntry[] {
  const first = view.runs[0];
  if (!first) return [];
  const colour = view.runs.length > 1 ? view.theme.foreground : first.colour;
  const entries: KeyEntry[] = [
    { label: t('key.accuracy'), look: { colour, width: 1.5, dash: [], shape: first.identity.shape } },
  ];
  if (view.runs.some(({ run }) => run.series.evaluations.some(({ f1 }) => f1 !== undefined))) {
    entries.push({ label: t('key.f1'), look: { colour, width: 1.5, dash: [2, 2] } });
  }
  return entries;
}

function accuracyTable(view: View, mostRows: number): TableContent {
  const share = Math.max(2, Math.floor(mostRows / Math.max(1, view.runs.length)));
  const rows = view.runs.flatMap(({ run, name }) => {
    const { evaluations } = run.series;
    return spread(evaluations.length, share).map((index) => {
      const { step, time, accuracy, f1 } = evaluations[index];
      return [name, formatCount(step), formatClock(time), formatValue(accuracy), formatValue(f1)];
    });
  });
  const columns = [t('table.run'), t('table.step'), t('table.time'), t('key.accuracy'), t('key.f1')];
  return { caption: t('table.captionAccuracy'), columns, rows };
}
