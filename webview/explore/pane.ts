import { csvText } from '../common/csv-field';
import type { Theme } from '../common/colour';
import { h, setAttribute, setHidden, setText, uniqueId } from '../common/dom';
import { icon } from '../common/icons';
import { TableView } from '../common/table';
import { tool } from '../common/tool';
import { pngFile, svgFile } from './picture/export';
import { t } from './strings';
import type { Content } from './views/view';

export interface PaneActions {
  cancel: () => void;
  toggleTable: () => void;
  save: (kind: 'png' | 'svg' | 'csv', data: Uint8Array | string) => Promise<void>;
  theme: () => Theme;
}

/** The answers of one source: a sentence, a picture with its tools, and the same as a table. */
export class Pane {
  readonly element: HTMLElement;
  private readonly name: HTMLElement;
  private readonly facts = h('p', { class: 'quiet' });
  private readonly summary = h('p', { class: 'summary', attributes: { role: 'status' } });
  /** No status: a screen reader is to hear the answer, and not each per cent. */
  private readonly bar = h('progress', { class: 'answering', hidden: true, attributes: { 'aria-label': t('pane.progress'), max: '1' } }); // prettier-ignore
  private readonly error = h('p', { class: 'message error', hidden: true, attributes: { role: 'alert' } });
  private readonly cancel: HTMLButtonElement;
  private readonly tableTool: HTMLButtonElement;
  private readonly ownTools = h('div', { class: 'tools own' });
  private readonly tools: HTMLElement;
  private readonly place = h('div', { class: 'picture' });
  private readonly below = h('div');
  private readonly table = new TableView();
  private content: Content | undefined;
  private asTable = false;
  private width = 0;

  constructor(private readonly actions: PaneActions) {
    const heading = uniqueId('pane');
    this.name = h('h2', { id: heading });
    this.cancel = h('button', {
      class: 'link',
      textContent: t('pane.cancel'),
      hidden: true,
      attributes: { type: 'button' },
      on: { click: actions.cancel },
    });
    this.tableTool = tool(icon('table'), t('pane.table'), actions.toggleTable);
    this.tools = h(
      'div',
      { class: 'tools', hidden: true, attributes: { role: 'group' } },
      this.ownTools,
      this.tableTool,
      tool('PNG', t('pane.png'), () => void this.saveAs('png')),
      tool('SVG', t('pane.svg'), () => void this.saveAs('svg')),
      tool('CSV', t('pane.csv'), () => void this.saveAs('csv')),
    );
    this.element = h(
      'section',
      { class: 'panel pane', attributes: { 'aria-labelledby': heading } },
      h('header', { class: 'panel-header' }, this.name, this.facts, h('span', { class: 'spring' }), this.tools),
      h('div', { class: 'answer-line' }, this.summary, this.bar, this.cancel),
      this.error,
      this.place,
      this.below,
      this.table.element,
    );
    new ResizeObserver(() => this.place.clientWidth !== this.width && this.draw()).observe(this.place);
  }

  title(name: string, facts: string): void {
    setText(this.name, name);
    setText(this.facts, facts);
  }

  /** There is no question yet. */
  invite(sentence: string): void {
    this.clear(sentence, false);
  }

  working(): void {
    setHidden(this.error, true);
    setText(this.summary, t('pane.working'));
    setHidden(this.bar, true);
    setHidden(this.cancel, false);
    setAttribute(this.element, 'aria-busy', 'true');
    this.place.classList.add('stale');
  }

  /** @param share of the answer that is done, 0 to 1 */
  progress(share: number): void {
    this.bar.value = share;
    setHidden(this.bar, false);
  }

  failed(sentence: string): void {
    this.clear('', false);
    setText(this.error, sentence);
    setHidden(this.error, false);
  }

  show(content: Content): void {
    this.clear(content.summary, true);
    this.content = content;
    this.place.replaceChildren(content.picture.element);
    this.below.replaceChildren(...(content.picture.below ? [content.picture.below] : []));
    this.ownTools.replaceChildren(...(content.picture.tools ?? []));
    this.table.draw(content.table);
    this.draw();
  }

  /** Shows the table in the place of the picture, or the picture again. */
  setTable(asTable: boolean): void {
    this.asTable = asTable;
    this.draw();
  }

  /** Draws anew in the room and in the theme that there are now. */
  draw(): void {
    setAttribute(this.tableTool, 'aria-pressed', String(this.asTable));
    const shown = this.content !== undefined;
    setHidden(this.place, !shown || this.asTable);
    setHidden(this.below, !shown || this.asTable);
    setHidden(this.ownTools, this.asTable);
    setHidden(this.table.element, !shown || !this.asTable);
    this.width = this.place.clientWidth;
    if (this.content && !this.asTable && this.width > 0)
      this.content.picture.draw({ width: this.width, theme: this.actions.theme() });
  }

  private clear(summary: string, shown: boolean): void {
    this.content = undefined;
    setText(this.summary, summary);
    setHidden(this.error, true);
    setHidden(this.bar, true);
    setHidden(this.cancel, true);
    setHidden(this.tools, !shown);
    setAttribute(this.element, 'aria-busy', false);
    this.place.classList.remove('stale');
    if (!shown) this.draw();
  }

  private async saveAs(kind: 'png' | 'svg' | 'csv'): Promise<void> {
    const { content } = this;
    if (!content) return;
    const { table, title, picture } = content;
    if (kind === 'csv') return this.actions.save(kind, csvText([table.columns, ...table.rows]));
    const theme = this.actions.theme();
    // A picture behind its table has not been drawn since the room or the theme changed.
    if (this.asTable) picture.draw({ width: this.element.clientWidth - 30, theme });
    const drawn = picture.snapshot();
    await this.actions.save(kind, kind === 'svg' ? svgFile(drawn, title, theme) : await pngFile(drawn, title, theme));
  }
}
