import type { ChartOptions, Scale, TooltipItem } from 'chart.js';
import { fade, type Theme } from '../../common/colour';
import { nearestIndex } from '../column';
import { formatClock, formatCount, formatTick, formatValue } from '../format';
import type { Horizontal, ScaleKind } from '../settings';
import { t } from '../strings';
import type { ChartContent } from './content';
import type { LineDataset } from './setup';
import { logarithmicTicks, roundTicks, timeTicks } from './ticks';

/** What the options need from the chart that they belong to. */
export interface OptionHooks {
  zoomed: () => void;
  /** The wheel turns the horizontal axis only; a box is taken as drawn. */
  zoomMode: () => 'x' | 'xy';
  manyRuns: () => boolean;
}

/** Options of every chart of the page: no animation, own decimation, one tooltip row a line. */
export function chartOptions(hooks: OptionHooks): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'eachLine', intersect: false },
    events: ['mousemove', 'mouseout', 'touchstart', 'touchmove'],
    layout: { padding: { top: 4, right: 4 } },
    elements: { line: { tension: 0 } },
    scales: {
      x: {
        type: 'linear',
        bounds: 'data',
        border: { display: true },
        title: { display: true },
        ticks: { maxRotation: 0, autoSkipPadding: 16 },
      },
      y: {
        type: 'linear',
        bounds: 'data',
        grace: '4%',
        border: { display: false },
        title: { display: true },
        ticks: { maxTicksLimit: 7, padding: 6 },
      },
    },
    plugins: {
      tooltip: {
        position: 'above',
        yAlign: 'center',
        caretSize: 0,
        caretPadding: 14,
        padding: 10,
        cornerRadius: 4,
        borderWidth: 1,
        boxWidth: 10,
        boxHeight: 10,
        boxPadding: 6,
        usePointStyle: true,
        callbacks: {
          title: (items) => tooltipTitle(items),
          label: (item) => tooltipLabel(item, hooks.manyRuns()),
          labelColor: ({ dataset }) => {
            const { look } = (dataset as LineDataset).line;
            return { borderColor: look.colour, backgroundColor: look.colour, borderWidth: 2 };
          },
          labelPointStyle: ({ dataset }) => ({
            pointStyle: (dataset as LineDataset).line.look.shape ?? 'line',
            rotation: 0,
          }),
        },
      },
      zoom: {
        limits: { x: { minRange: 1e-3 } },
        pan: { enabled: true, mode: 'xy', modifierKey: 'shift', onPan: hooks.zoomed },
        zoom: {
          mode: hooks.zoomMode,
          wheel: { enabled: true, modifierKey: 'ctrl', speed: 0.15 },
          pinch: { enabled: true },
          drag: { enabled: true, threshold: 6, borderWidth: 1 },
          onZoom: hooks.zoomed,
        },
      },
    },
  };
}

/** Sets what follows from theme, axis kinds and content. */
export function applyLook(
  options: ChartOptions<'line'>,
  content: ChartContent,
  theme: Theme,
  horizontal: Horizontal,
): void {
  const x = options.scales!.x!;
  const y = options.scales!.y!;
  const font = { family: theme.font, size: Math.max(10, theme.fontSize - 2) };
  for (const scale of [x, y] as { ticks: object; title: object; border: object; grid: object }[]) {
    Object.assign(scale.ticks, { color: theme.quiet, font });
    Object.assign(scale.title, { color: theme.quiet, font });
    scale.border = { ...scale.border, color: theme.axis };
    scale.grid = {
      color: theme.grid,
      tickColor: 'transparent',
      drawTicks: false,
    };
  }
  Object.assign(x, { grid: { display: false } });
  Object.assign(x.ticks!, { padding: 6 });
  Object.assign(x.title!, { text: t(`axis.${horizontal}`) });
  Object.assign(y.title!, { text: content.axisTitle });
  setHorizontal(x, horizontal);
  setVertical(y, content);
  Object.assign(options.plugins!.tooltip!, {
    backgroundColor: theme.tooltipBackground,
    titleColor: theme.quiet,
    bodyColor: theme.tooltipForeground,
    borderColor: theme.tooltipBorder,
    titleFont: { ...font, weight: 'normal' },
    bodyFont: { ...font, size: theme.fontSize - 1 },
    titleMarginBottom: 8,
    bodySpacing: 4,
  });
  Object.assign(options.plugins!.zoom!.zoom!.drag!, {
    backgroundColor: fade(theme.focus, 0.15),
    borderColor: theme.focus,
  });
}

function setHorizontal(scale: object, horizontal: Horizontal): void {
  Object.assign(scale, {
    afterBuildTicks: (axis: Scale) => {
      const room = Math.max(3, axis.width / 72);
      const values = horizontal === 'time' ? timeTicks(axis.min, axis.max, room) : roundTicks(axis.min, axis.max, room);
      axis.ticks = values.map((value) => ({ value }));
    },
  });
  const ticks = (scale as { ticks: object }).ticks;
  Object.assign(ticks, {
    callback: (value: number) => (horizontal === 'time' ? formatClock(value) : formatTick(value)),
  });
}

function setVertical(scale: object, content: ChartContent): void {
  const values = content.references.map((one) => one.value);
  const logarithmic = content.scale === 'logarithmic';
  const lowest = values.length > 0 ? Math.min(...values) : undefined;
  const highest = values.length > 0 ? Math.max(...values) : undefined;
  Object.assign(scale, {
    type: content.scale satisfies ScaleKind,
    beginAtZero: content.fromZero && !logarithmic,
    suggestedMin: content.fromZero && !logarithmic ? 0 : lowest,
    suggestedMax: highest,
    afterBuildTicks: (axis: Scale) => {
      const { min, max } = axis;
      const values = logarithmic
        ? logarithmicTicks(min, max)
        : roundTicks(min, max, Math.min(8, Math.max(3, axis.height / 36)));
      axis.ticks = values.map((value) => ({ value }));
    },
  });
  Object.assign((scale as { ticks: object }).ticks, { callback: (value: number) => formatTick(value) });
}

function tooltipTitle(items: TooltipItem<'line'>[]): string {
  const dense = items.find((item) => !(item.dataset as LineDataset).line.sparse) ?? items[0];
  if (!dense) return '';
  const { line, data } = dense.dataset as LineDataset;
  const { series } = line.run.run;
  if (line.sparse) return '';
  const row = nearestIndex(line.xs, data[dense.dataIndex].x);
  return t('tip.title', {
    step: formatCount(series.step.at(row) ?? 0),
    time: formatClock(series.time.at(row) ?? 0),
    epoch: formatValue(series.epoch.at(row)),
  });
}

function tooltipLabel(item: TooltipItem<'line'>, manyRuns: boolean): string {
  const { line, data } = item.dataset as LineDataset;
  const point = data[item.dataIndex];
  const name = manyRuns ? `${line.run.name} – ${line.name}` : line.name;
  return `${name}: ${describeValue(line, point)}`;
}

function describeValue(line: LineDataset['line'], point: { x: number; y: number }): string {
  const value = formatValue(point.y);
  const row = nearestIndex(line.xs, point.x);
  if (line.sparse)
    return t('tip.atStep', { value, step: formatCount(line.run.run.series.evaluations[row]?.step ?? 0) });
  if (!line.raw || row < 0) return value;
  const raw = line.transform ? line.transform(line.raw[row]) : line.raw[row];
  return t('tip.raw', { value, raw: formatValue(raw) });
}
