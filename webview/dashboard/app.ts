import type { DashboardRun, HostContract, PageContract } from '../../src/protocol/dashboard';
import { Announcer } from './announcer';
import { hasGradients, hasSteps, type ShownRun, type View } from './charts/content';
import { accuracyContent, hasAccuracy } from './charts/accuracy';
import { gradientContent } from './charts/gradient';
import { layeredFolder, LayersChoice } from './charts/layers-choice';
import { lossContent } from './charts/loss';
import { ChartPanel, type PanelSpec } from './charts/panel';
import { rateContent, speedContent } from './charts/simple';
import { ClassesView } from './classes';
import { ControlsView } from './controls';
import { metricsCsv } from './csv';
import { h, setHidden } from '../common/dom';
import { spokenEvaluation, spokenFinish, spokenSummary } from './facts';
import { unitFor } from './format';
import { HeaderView, type HeaderCommand } from './header';
import type { Host } from '../common/host';
import { assignSlots, identityOf } from './identity';
import { LegendView } from './legend';
import { Notices } from './notices';
import { RunsListView } from './runs-list';
import { SamplesView } from './samples';
import { Scheduler } from './scheduler';
import { readSettings, type Settings } from './settings';
import {
  initialState,
  missingHistory,
  originOf,
  reduce,
  shownRuns,
  type Change,
  type Message,
  type State,
} from './state';
import type { Theme } from '../common/colour';
import { onThemeChange, readTheme } from '../common/theme';
import { WorthView } from './worth';

type Part = 'frame' | 'charts' | 'header' | 'samples' | 'runs';

const partsOf: Record<Change, Part[]> = {
  runs: ['frame', 'runs', 'header', 'charts'],
  shown: ['frame', 'runs', 'charts'],
  focus: ['frame', 'runs', 'header', 'samples'],
  steps: ['charts', 'header'],
  evaluation: ['charts', 'header', 'runs'],
  sample: ['samples'],
  finished: ['header', 'runs', 'charts'],
};

/** The page: holds the state, hears the host, and lets each part draw itself when what it shows has changed. */
export class App {
  private readonly state: State;
  private readonly settings: Settings;
  private theme: Theme = readTheme();
  private readonly scheduler = new Scheduler<Part>((parts) => this.draw(parts));
  private readonly notices: Notices;
  private readonly announcer: Announcer;
  private readonly header: HeaderView;
  private readonly controls: ControlsView;
  private readonly legend = new LegendView();
  private readonly panels: ChartPanel[];
  private readonly worth = new WorthView();
  private readonly classes = new ClassesView();
  private readonly samples = new SamplesView();
  private readonly runsList: RunsListView;
  private readonly content: HTMLElement;

  constructor(
    root: HTMLElement,
    private readonly host: Host<HostContract, PageContract>,
  ) {
    this.settings = readSettings(host.kept);
    this.state = initialState(this.settings);
    const live = h('p', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', role: 'status' } });
    this.announcer = new Announcer((sentence) => (live.textContent = sentence), () => performance.now()); // prettier-ignore
    this.notices = new Notices(() => void this.hydrate());
    this.header = new HeaderView((name) => this.command(name));
    this.controls = new ControlsView({
      change: (change) => this.change(change),
      exportCsv: () => void this.exportCsv(),
    });
    this.panels = this.makePanels();
    this.runsList = new RunsListView({
      show: (folder, shown) => this.apply({ type: 'show', folder, shown }, true),
      look: (folder) => this.apply({ type: 'focus', folder }, true),
      rename: (folder, name) => void this.notices.guard(this.rename(folder, name)),
      remove: (folder) => void this.notices.guard(this.remove(folder)),
      resume: (folder) => this.host.channel.notify('command', { name: 'resumeTraining', folder }),
    });
    const charts = h(
      'div',
      { class: 'charts' },
      this.controls.element,
      this.legend.element,
      ...this.panels.map((panel) => panel.element),
      this.worth.element,
      this.classes.element,
    );
    const aside = h('div', { class: 'aside' }, this.samples.element, this.runsList.element);
    this.content = h(
      'main',
      { class: 'content', hidden: true },
      this.header.element,
      h('div', { class: 'columns' }, charts, aside),
    );
    root.replaceChildren(this.notices.element, this.content, live);
  }

  /** Hears the host first and asks for everything then, so that nothing falls between. */
  start(): void {
    const { channel } = this.host;
    channel.onNotification('events', (params) => this.apply({ type: 'events', ...params }));
    channel.onNotification('runChanged', (params) => this.apply({ type: 'runChanged', ...params }));
    channel.onNotification('runDeleted', (params) => this.apply({ type: 'runDeleted', ...params }));
    channel.onNotification('focus', (params) => this.apply({ type: 'focus', byHost: true, ...params }, true));
    onThemeChange(() => {
      this.theme = readTheme();
      this.scheduler.request(['charts', 'runs'], true);
    });
    void this.hydrate();
  }

  private async hydrate(): Promise<void> {
    this.notices.loading();
    try {
      const answer = await this.host.channel.request('hydrate', { shown: this.state.shown });
      this.apply({ type: 'hydrated', ...answer }, true);
    } catch (error) {
      this.notices.failed(error);
    }
  }

  private apply(message: Message, now = false): void {
    const changes = reduce(this.state, message);
    this.scheduler.request(new Set([...changes].flatMap((change) => partsOf[change])), now);
    if (changes.has('shown') || changes.has('focus')) this.keep();
    if (this.state.ready) void this.notices.guard(this.loadMissing());
    this.announce(changes, message);
  }

  private async loadMissing(): Promise<void> {
    const folders = missingHistory(this.state);
    if (folders.length === 0) return;
    reduce(this.state, { type: 'loading', folders });
    let runs: DashboardRun[] = [];
    try {
      runs = await this.host.channel.request('loadRuns', { folders });
    } finally {
      const answered = new Set(runs.map((run) => run.folder));
      const left = folders.filter((folder) => !answered.has(folder));
      reduce(this.state, { type: 'loadFailed', folders: left });
    }
    this.apply({ type: 'loaded', runs }, true);
  }

  private announce(changes: ReadonlySet<Change>, message: Message): void {
    const run = this.state.focus ? this.state.runs.get(this.state.focus) : undefined;
    if (!run || message.type !== 'events' || message.folder !== run.folder) return;
    const { unit } = this.drawnSettings();
    if (changes.has('finished')) this.announcer.news(spokenFinish(run, unit));
    else if (changes.has('evaluation')) this.announcer.news(spokenEvaluation(run, unit));
    else this.announcer.state(spokenSummary(run, unit));
  }

  private change(change: (settings: Settings) => void): void {
    change(this.settings);
    this.keep();
    this.scheduler.request(['charts', 'header', 'runs'], true);
  }

  private keep(): void {
    this.settings.shown = [...this.state.shown];
    this.settings.focus = this.state.focus;
    this.settings.asked = this.state.asked;
    this.settings.slots = { ...this.settings.slots, ...this.slots() };
    this.host.keep(this.settings);
  }

  private slots(): Record<string, number> {
    return assignSlots(this.state.shown, this.settings.slots);
  }

  private shown(): ShownRun[] {
    const slots = this.slots();
    return shownRuns(this.state).map((run) => {
      const identity = identityOf(slots[run.folder]);
      return { run, name: run.record.name, identity, colour: this.theme.palette[identity.color] };
    });
  }

  /** The person's settings, with a unit that means something to the runs that are shown. */
  private drawnSettings(): Settings {
    return { ...this.settings, unit: unitFor(this.settings.unit, shownRuns(this.state)) };
  }

  private draw(parts: ReadonlySet<Part>): void {
    const { state, theme } = this;
    const settings = this.drawnSettings();
    const focused = state.focus ? state.runs.get(state.focus) : undefined;
    if (parts.has('frame')) {
      this.notices.show(state.ready, state.runs.size === 0);
      setHidden(this.content, state.runs.size === 0 || !state.ready);
    }
    if (!state.ready || !focused) return;
    if (parts.has('header')) this.header.draw(focused, settings.unit, originOf(state, focused));
    if (parts.has('samples')) this.samples.draw(focused);
    if (parts.has('runs')) this.runsList.draw(state, settings, this.slots(), theme);
    if (!parts.has('charts')) return;
    const runs = this.shown();
    const view: View = { runs, settings, theme, layersOf: layeredFolder(state.shown, settings.layersOf) };
    this.controls.draw(settings);
    this.legend.draw(runs);
    for (const panel of this.panels) panel.draw(view);
    this.worth.draw(runs.map(({ run }) => run));
    this.classes.draw(focused);
  }

  private makePanels(): ChartPanel[] {
    const change = (how: (settings: Settings) => void) => this.change(how);
    const layers = new LayersChoice(change);
    const specs: PanelSpec[] = [
      { id: 'loss', content: lossContent, help: ['help.loss', 'help.loss2'] },
      { id: 'accuracy', content: accuracyContent, shows: hasAccuracy, help: ['help.accuracy'] },
      {
        id: 'gradient',
        content: gradientContent,
        shows: hasGradients,
        help: ['help.gradient', 'help.gradient2'],
        choice: { element: layers.element, draw: ({ runs, layersOf }) => layers.draw(runs, layersOf) },
      },
      { id: 'rate', content: rateContent, shows: hasSteps, help: ['help.rate'] },
      { id: 'speed', content: speedContent, shows: hasSteps, help: ['help.speed'] },
    ];
    const savePicture = (id: string, data: Uint8Array) => this.save(`${this.fileName()}-${id}.png`, 'png', data);
    return specs.map((spec) => new ChartPanel(spec, { change, savePicture }));
  }

  private command(name: HeaderCommand): void {
    this.host.channel.notify('command', { name, folder: this.state.focus });
  }

  private async rename(folder: string, name: string): Promise<void> {
    await this.host.channel.request('renameRun', { folder, name });
    const run = this.state.runs.get(folder);
    if (run) this.apply({ type: 'runChanged', folder, record: { ...run.record, name }, live: run.live }, true);
  }

  private async remove(folder: string): Promise<void> {
    if (await this.host.channel.request('deleteRun', { folder })) this.apply({ type: 'runDeleted', folder }, true);
  }

  private exportCsv(): Promise<void> {
    return this.save(`${this.fileName()}-metrics.csv`, 'csv', metricsCsv(shownRuns(this.state)));
  }

  private async save(name: string, kind: 'png' | 'csv', data: Uint8Array | string): Promise<void> {
    await this.notices.guard(this.host.channel.request('saveFile', { name, kind, data }));
  }

  /** A name for files that every file system takes. */
  private fileName(): string {
    const runs = shownRuns(this.state);
    const name = runs.length === 1 ? runs[0].record.name : 'runs';
    return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 60) || 'run'; // prettier-ignore
  }
}
