import type { EmbeddingAnswer, EmbeddingQuery } from '../../../src/protocol/word-vectors';
import { h } from '../../common/dom';
import { Combobox } from '../combobox';
import { drawBars } from '../picture/bars';
import { StillPicture } from '../picture/picture';
import type { Settings } from '../settings';
import { t } from '../strings';
import { decimals, expectKind, type Content, type View, type ViewActions } from './view';

const FEATURES = 16;

/** Two words, feature by feature. */
export class CompareView implements View {
  readonly id = 'compare';
  readonly invitation = 'compare.ask';
  readonly help = 'compare.help';
  readonly form: HTMLElement;
  private readonly words: Combobox[];

  constructor(private readonly actions: ViewActions) {
    this.words = wordPair(actions, 'compare', (from) => this.next(from));
    this.form = h('div', { class: 'fields' }, ...this.words.map(({ element }) => element));
  }

  draw(): void {
    this.words.forEach((field, i) => field.draw(this.actions.settings.compare.words[i]));
  }

  focus(): void {
    this.words[0].focus();
  }

  query(): EmbeddingQuery | undefined {
    const [first, second] = this.actions.settings.compare.words.map((word) => word.trim());
    return first && second ? { kind: 'compare', words: [first, second], count: FEATURES } : undefined;
  }

  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content {
    const { cosine, features } = expectKind(answer, 'compare');
    const [first, second] = settings.compare.words.map((word) => word.trim());
    const title = t('compare.caption', { first, second });
    const largest = Math.max(...features.map(({ difference }) => Math.abs(difference)), 1e-9);
    const bars = features.map(({ feature, difference, ...both }) => ({
      label: t('compare.feature', { feature }),
      value: difference,
      note: `${decimals(both.first, 2)} / ${decimals(both.second, 2)}`,
    }));
    const options = { range: [-largest, largest] as [number, number], label: title, ends: [second, first] as [string, string] }; // prettier-ignore
    return {
      summary: t('compare.summary', { first, second, cosine: decimals(cosine) }),
      title,
      picture: new StillPicture((frame) => drawBars(bars, options, frame)),
      table: {
        caption: title,
        columns: [t('column.feature'), first, second, t('column.difference')],
        rows: features.map((one) => [String(one.feature), ...[one.first, one.second, one.difference].map((value) => decimals(value, 4))]), // prettier-ignore
      },
    };
  }

  private next(from: number): void {
    const other = 1 - from;
    if (this.actions.settings.compare.words[other].trim() === '') this.words[other].focus();
    else this.actions.ask();
  }
}

/** Two fields for two words. */
export function wordPair(
  { change, complete }: ViewActions,
  tab: 'compare' | 'ratios',
  submit: (from: number) => void,
): Combobox[] {
  return [t('field.first'), t('field.second')].map(
    (label, i) =>
      new Combobox({
        label,
        complete,
        changed: (value) => change((settings) => (settings[tab].words[i] = value)),
        submit: () => submit(i),
      }),
  );
}
