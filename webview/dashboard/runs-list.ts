import { differingKeys } from './differences';
import { h, setText, uniqueId } from '../common/dom';
import { identityOf } from './identity';
import { RunRow, type RowActions } from './run-row';
import type { Settings } from './settings';
import { listedRuns, type State } from './state';
import { t } from './strings';
import type { Theme } from '../common/colour';

/** All runs, newest first, with what tells them apart. Arrow keys move between them. */
export class RunsListView {
  readonly element: HTMLElement;
  private readonly list = h('ul', { class: 'runs' });
  private readonly count = h('p', { class: 'quiet' });
  private readonly rows = new Map<string, RunRow>();

  constructor(private readonly actions: RowActions) {
    const heading = uniqueId('runs');
    const hint = uniqueId('hint');
    this.list.setAttribute('aria-describedby', hint);
    this.list.addEventListener('keydown', (event) => this.onKey(event));
    this.element = h(
      'section',
      { class: 'panel', attributes: { 'aria-labelledby': heading } },
      h('header', { class: 'panel-header' }, h('h2', { id: heading, textContent: t('runs.title') }), this.count),
      this.list,
      h('p', { class: 'hint', id: hint, textContent: t('runs.hint') }),
    );
  }

  draw(state: State, settings: Settings, slots: Readonly<Record<string, number>>, theme: Theme): void {
    const runs = listedRuns(state);
    const differences = differingKeys(runs.map((run) => run.record.recipe));
    const folders = new Set(runs.map((run) => run.folder));
    for (const [folder, row] of this.rows) {
      if (folders.has(folder)) continue;
      row.element.remove();
      this.rows.delete(folder);
    }
    let before: Element | null = this.list.firstElementChild;
    runs.forEach((run, index) => {
      let row = this.rows.get(run.folder);
      if (!row) this.rows.set(run.folder, (row = new RunRow(run, this.actions)));
      if (row.element === before) before = before.nextElementSibling;
      else this.list.insertBefore(row.element, before);
      const shown = state.shown.includes(run.folder);
      const identity = identityOf(slots[run.folder] ?? 0);
      const look = shown
        ? { colour: theme.palette[identity.color], width: 2, dash: identity.dash, shape: identity.shape }
        : undefined;
      row.draw(run, {
        shown,
        current: run.folder === state.focus,
        look,
        differences: differences[index],
        unit: settings.unit,
      });
    });
    setText(this.count, String(runs.length));
  }

  private onKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    const items = [...this.list.children];
    const at = items.findIndex((item) => item.contains(event.target as Node));
    const next = items[at + by];
    if (!next) return;
    next.querySelector<HTMLElement>('.checkbox')?.focus();
    event.preventDefault();
  }
}
