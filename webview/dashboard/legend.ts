import type { ShownRun } from './charts/content';
import { differingKeys } from './differences';
import { h, setHidden } from '../common/dom';
import { differenceItems } from './run-row';
import { swatch } from './swatch';

/** Which line is which run: its looks, its name and the recipe keys in which the shown runs differ. */
export class LegendView {
  readonly element = h('ul', { class: 'legend' });
  private drawn = '';

  draw(runs: readonly ShownRun[]): void {
    const differences = differingKeys(runs.map(({ run }) => run.record.recipe));
    const wanted = JSON.stringify([runs.map(({ name, identity, colour }) => [name, identity, colour]), differences]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    setHidden(this.element, runs.length < 2);
    this.element.replaceChildren(
      ...runs.map(({ name, identity, colour }, i) => {
        const look = { colour, width: 2, dash: identity.dash, shape: identity.shape };
        const keys = h('ul', { class: 'differences' }, ...differenceItems(differences[i]));
        return h('li', {}, swatch(look), h('span', { class: 'legend-name', textContent: name }), keys);
      }),
    );
  }
}
