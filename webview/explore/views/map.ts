import type { EmbeddingAnswer, EmbeddingQuery } from '../../../src/protocol/word-vectors';
import { Choice } from '../../common/choice';
import { h } from '../../common/dom';
import { NumberField } from '../fields';
import { MapView } from '../map/map-view';
import { limits, methods, type Settings } from '../settings';
import { t } from '../strings';
import { decimals, expectKind, type Content, type View, type ViewActions } from './view';

/** The most frequent words in a plane. */
export class MapQuestion implements View {
  readonly id = 'map';
  readonly invitation = 'map.help';
  readonly help = 'map.help';
  readonly form: HTMLElement;
  private readonly method: Choice;
  private readonly words: NumberField;
  private readonly seed: NumberField;

  constructor(private readonly actions: ViewActions) {
    const set = (how: (map: Settings['map']) => void) => {
      actions.change(({ map }) => how(map));
      actions.ask();
    };
    this.method = new Choice(t('field.method'), (value) =>
      set((map) => (map.method = value as Settings['map']['method'])),
    );
    this.words = new NumberField(t('field.mapWords'), limits.mapWords, (value) => set((map) => (map.words = value)));
    this.seed = new NumberField(t('field.seed'), limits.seed, (value) => set((map) => (map.seed = value)));
    this.form = h('div', { class: 'fields' }, this.method.element, this.words.element, this.seed.element);
  }

  draw(): void {
    const { method, words, seed } = this.actions.settings.map;
    this.method.draw(methods.map((value) => ({ value, label: t(`method.${value}`) })), method); // prettier-ignore
    this.words.draw(words);
    this.seed.draw(seed);
  }

  focus(): void {
    this.form.querySelector('input')?.focus();
  }

  query(): EmbeddingQuery {
    return { kind: 'map', ...this.actions.settings.map };
  }

  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content {
    const { points, explained } = expectKind(answer, 'map');
    const method = t(`method.${settings.map.method}`);
    const summary = t('map.summary', { words: points.length, method });
    const share = explained?.map((value) => (100 * value).toFixed(1));
    const { lookUp, exportWords } = this.actions;
    return {
      summary: share ? `${summary} ${t('map.explained', { x: share[0], y: share[1] })}` : summary,
      title: summary,
      picture: new MapView(points, {
        label: t('map.aria', { words: points.length, method }),
        press: lookUp,
        exportWords,
      }),
      table: {
        caption: t('map.caption'),
        columns: [t('column.word'), t('column.x'), t('column.y')],
        rows: points.map(({ word, x, y }) => [word, decimals(x, 4), decimals(y, 4)]),
      },
    };
  }
}
