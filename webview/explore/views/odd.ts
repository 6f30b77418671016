import type { EmbeddingAnswer } from '../../../src/protocol/word-vectors';
import { h } from '../../common/dom';
import { Combobox } from '../combobox';
import { examples } from '../fields';
import { wordsIn } from '../settings';
import { t } from '../strings';
import { cosineBars, cosineTable, similar } from './neighbours';
import type { Content, View, ViewActions } from './view';

const known = ['breakfast lunch dinner car', 'red blue green seven'];

/** The word that does not belong to the others. */
export class OddView implements View {
  readonly id = 'odd';
  readonly invitation = 'odd.ask';
  readonly help = 'odd.help';
  readonly form: HTMLElement;
  private readonly words: Combobox;

  constructor(private readonly actions: ViewActions) {
    const { change, ask, complete } = actions;
    this.words = new Combobox({
      label: t('field.words'),
      several: true,
      placeholder: known[0],
      complete,
      changed: (value) => change(({ odd }) => (odd.words = value)),
      submit: ask,
    });
    const chips = known.map((words) => ({ label: words, use: () => this.use(words) }));
    this.form = h('div', { class: 'fields' }, this.words.element, examples(t('field.examples'), chips));
  }

  draw(): void {
    this.words.draw(this.actions.settings.odd.words);
  }

  focus(): void {
    this.words.focus();
  }

  query() {
    const words = wordsIn(this.actions.settings.odd.words);
    return words.length < 3 ? undefined : ({ kind: 'odd', words } as const);
  }

  content(answer: EmbeddingAnswer): Content {
    const words = similar(answer);
    const title = t('odd.caption');
    return {
      summary: t('odd.summary', { word: words[0]?.word ?? '' }),
      title,
      picture: cosineBars(words, title, this.actions.lookUp, words[0]?.word),
      table: cosineTable(words, title),
    };
  }

  private use(words: string): void {
    this.actions.change(({ odd }) => (odd.words = words));
    this.draw();
    this.actions.ask();
  }
}
