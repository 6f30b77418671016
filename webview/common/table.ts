import { h } from './dom';
import type { TableContent } from './table-content';

/** A table that scrolls inside its own frame, which the keyboard can reach. */
export class TableView {
  readonly element = h('div', { class: 'table-frame', hidden: true, tabIndex: 0, attributes: { role: 'region' } });

  draw(content: TableContent): void {
    const head = h(
      'tr',
      {},
      ...content.columns.map((name) => h('th', { attributes: { scope: 'col' }, textContent: name })),
    );
    const rows = content.rows.map((row) =>
      h(
        'tr',
        {},
        ...row.map((cell, i) =>
          i === 0 ? h('th', { attributes: { scope: 'row' }, textContent: cell }) : h('td', { textContent: cell }),
        ),
      ),
    );
    const table = h(
      'table',
      {},
      h('caption', { textContent: content.caption }),
      h('thead', {}, head),
      h('tbody', {}, ...rows),
    );
    const { scrollTop } = this.element;
    this.element.setAttribute('aria-label', content.caption);
    this.element.replaceChildren(table);
    this.element.scrollTop = scrollTop;
  }
}
