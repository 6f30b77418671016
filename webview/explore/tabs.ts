import { h, setAttribute } from '../common/dom';
import { tabs, type Tab } from './settings';
import { t } from './strings';

/** The kinds of questions (WAI-ARIA Authoring Practices, tabs that open as the focus moves). */
export class TabsView {
  readonly element: HTMLElement;
  private readonly buttons: ReadonlyMap<Tab, HTMLElement>;

  /** @param panel id of what the tabs show */
  constructor(
    panel: string,
    private readonly choose: (tab: Tab) => void,
  ) {
    const make = (tab: Tab) =>
      h('button', {
        class: 'tab',
        id: `tab-${tab}`,
        textContent: t(`tab.${tab}`),
        attributes: { type: 'button', role: 'tab', 'aria-controls': panel },
        on: { click: () => choose(tab), keydown: (event) => this.onKey(event, tab) },
      });
    this.buttons = new Map(tabs.map((tab) => [tab, make(tab)]));
    const attributes = { role: 'tablist', 'aria-label': t('tab.label') };
    this.element = h('div', { class: 'tabs', attributes }, ...this.buttons.values());
  }

  draw(current: Tab): void {
    for (const [tab, button] of this.buttons) {
      setAttribute(button, 'aria-selected', String(tab === current));
      button.tabIndex = tab === current ? 0 : -1;
    }
  }

  private onKey(event: KeyboardEvent, from: Tab): void {
    const at = tabs.indexOf(from);
    const places: Record<string, number> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    if (!Object.hasOwn(places, event.key)) return;
    event.preventDefault();
    const to = tabs[places[event.key]];
    this.choose(to);
    this.buttons.get(to)?.focus();
  }
}
