import type { LabelledOccurrence } from '../../src/protocol/in-context';
import { h } from '../common/dom';
import { t } from './strings';

/** All occurrences with what stands around them, each a button that goes there. */
export class OccurrenceList {
  readonly element: HTMLElement;
  private readonly list = h('ol', { class: 'occurrences' });

  constructor(private readonly goTo: (occurrence: number) => void) {
    this.element = h(
      'section',
      { attributes: { 'aria-label': t('occurrences') } },
      h('h2', { textContent: t('occurrences') }),
      h('p', { class: 'hint', textContent: t('occurrencesHint') }),
      this.list,
    );
  }

  draw(occurrences: readonly LabelledOccurrence[]): void {
    this.list.replaceChildren(
      ...occurrences.map(({ before, word, after, line }, n) =>
        h(
          'li',
          {},
          h(
            'button',
            { class: 'occurrence', attributes: { type: 'button' }, on: { click: () => this.goTo(n) } },
            before,
            h('strong', { textContent: word }),
            `${after} `,
            h('span', { class: 'quiet', textContent: t('line', { line }) }),
          ),
        ),
      ),
    );
  }
}
