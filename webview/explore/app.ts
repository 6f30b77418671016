import type { ExploreHost, ExplorePage, VectorsChoice } from '../../src/protocol/explore';
import type { VectorSource } from '../../src/protocol/word-vectors';
import type { Theme } from '../common/colour';
import { h, setHidden, setText } from '../common/dom';
import type { Host } from '../common/host';
import { icon } from '../common/icons';
import { onThemeChange, readTheme } from '../common/theme';
import { csvText } from '../common/csv-field';
import { Answers } from './answers';
import { Notices } from './notices';
import { Question } from './question';
import { readSettings, sameSource, type Settings, type Tab } from './settings';
import { SourcesView } from './sources';
import { t } from './strings';
import { TabsView } from './tabs';
import { AnalogyView } from './views/analogy';
import { ClustersView } from './views/clusters';
import { CompareView } from './views/compare';
import { MapQuestion } from './views/map';
import { NeighboursView } from './views/neighbours';
import { OddView } from './views/odd';
import { RatiosView } from './views/ratios';
import type { View, ViewActions } from './views/view';

const COMPLETIONS = 8;
const PANEL = 'questions';

/** The page: which vectors answer, which question is asked, and the answers side by side. */
export class App {
  private readonly settings: Settings;
  private readonly answers: Answers;
  private readonly notices: Notices;
  private readonly sources: SourcesView;
  private readonly tabs: TabsView;
  private readonly views: Record<Tab, View>;
  private readonly questions: [Question, Question];
  private readonly form = h('div', { class: 'form' });
  private readonly help = h('p');
  private readonly panes: HTMLElement;
  private readonly content: HTMLElement;
  private theme: Theme = readTheme();
  private choices: readonly VectorsChoice[] = [];

  constructor(
    root: HTMLElement,
    private readonly host: Host<ExploreHost, ExplorePage>,
  ) {
    this.settings = readSettings(host.kept);
    this.answers = new Answers(host.channel);
    const open = () => void this.notices.guard(this.open());
    const learn = () => host.channel.notify('learn', {});
    this.notices = new Notices({ retry: () => void this.hydrate(), learn, open });
    this.sources = new SourcesView({ choose: (which, source) => this.choose(which, source), open });
    this.tabs = new TabsView(PANEL, (tab) => this.turnTo(tab));
    this.views = this.makeViews();
    this.questions = [this.makeQuestion(), this.makeQuestion()];
    this.panes = h('div', { class: 'panes' }, ...this.questions.map(({ pane }) => pane.element));
    const help = h('details', { class: 'help' }, h('summary', {}, icon('chevron'), t('pane.help')), this.help);
    this.content = h(
      'main',
      { hidden: true },
      h('header', { class: 'page-header' }, h('h1', { textContent: t('title') }), this.sources.element),
      this.tabs.element,
      h('div', { id: PANEL, attributes: { role: 'tabpanel' } }, this.form, this.panes, help),
    );
    root.replaceChildren(this.notices.element, this.content);
  }

  /** Hears the host first and asks for everything then, so that nothing falls between. */
  start(): void {
    const { channel } = this.host;
    channel.onNotification('choicesChanged', ({ choices }) => this.offer(choices));
    channel.onNotification('look', ({ source }) => this.choose('first', source));
    onThemeChange(() => {
      this.theme = readTheme();
      for (const { pane } of this.questions) pane.draw();
    });
    void this.hydrate();
  }

  private async hydrate(): Promise<void> {
    this.notices.show('loading');
    try {
      const { choices, wanted } = await this.host.channel.request('hydrate', {});
      if (wanted) this.settings.first = wanted;
      this.offer(choices);
    } catch (error) {
      this.notices.failedToLoad(error);
    }
  }

  /** Takes what can be asked now; vectors that are gone are left. */
  private offer(choices: readonly VectorsChoice[]): void {
    this.choices = choices;
    this.answers.forget();
    const offered = (source: VectorSource | undefined) =>
      choices.find((choice) => sameSource(choice.source, source))?.source;
    this.settings.first = offered(this.settings.first) ?? choices[0]?.source;
    this.settings.second = offered(this.settings.second);
    this.notices.show(choices.length === 0 ? 'empty' : 'ready');
    setHidden(this.content, choices.length === 0);
    this.keep();
    this.sources.draw(choices, this.settings);
    if (choices.length > 0) this.turnTo(this.settings.tab);
  }

  private choose(which: 'first' | 'second', source: VectorSource | undefined): void {
    this.change((settings) => (settings[which] = source));
    this.sources.draw(this.choices, this.settings);
    this.ask();
  }

  private turnTo(tab: Tab): void {
    this.change((settings) => (settings.tab = tab));
    const view = this.views[tab];
    this.tabs.draw(tab);
    view.draw();
    if (this.form.firstElementChild !== view.form) this.form.replaceChildren(view.form);
    document.getElementById(PANEL)?.setAttribute('aria-labelledby', `tab-${tab}`);
    setText(this.help, t(view.help));
    this.ask();
  }

  private ask(): void {
    const { first, second, tab, tables } = this.settings;
    [first, second].forEach((source, i) => {
      const question = this.questions[i];
      setHidden(question.pane.element, source === undefined);
      question.pane.setTable(tables.includes(tab));
      if (source) void question.ask(source, this.views[tab], this.settings);
    });
    this.panes.classList.toggle('two', second !== undefined);
  }

  private change(how: (settings: Settings) => void): void {
    how(this.settings);
    this.keep();
  }

  private keep(): void {
    this.host.keep(this.settings);
  }

  private async open(): Promise<void> {
    const choice = await this.host.channel.request('openFile', {});
    if (!choice) return;
    const others = this.choices.filter(({ source }) => !sameSource(source, choice.source));
    this.settings.first = choice.source;
    this.offer([...others, choice]);
  }

  private lookUp(word: string): void {
    this.change(({ neighbours }) => (neighbours.word = word));
    this.turnTo('neighbours');
    this.views.neighbours.focus();
  }

  private toggleTable(): void {
    const { tab, tables } = this.settings;
    this.change((settings) => {
      settings.tables = tables.includes(tab) ? tables.filter((one) => one !== tab) : [...tables, tab];
    });
    for (const { pane } of this.questions) pane.setTable(this.settings.tables.includes(tab));
  }

  private async complete(prefix: string): Promise<string[]> {
    const { first } = this.settings;
    if (!first) return [];
    try {
      const answer = await this.answers.ask(first, { kind: 'complete', prefix, count: COMPLETIONS });
      return answer.kind === 'complete' ? answer.words : [];
    } catch {
      // A field without completions can still be used; the question says what is wrong.
      return [];
    }
  }

  private makeViews(): Record<Tab, View> {
    const actions: ViewActions = {
      settings: this.settings,
      change: (how) => this.change(how),
      ask: () => this.ask(),
      complete: (prefix) => this.complete(prefix),
      lookUp: (word) => this.lookUp(word),
      exportWords: (words) => void this.save('selection', 'csv', csvText(words.map((word) => [word]))),
    };
    return {
      neighbours: new NeighboursView(actions),
      analogy: new AnalogyView(actions),
      compare: new CompareView(actions),
      odd: new OddView(actions),
      clusters: new ClustersView(actions),
      map: new MapQuestion(actions),
      ratios: new RatiosView(actions),
    };
  }

  private makeQuestion(): Question {
    return new Question(this.answers, {
      toggleTable: () => this.toggleTable(),
      save: (name, kind, data) => this.save(name, kind, data),
      theme: () => this.theme,
      nameOf: (source) => this.choices.find((choice) => sameSource(choice.source, source))?.name ?? '',
    });
  }

  private async save(name: string, kind: 'png' | 'svg' | 'csv', data: Uint8Array | string): Promise<void> {
    const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 60) || 'vectors'; // prettier-ignore
    await this.notices.guard(this.host.channel.request('saveFile', { name: `${safe}.${kind}`, kind, data }));
  }
}
