import { h, setAttribute, setHidden, setText, uniqueId } from '../../common/dom';
import { icon } from '../../common/icons';
import type { ChartId, Settings } from '../settings';
import { t, type StringKey } from '../strings';
import { swatch } from '../swatch';
import { TableView } from '../../common/table';
import { tool } from '../../common/tool';
import type { ChartContent, View } from './content';
import { describeChart } from './describe';
import { LineChartView } from './line-chart';
import { pictureOf, type Drawing } from './png';

const TABLE_ROWS = 100;
/** Milliseconds between two writings of an open table. */
const TABLE_EVERY = 2000;

export interface PanelSpec {
  id: ChartId;
  content: (view: View) => ChartContent;
  help: StringKey[];
  /** Whether there is anything to show; without it there always is. */
  shows?: (view: View) => boolean;
  /** A choice of this chart alone. */
  choice?: { element: HTMLElement; draw: (view: View) => void };
}

export interface PanelActions {
  change: (change: (settings: Settings) => void) => void;
  savePicture: (id: ChartId, bytes: Uint8Array) => Promise<void>;
}

/** One chart with its title, tools, key, help and table. */
export class ChartPanel {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly chart: LineChartView;
  private readonly table = new TableView();
  private readonly key = h('ul', { class: 'key' });
  private readonly frame: HTMLElement;
  private readonly note = h('p', { class: 'chart-note' });
  private readonly reading = h('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  private readonly tools: Record<'in' | 'out' | 'reset' | 'scale' | 'table' | 'png', HTMLButtonElement>;
  private readonly help: HTMLDetailsElement;
  private view: View | undefined;
  private drawnKey = '';
  private tableAt = 0;

  constructor(
    private readonly spec: PanelSpec,
    private readonly actions: PanelActions,
  ) {
    const heading = uniqueId('chart');
    const described = uniqueId('hint');
    this.tools = {
      scale: tool(t('chart.log'), t('chart.scaleLog'), () => this.toggleScale()),
      in: tool(icon('zoomIn'), t('chart.zoomIn'), () => this.chart.zoom(1.5)),
      out: tool(icon('zoomOut'), t('chart.zoomOut'), () => this.chart.zoom(1 / 1.5)),
      reset: tool(icon('reset'), t('chart.resetZoom'), () => this.chart.resetZoom()),
      table: tool(icon('table'), t('chart.table'), () => this.toggleTable()),
      png: tool(icon('picture'), t('chart.png'), () => void this.export()),
    };
    this.canvas = h('canvas', {
      tabIndex: 0,
      attributes: { role: 'img', 'aria-describedby': described },
      on: { keydown: (event) => this.onKey(event), blur: () => this.chart.stopReading() },
    });
    this.frame = h('div', { class: 'chart-frame' }, this.canvas, this.note);
    this.help = h(
      'details',
      { class: 'help', on: { toggle: () => this.keepHelp() } },
      h('summary', {}, icon('chevron'), t('chart.help')),
      ...spec.help.map((key) => h('p', { textContent: t(key) })),
      h('p', { class: 'hint', id: described, textContent: t('chart.hint') }),
    );
    const title = h('h2', { id: heading, textContent: t(`chart.${spec.id}`) });
    const tools = h('div', { class: 'tools', attributes: { role: 'group' } }, ...Object.values(this.tools));
    this.element = h(
      'section',
      { class: `panel chart chart-${spec.id}`, attributes: { 'aria-labelledby': heading } },
      h('header', { class: 'panel-header' }, title, h('span', { class: 'spring' }), spec.choice?.element, tools),
      this.key,
      this.frame,
      this.table.element,
      this.reading,
      this.help,
    );
    this.chart = new LineChartView(this.canvas, () => this.showZoom());
    this.showZoom();
  }

  /** Draws what the view shows now. */
  draw(view: View): void {
    this.view = view;
    const shows = this.spec.shows?.(view) ?? true;
    setHidden(this.element, !shows);
    if (!shows) return;
    const { settings } = view;
    this.spec.choice?.draw(view);
    const content = this.spec.content(view);
    const asTable = settings.tables.includes(this.spec.id);
    setHidden(this.frame, asTable);
    setAttribute(this.tools.table, 'aria-pressed', String(asTable));
    setAttribute(this.tools.scale, 'aria-pressed', String(content.scale === 'logarithmic'));
    if (this.help.open !== settings.help.includes(this.spec.id)) this.help.open = !this.help.open;
    this.drawKey(content);
    this.drawTable(content, asTable);
    if (asTable) return;
    const empty = content.lines.every((line) => line.xs.length === 0);
    setText(this.note, view.runs.length === 0 ? t('chart.noRuns') : t('chart.empty'));
    setHidden(this.note, !empty);
    setAttribute(this.canvas, 'aria-label', describeChart(t(`chart.${this.spec.id}`), content, settings.horizontal));
    this.chart.draw(content, view.theme, settings.horizontal);
  }

  private drawKey(content: ChartContent): void {
    const wanted = JSON.stringify(content.key);
    if (wanted === this.drawnKey) return;
    this.drawnKey = wanted;
    this.key.replaceChildren(...content.key.map(({ label, look }) => h('li', {}, swatch(look), label)));
  }

  private drawTable(content: ChartContent, asTable: boolean): void {
    setHidden(this.table.element, !asTable);
    if (!asTable) {
      this.tableAt = 0;
      return;
    }
    if (performance.now() - this.tableAt < TABLE_EVERY && this.tableAt > 0) return;
    this.tableAt = performance.now();
    this.table.draw(content.table(TABLE_ROWS));
  }

  private showZoom(): void {
    const zoomed = this.chart?.zoomed ?? false;
    this.tools.reset.disabled = !zoomed;
  }

  private toggleScale(): void {
    const { id } = this.spec;
    this.actions.change((settings) => {
      settings.scale[id] = settings.scale[id] === 'linear' ? 'logarithmic' : 'linear';
    });
  }

  private toggleTable(): void {
    this.tableAt = 0;
    this.actions.change((settings) => (settings.tables = toggled(settings.tables, this.spec.id)));
  }

  private keepHelp(): void {
    const open = this.view?.settings.help.includes(this.spec.id) ?? false;
    if (this.help.open !== open)
      this.actions.change((settings) => (settings.help = toggled(settings.help, this.spec.id)));
  }

  private async export(): Promise<void> {
    const { view, spec } = this;
    if (!view) return;
    const runs = view.runs.map(({ name, colour, identity }) => ({
      label: name,
      look: { colour, width: 2, dash: identity.dash, shape: identity.shape },
    }));
    const legend = [...runs, ...this.spec.content(view).key];
    const bytes = this.chart.atResolution(2, (canvas) =>
      pictureOf(copyOf(canvas), view.theme, { title: t(`chart.${spec.id}`), legend }),
    );
    await this.actions.savePicture(spec.id, bytes);
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      if (event.shiftKey) this.chart.pan({ x: -40 * step, y: 0 });
      else this.reading.textContent = this.chart.read(step);
    } else if (event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      this.chart.pan({ x: 0, y: event.key === 'ArrowUp' ? 40 : -40 });
    } else if (event.key === '+' || event.key === '=') this.chart.zoom(1.5);
    else if (event.key === '-') this.chart.zoom(1 / 1.5);
    else if (event.key === '0') this.chart.resetZoom();
    else if (event.key === 'Escape') this.chart.stopReading();
    else return;
    event.preventDefault();
  }
}

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((one) => one !== item) : [...list, item];
}

/** The chart goes back to its size at once; its picture must not. */
function copyOf(canvas: HTMLCanvasElement): Drawing {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  return { canvas: copy, width: canvas.clientWidth, height: canvas.clientHeight };
}
