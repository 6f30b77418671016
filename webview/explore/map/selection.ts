import { button } from '../../common/button';
import { h, setHidden, setText } from '../../common/dom';
import { t } from '../strings';

export interface SelectionActions {
  changed: () => void;
  exportWords: () => void;
  press: (word: string) => void;
}

/** The words that were selected on the map, as a list. */
export class Selection {
  readonly element: HTMLElement;
  private chosen: ReadonlySet<number> = new Set();
  private readonly count = h('h3');
  private readonly none = h('p', { class: 'quiet', textContent: t('map.nothingSelected') });
  private readonly list = h('ul', { class: 'chips' });
  private readonly buttons: HTMLElement;

  constructor(private readonly actions: SelectionActions) {
    this.buttons = h(
      'div',
      { class: 'selection-tools', hidden: true },
      button('picture', t('map.exportSelection'), actions.exportWords),
      button('cross', t('map.clear'), () => this.set([], [])),
    );
    this.element = h('div', { class: 'selection' }, this.none, this.count, this.list, this.buttons);
    setHidden(this.count, true);
  }

  get ids(): ReadonlySet<number> {
    return this.chosen;
  }

  /** @param words all words of the map, by id */
  set(ids: readonly number[], words: readonly string[]): void {
    this.chosen = new Set(ids);
    const some = ids.length > 0;
    setHidden(this.none, some);
    setHidden(this.count, !some);
    setHidden(this.buttons, !some);
    setText(this.count, t('map.selected', { count: ids.length }));
    this.list.replaceChildren(
      ...ids.map((id) =>
        h(
          'li',
          {},
          h('button', {
            class: 'chip',
            textContent: words[id],
            attributes: { type: 'button' },
            on: { click: () => this.actions.press(words[id]) },
          }),
        ),
      ),
    );
    this.actions.changed();
  }
}
