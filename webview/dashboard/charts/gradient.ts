import { fade } from '../../common/colour';
import { formatValue } from '../format';
import { COLORS } from '../../common/colour';
import { identityOf } from '../identity';
import { t } from '../strings';
import {
  rawOpacity,
  REFERENCE_DASH,
  rowPositions,
  type ChartContent,
  type KeyEntry,
  type Line,
  type Reference,
  type ShownRun,
  type View,
} from './content';
import { metricLines, metricTable } from './step-metric';

/** Global norm of the gradient before clipping, the norm of each layer of one run, and the clip threshold. */
export function gradientContent(view: View): ChartContent {
  const clips = references(view);
  return {
    lines: [...metricLines(view, 'gradientNorm', t('tip.total'), { smoothed: true }), ...layerLines(view)],
    references: clips,
    key: keyOf(view),
    scale: view.settings.scale.gradient,
    axisTitle: t('axis.gradient'),
    fromZero: true,
    format: formatValue,
    table: (mostRows) => {
      const clip = [...new Set(clips.map((one) => formatValue(one.value)))].join(', ') || '–';
      const words = { caption: t('table.captionGradient', { clip }), column: t('key.total') };
      return metricTable(view, 'gradientNorm', words, mostRows, layerColumns);
    },
  };
}

function layerColumns(shown: ShownRun) {
  const { groups, groupNorms } = shown.run.series;
  return groups.map((name, i) => ({ name, value: (row: number) => formatValue(groupNorms[i]?.at(row)) }));
}

/** The run whose layers are drawn, when it is on the chart. */
function layeredRun(view: View): ShownRun | undefined {
  return view.runs.find(({ run }) => run.folder === view.layersOf);
}

function layerLook(index: number, shown: ShownRun, view: View) {
  // Colours that follow the run's own, each with a dash of its own.
  const identity = identityOf(index + 1);
  const colour = view.theme.palette[(shown.identity.color + 1 + index) % COLORS];
  return { colour, width: 1.5, dash: identity.dash };
}

function layerLines(view: View): Line[] {
  const shown = layeredRun(view);
  if (!shown) return [];
  const { series } = shown.run;
  const xs = rowPositions(shown.run, view.settings.horizontal);
  return series.groups.map((name, index) => ({
    key: `${shown.run.folder} layer ${index}`,
    run: shown,
    name,
    xs,
    ys: series.smooth(series.groupNorms[index], view.settings.smoothing),
    look: layerLook(index, shown, view),
    order: 1,
  }));
}

function references(view: View): Reference[] {
  const clips = new Set(view.runs.map(({ run }) => run.series.clip).filter((clip) => clip > 0));
  return [...clips].map((value) => ({
    value,
    label: `${t('key.clip')} ${formatValue(value)}`,
    colour: view.theme.foreground,
  }));
}

function keyOf(view: View): KeyEntry[] {
  const first = view.runs[0];
  if (!first) return [];
  const colour = view.runs.length > 1 ? view.theme.foreground : first.colour;
  const entries: KeyEntry[] = [{ label: t('key.total'), look: { colour, width: 2, dash: [] } }];
  if (view.settings.smoothing > 0)
    entries.push({
      label: t('key.rawNorm'),
      look: { colour: fade(colour, rawOpacity(view) + 0.2), width: 1.25, dash: [] },
    });
  const shown = layeredRun(view);
  shown?.run.series.groups.forEach((label, index) => entries.push({ label, look: layerLook(index, shown, view) }));
  if (view.runs.some(({ run }) => run.series.clip > 0)) {
    entries.push({ label: t('key.clip'), look: { colour: view.theme.foreground, width: 1.25, dash: REFERENCE_DASH } });
  }
  return entries;
}
