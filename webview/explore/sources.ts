import type { VectorsChoice } from '../../src/protocol/explore';
import type { VectorSource } from '../../src/protocol/word-vectors';
import { button } from '../common/button';
import { Choice } from '../common/choice';
import { h } from '../common/dom';
import { keyOf, type Settings } from './settings';
import { t } from './strings';

export interface SourcesActions {
  choose: (which: 'first' | 'second', source: VectorSource | undefined) => void;
  open: () => void;
}

/** Which vectors answer: one, and another beside it. */
export class SourcesView {
  readonly element: HTMLElement;
  private readonly first: Choice;
  private readonly second: Choice;
  private choices: readonly VectorsChoice[] = [];

  constructor(actions: SourcesActions) {
    const choose = (which: 'first' | 'second') => (key: string) =>
      actions.choose(which, this.choices.find(({ source }) => keyOf(source) === key)?.source);
    this.first = new Choice(t('source.first'), choose('first'));
    this.second = new Choice(t('source.second'), choose('second'));
    this.element = h(
      'div',
      { class: 'sources' },
      this.first.element,
      this.second.element,
      button('folder', t('open'), actions.open),
    );
  }

  draw(choices: readonly VectorsChoice[], { first, second }: Readonly<Settings>): void {
    this.choices = choices;
    const options = choices.map(({ source, name, detail }) => ({ value: keyOf(source), label: `${name} · ${detail}` }));
    this.first.draw(options, keyOf(first));
    this.second.draw([{ value: '', label: t('source.none') }, ...options], keyOf(second));
  }
}
