import type { EmbeddingAnswer, SimilarWord } from '../../../src/protocol/word-vectors';
import { h } from '../../common/dom';
import { Combobox } from '../combobox';
import { NumberField } from '../fields';
import { drawBars } from '../picture/bars';
import { StillPicture } from '../picture/picture';
import { limits, type Settings } from '../settings';
import { t } from '../strings';
import { decimals, type Content, type View, type ViewActions } from './view';

/** The words nearest to a word, as bars. */
export class NeighboursView implements View {
  readonly id = 'neighbours';
  readonly invitation = 'neighbours.ask';
  readonly help = 'neighbours.help';
  readonly form: HTMLElement;
  private readonly word: Combobox;
  private readonly count: NumberField;

  constructor(private readonly actions: ViewActions) {
    const { change, ask, complete } = actions;
    this.word = new Combobox({
      label: t('field.word'),
      complete,
      changed: (value) => change(({ neighbours }) => (neighbours.word = value)),
      submit: ask,
    });
    this.count = new NumberField(t('field.count'), limits.count, (value) => {
      change(({ neighbours }) => (neighbours.count = value));
      ask();
    });
    this.form = h('div', { class: 'fields' }, this.word.element, this.count.element);
  }

  draw(): void {
    const { word, count } = this.actions.settings.neighbours;
    this.word.draw(word);
    this.count.draw(count);
  }

  focus(): void {
    this.word.focus();
  }

  query() {
    const { word, count } = this.actions.settings.neighbours;
    return word.trim() === '' ? undefined : ({ kind: 'neighbours', word: word.trim(), count } as const);
  }

  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content {
    const words = similar(answer);
    const word = settings.neighbours.word.trim();
    const title = t('neighbours.caption', { word });
    return {
      summary: t('neighbours.summary', { word, best: words.slice(0, 3).map((one) => one.word).join(', ') }), // prettier-ignore
      title,
      picture: cosineBars(words, title, this.actions.lookUp),
      table: cosineTable(words, title),
    };
  }
}

/** The words of an answer that lists words. */
export function similar(answer: EmbeddingAnswer): SimilarWord[] {
  if (answer.kind !== 'neighbours' && answer.kind !== 'odd' && answer.kind !== 'similar')
    throw new Error(`The answer is one to "${answer.kind}" and lists no words.`);
  return answer.words;
}

/** Bars from zero, or from the smallest value below it. */
export function cosineBars(
  words: readonly SimilarWord[],
  label: string,
  press: (word: string) => void,
  marked?: string,
): StillPicture {
  const bars = words.map(({ word, similarity }) => ({
    label: word,
    word,
    value: similarity,
    note: decimals(similarity),
    marked: word === marked,
  }));
  const values = words.map(({ similarity }) => similarity);
  const range: [number, number] = [Math.min(0, ...values), Math.max(1, ...values)];
  return new StillPicture((frame) => drawBars(bars, { range, label, press }, frame));
}

export function cosineTable(words: readonly SimilarWord[], caption: string, score = t('column.cosine')) {
  return {
    caption,
    columns: [t('column.word'), t('column.rank'), score],
    rows: words.map(({ word, similarity }, i) => [word, String(i + 1), decimals(similarity, 4)]),
  };
}
