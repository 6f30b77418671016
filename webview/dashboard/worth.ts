import { worthRows } from '../../src/core/runs/worth';
import { h, setHidden, uniqueId } from '../common/dom';
import type { Run } from './state';
import { t } from './strings';
import { TableView } from '../common/table';
import type { TableContent } from '../common/table-content';
import { worthTables } from './worth-content';

/** "Is it worth it?": the shown runs and their baselines on the same held-out data, the best first. */
export class WorthView {
  readonly element: HTMLElement;
  private readonly tables = h('div', {});
  private drawn = '';

  constructor() {
    const heading = uniqueId('worth');
    this.element = h(
      'section',
      { class: 'panel worth', attributes: { 'aria-labelledby': heading } },
      h(
        'header',
        { class: 'panel-header' },
        h('h2', { id: heading, textContent: t('worth.title') }),
        h('p', { class: 'quiet', textContent: t('worth.about') }),
      ),
      this.tables,
    );
  }

  draw(runs: readonly Run[]): void {
    const rows = worthRows(runs.map(({ record }) => record));
    const wanted = JSON.stringify(rows);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    setHidden(this.element, rows.length < 2);
    this.tables.replaceChildren(...worthTables(rows).map(tableOf));
  }
}

function tableOf(content: TableContent): HTMLElement {
  const view = new TableView();
  view.draw(content);
  setHidden(view.element, false);
  return view.element;
}
