import {
  Chart,
  Interaction,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartDataset,
  type InteractionItem,
  type InteractionModeFunction,
  type ChartType,
  type TooltipPositionerFunction,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';
import { nearestIndex } from '../column';
import type { Point } from '../decimate';
import type { Line } from './content';
import { crosshair, referenceLines } from './plugins';

/** A data set of Chart.js that remembers which line it draws. */
export type LineDataset = ChartDataset<'line', Point[]> & { line: Line };
export type LineChart = Chart<'line', Point[]>;

declare module 'chart.js' {
  interface TooltipPositionerMap {
    above: TooltipPositionerFunction<ChartType>;
  }
  interface InteractionModeMap {
    eachLine: InteractionModeFunction;
  }
}

/** Registers the parts of Chart.js that are used, and no others, so that the bundle holds no others. */
export function registerCharts(): void {
  Chart.register(
    LineController,
    LineElement,
    PointElement,
    LinearScale,
    LogarithmicScale,
    Tooltip,
    zoom,
    referenceLines,
    crosshair,
  );
  // Beside the pointer, at the top: lines lie low once a model has learned something. Its middle lies half of its height
  // (a title and a row for each line) below the upper edge.
  Tooltip.positioners.above = function (items, pointer) {
    return items.length > 0 && { x: pointer.x, y: this.chart.chartArea.top + 22 + 9 * items.length };
  };
  Interaction.modes.eachLine = (chart, event) => {
    if (event.x === null) return [];
    const at = chart.scales.x?.getValueForPixel(event.x);
    return at === undefined ? [] : itemsAt(chart as LineChart, at);
  };
}

/** The point of each line that lies nearest to a place on the horizontal axis, as long as it is on the picture. */
export function itemsAt(chart: LineChart, at: number): InteractionItem[] {
  const items: InteractionItem[] = [];
  const { min, max } = chart.scales.x;
  chart.data.datasets.forEach((dataset, datasetIndex) => {
    const { line, data } = dataset as LineDataset;
    if (line.silent || data.length === 0) return;
    const index = nearestPoint(data, at);
    const element = chart.getDatasetMeta(datasetIndex).data[index];
    if (element && data[index].x >= min && data[index].x <= max) items.push({ element, datasetIndex, index });
  });
  return items;
}

function nearestPoint(points: readonly Point[], at: number): number {
  return nearestIndex(
    points.map((point) => point.x),
    at,
  );
}
