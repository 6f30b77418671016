import { Chart } from 'chart.js';
import { decimate, type Point } from '../decimate';
import type { Horizontal } from '../settings';
import type { Theme } from '../../common/colour';
import type { ChartContent, Line } from './content';
import { applyLook, chartOptions } from './options';
import { decorate, pointer } from './plugins';
import { itemsAt, type LineChart, type LineDataset } from './setup';

/** Draws content on a canvas; keeps Chart.js, zooming and decimation to itself. */
export class LineChartView {
  private readonly chart: LineChart;
  private content: ChartContent | undefined;
  private theme: Theme | undefined;
  private horizontal: Horizontal | undefined;
  private byWheel = false;
  private cursor: number | undefined;
  private wasZoomed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly zoomChanged: (zoomed: boolean) => void,
  ) {
    const options = chartOptions({
      zoomed: () => this.afterZoom(),
      zoomMode: () => (this.byWheel ? 'x' : 'xy'),
      manyRuns: () => new Set(this.content?.lines.map((line) => line.run)).size > 1,
    });
    // The plugin does not tell its zoom mode what started the zoom; these come first and do.
    canvas.addEventListener('wheel', () => (this.byWheel = true), { capture: true, passive: true });
    canvas.addEventListener('mousedown', () => (this.byWheel = false), { capture: true });
    canvas.addEventListener('dblclick', () => this.resetZoom());
    this.chart = new Chart<'line', Point[]>(canvas, { type: 'line', data: { datasets: [] }, options });
  }

  /** Draws content anew. A change of what an axis means ends a zoom. */
  draw(content: ChartContent, theme: Theme, horizontal: Horizontal): void {
    const sameAxes =
      this.horizontal === horizontal &&
      this.content?.axisTitle === content.axisTitle &&
      this.content.scale === content.scale;
    if (!sameAxes && this.wasZoomed) this.chart.resetZoom('none');
    // Chart.js keeps the colours of points for as long as it knows their dataset.
    if (this.theme !== theme) this.chart.data.datasets = [];
    this.content = content;
    this.theme = theme;
    this.horizontal = horizontal;
    applyLook(this.chart.options, content, theme, horizontal);
    decorate(this.chart, { theme, references: content.references });
    this.fill();
    this.chart.update('none');
    this.tellZoom();
  }

  get zoomed(): boolean {
    return this.wasZoomed;
  }

  zoom(factor: number): void {
    this.byWheel = true;
    this.chart.zoom({ x: factor, y: 1 }, 'none');
    this.afterZoom();
  }

  pan(pixels: { x: number; y: number }): void {
    if (!this.wasZoomed) return;
    this.chart.pan(pixels, undefined, 'none');
    this.afterZoom();
  }

  resetZoom(): void {
    this.chart.resetZoom('none');
    this.afterZoom();
  }

  /** Moves the reading position by `by` points and returns what the tooltip says there. */
  read(by: number): string {
    const { min, max } = this.chart.scales.x;
    const width = this.chart.chartArea.width;
    const start = this.cursor ?? (by > 0 ? min : max);
    this.cursor = Math.min(max, Math.max(min, start + (by * (max - min) * 12) / Math.max(1, width)));
    const items = itemsAt(this.chart, this.cursor);
    const { tooltip } = this.chart;
    if (!tooltip || items.length === 0) return '';
    this.chart.setActiveElements(items);
    tooltip.setActiveElements(items, {
      x: this.chart.scales.x.getPixelForValue(this.cursor),
      y: this.chart.chartArea.top,
    });
    pointer.move(this.cursor, this.chart);
    this.chart.update('none');
    return [...tooltip.title, ...tooltip.body.flatMap((row) => row.lines)].join('. ');
  }

  /** Ends reading by keyboard. */
  stopReading(): void {
    if (this.cursor === undefined) return;
    this.cursor = undefined;
    this.chart.setActiveElements([]);
    this.chart.tooltip?.setActiveElements([], { x: 0, y: 0 });
    pointer.move(undefined, this.chart);
    this.chart.update('none');
  }

  /** Calls `use` while the canvas is drawn at `ratio` pixels a CSS pixel and without a pointer. */
  atResolution<T>(ratio: number, use: (canvas: HTMLCanvasElement) => T): T {
    const { options } = this.chart;
    const before = options.devicePixelRatio;
    options.devicePixelRatio = Math.max(ratio, window.devicePixelRatio);
    this.stopReading();
    this.chart.resize();
    this.chart.update('none');
    try {
      return use(this.canvas);
    } finally {
      options.devicePixelRatio = before;
      this.chart.resize();
      this.chart.update('none');
    }
  }

  private afterZoom(): void {
    // What was under the pointer has moved away from it.
    this.chart.setActiveElements([]);
    this.chart.tooltip?.setActiveElements([], { x: 0, y: 0 });
    this.fill();
    this.chart.update('none');
    this.tellZoom();
  }

  private tellZoom(): void {
    const zoomed = this.chart.isZoomedOrPanned();
    if (zoomed === this.wasZoomed) return;
    this.wasZoomed = zoomed;
    this.zoomChanged(zoomed);
  }

  private fill(): void {
    if (!this.content || !this.theme) return;
    const area = this.chart.chartArea;
    const buckets = Math.max(100, Math.round((area?.width || 600) / 2));
    const x = this.chart.scales.x;
    const zoomed = this.chart.isZoomedOrPanned();
    const range = zoomed && x ? { from: x.min, to: x.max } : { from: -Infinity, to: Infinity };
    const positive = this.content.scale === 'logarithmic';
    const earlier = new Map((this.chart.data.datasets as LineDataset[]).map((dataset) => [dataset.line.key, dataset]));
    this.chart.data.datasets = this.content.lines.map((line) => {
      const points = decimate(line.xs, line.ys, { ...range, buckets, positive });
      const { transform } = line;
      if (transform) for (const point of points) point.y = transform(point.y);
      return this.dataset(line, points, earlier.get(line.key));
    });
  }

  private dataset(line: Line, data: Point[], earlier: LineDataset | undefined): LineDataset {
    const { look } = line;
    const marks = line.pointRadius !== undefined;
    const drawn = {
      line,
      data,
      order: line.order,
      borderColor: look.colour,
      borderWidth: look.width,
      borderDash: [...look.dash],
      borderJoinStyle: 'round' as const,
      pointStyle: look.shape ?? ('circle' as const),
      pointRadius: line.pointRadius ?? 0,
      pointHoverRadius: marks ? 5 : 3.5,
      pointBorderColor: look.colour,
      pointBackgroundColor: marks ? this.theme?.background : look.colour,
      pointHoverBackgroundColor: look.colour,
      pointHoverBorderColor: look.colour,
      pointBorderWidth: marks ? 1.75 : 1,
    };
    return Object.assign(earlier ?? {}, drawn) as LineDataset;
  }
}
