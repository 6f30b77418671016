import type { Chart, Plugin } from 'chart.js';
import { fade, type Theme } from '../../common/colour';
import { REFERENCE_DASH, type Reference } from './content';

interface Decoration {
  theme: Theme;
  references: Reference[];
}
const decorations = new WeakMap<Chart, Decoration>();

/** Says what the plugins below draw on a chart. */
export function decorate(chart: Chart, decoration: Decoration): void {
  decorations.set(chart, decoration);
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Dashed horizontal lines, such as a baseline or a threshold, with their words clear of each other at the left end: a loss
 * starts high and comes down to such a line further to the right.
 */
export const referenceLines: Plugin<'line'> = {
  id: 'referenceLines',
  afterDatasetsDraw(chart) {
    const decoration = decorations.get(chart);
    if (!decoration) return;
    const { ctx, chartArea, scales } = chart;
    const taken: Box[] = [];
    ctx.save();
    ctx.font = `${labelSize(decoration.theme)}px ${decoration.theme.font}`;
    ctx.textBaseline = 'middle';
    for (const { value, label, colour } of decoration.references) {
      const y = scales.y.getPixelForValue(value);
      if (!Number.isFinite(y) || y < chartArea.top || y > chartArea.bottom) continue;
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.25;
      ctx.setLineDash([...REFERENCE_DASH]);
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      const box = place(ctx.measureText(label).width, y, chartArea, taken, labelSize(decoration.theme));
      taken.push(box);
      ctx.fillStyle = fade(decoration.theme.background, 0.85);
      ctx.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
      ctx.fillStyle = colour;
      ctx.fillText(label, box.left + 4, (box.top + box.bottom) / 2);
    }
    ctx.restore();
  },
};

function labelSize(theme: Theme): number {
  return Math.max(10, theme.fontSize - 2);
}

function place(width: number, y: number, area: Box, taken: Box[], size: number): Box {
  const height = size + 4;
  const above = y - height - 2 >= area.top;
  const top = above ? y - height - 2 : y + 2;
  const box = { left: area.left, right: area.left + width + 8, top, bottom: top + height };
  for (const other of taken) {
    if (box.top >= other.bottom || box.bottom <= other.top) continue;
    box.left = Math.max(box.left, other.right + 6);
    box.right = box.left + width + 8;
  }
  return box;
}

/** The place on the horizontal axis that a person points at, common to all charts of the page. */
class Pointer {
  at: number | undefined;
  private readonly charts = new Set<Chart>();

  join(chart: Chart): void {
    this.charts.add(chart);
  }
  leave(chart: Chart): void {
    this.charts.delete(chart);
  }
  move(at: number | undefined, from: Chart): void {
    if (at === this.at) return;
    this.at = at;
    for (const chart of this.charts) if (chart !== from) chart.draw();
  }
}
export const pointer = new Pointer();

/** A thin upright line where the pointer is, in all charts at once. */
export const crosshair: Plugin<'line'> = {
  id: 'crosshair',
  start(chart) {
    pointer.join(chart);
  },
  stop(chart) {
    pointer.leave(chart);
  },
  afterEvent(chart, { event, inChartArea }) {
    if (event.type === 'mousemove' && inChartArea && event.x !== null) {
      pointer.move(chart.scales.x.getValueForPixel(event.x), chart);
    } else if (event.type === 'mouseout' || event.type === 'mousemove') {
      pointer.move(undefined, chart);
    }
  },
  beforeDatasetsDraw(chart) {
    const decoration = decorations.get(chart);
    if (!decoration || pointer.at === undefined) return;
    const x = chart.scales.x.getPixelForValue(pointer.at);
    const { ctx, chartArea } = chart;
    if (!Number.isFinite(x) || x < chartArea.left || x > chartArea.right) return;
    ctx.save();
    ctx.strokeStyle = fade(decoration.theme.foreground, decoration.theme.highContrast ? 1 : 0.45);
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(Math.round(x) + 0.5, chartArea.top);
    ctx.lineTo(Math.round(x) + 0.5, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};
