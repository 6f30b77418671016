import type { InContextHost, InContextPage, InContextReport } from '../../src/protocol/in-context';
import type { Theme } from '../common/colour';
import { csvText } from '../common/csv-field';
import { h, setHidden, setText } from '../common/dom';
import type { Host } from '../common/host';
import { onThemeChange, readTheme } from '../common/theme';
import { MapView } from '../explore/map/map-view';
import { Pane } from '../explore/pane';
import { distanceTable, kinds, namesOf, summaryOf, type Kind } from './distances';
import { OccurrenceList } from './occurrence-list';
import { t } from './strings';

/** The page: a map of the occurrences in context, the same without, each also as a table, and a list of the occurrences. */
export class App {
  private readonly heading = h('h1', { textContent: t('title') });
  private readonly facts = h('p', { class: 'lead', attributes: { role: 'status' } });
  private readonly error = h('p', { class: 'message error', hidden: true, attributes: { role: 'alert' } });
  private readonly panes: Record<Kind, Pane>;
  private readonly list = new OccurrenceList((occurrence) => void this.goTo(occurrence));
  private readonly content: HTMLElement;
  private theme: Theme = readTheme();
  private name = '';
  private asTable = false;

  constructor(
    root: HTMLElement,
    private readonly host: Host<InContextHost, InContextPage>,
  ) {
    this.asTable = host.kept === 'table';
    this.panes = { context: this.makePane('context'), alone: this.makePane('alone') };
    const panes = h('div', { class: 'panes two' }, ...kinds.map((kind) => this.panes[kind].element));
    this.content = h('div', { hidden: true }, panes, this.list.element);
    setText(this.facts, t('loading'));
    root.replaceChildren(h('main', {}, this.heading, this.facts, this.error, this.content));
  }

  /** Hears the host first and asks then, so that nothing falls between. */
  start(): void {
    const { channel } = this.host;
    channel.onNotification('compared', ({ report }) => this.show(report));
    onThemeChange(() => {
      this.theme = readTheme();
      for (const kind of kinds) this.panes[kind].draw();
    });
    void this.guard(async () => {
      const report = await channel.request('hydrate', {});
      if (report) this.show(report);
      else setText(this.facts, t('emptyText'));
    });
  }

  private show(report: InContextReport): void {
    const words = report.words.join(', ');
    const count = report.occurrences.length;
    const { all, text, run } = report;
    this.name = `${words}-${run}`;
    setHidden(this.error, true);
    setText(this.heading, words);
    setText(this.facts, t(all > count ? 'factsOfMore' : 'facts', { count, all, text, run }));
    setHidden(this.content, false);
    this.list.draw(report.occurrences);
    for (const kind of kinds) this.draw(report, kind);
  }

  private draw(report: InContextReport, kind: Kind): void {
    const names = namesOf(report);
    const values = { words: report.words.join(', '), kind: t(`${kind}.title`), count: names.length };
    const places = report.maps[kind].places.map((place, n) => ({ ...place, word: names[n] }));
    this.panes[kind].show({
      summary: summaryOf(report, kind),
      title: t('pictureTitle', values),
      picture: new MapView(places, {
        label: t('mapLabel', values),
        hint: t('mapHint'),
        clickPresses: true,
        press: (name) => void this.goTo(names.indexOf(name)),
        exportWords: (chosen) => void this.save(kind, 'csv', csvText(chosen.map((name) => [name]))),
      }),
      table: distanceTable(report, kind),
    });
    this.panes[kind].setTable(this.asTable);
  }

  private makePane(kind: Kind): Pane {
    const pane = new Pane({
      cancel: () => undefined,
      toggleTable: () => this.toggleTable(),
      save: (type, data) => this.save(kind, type, data),
      theme: () => this.theme,
    });
    pane.title(t(`${kind}.title`), t(`${kind}.detail`));
    return pane;
  }

  private toggleTable(): void {
    this.asTable = !this.asTable;
    this.host.keep(this.asTable ? 'table' : 'map');
    for (const kind of kinds) this.panes[kind].setTable(this.asTable);
  }

  private goTo(occurrence: number): Promise<void> {
    return this.guard(() => this.host.channel.request('goTo', { occurrence }));
  }

  private save(kind: Kind, type: 'png' | 'svg' | 'csv', data: Uint8Array | string): Promise<void> {
    const name = `${this.name}-${kind}`.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60);
    return this.guard(() => this.host.channel.request('saveFile', { name: `${name}.${type}`, kind: type, data }));
  }

  /** Waits for something that a person asked for, and says so when it failed. */
  private async guard(work: () => Promise<unknown>): Promise<void> {
    try {
      setHidden(this.error, true);
      await work();
    } catch (error) {
      setText(this.error, t('failed', { reason: error instanceof Error ? error.message : String(error) }));
      setHidden(this.error, false);
    }
  }
}
