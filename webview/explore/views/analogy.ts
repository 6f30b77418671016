import type { EmbeddingAnswer, EmbeddingQuery } from '../../../src/protocol/word-vectors';
import { Choice } from '../../common/choice';
import { h, setText } from '../../common/dom';
import { Combobox } from '../combobox';
import { examples } from '../fields';
import { AnalogyPicture } from '../picture/analogy-picture';
import { rules, type Settings } from '../settings';
import { t } from '../strings';
import { cosineTable } from './neighbours';
import { expectKind, type Content, type View, type ViewActions } from './view';

const ANSWERS = 8;
const known: readonly [string, string, string][] = [
  ['man', 'king', 'woman'],
  ['france', 'paris', 'italy'],
  ['walk', 'walking', 'swim'],
];

/** a is to b as c is to what, with the parallelogram drawn in the plane of the words. */
export class AnalogyView implements View {
  readonly id = 'analogy';
  readonly invitation = 'analogy.ask';
  readonly help = 'analogy.help';
  readonly form: HTMLElement;
  private readonly words: Combobox[];
  private readonly rule: Choice;
  private readonly question = h('span', { class: 'question', textContent: '?' });

  constructor(private readonly actions: ViewActions) {
    const { change, ask, complete } = actions;
    const labels = [t('field.a'), t('field.b'), t('field.c')];
    this.words = labels.map(
      (label, i) =>
        new Combobox({
          label,
          complete,
          placeholder: known[0][i],
          changed: (value) => change(({ analogy }) => (analogy.words[i] = value)),
          submit: () => this.next(i),
        }),
    );
    this.rule = new Choice(t('field.rule'), (value) => {
      change(({ analogy }) => (analogy.rule = value as Settings['analogy']['rule']));
      ask();
    });
    const answer = h('span', { class: 'quiet', textContent: `${t('field.answer')} ` }, this.question);
    this.form = h(
      'div',
      { class: 'fields' },
      ...this.words.map(({ element }) => element),
      answer,
      this.rule.element,
      examples(
        t('field.examples'),
        known.map((words) => ({ label: `${words[0]} : ${words[1]} :: ${words[2]} : ?`, use: () => this.use(words) })),
      ),
    );
  }

  draw(): void {
    const { words, rule } = this.actions.settings.analogy;
    this.words.forEach((field, i) => field.draw(words[i]));
    this.rule.draw(rules.map((value) => ({ value, label: t(`rule.${value}`) })), rule); // prettier-ignore
    setText(this.question, '?');
  }

  focus(): void {
    this.words[0].focus();
  }

  query(): EmbeddingQuery | undefined {
    const { words, rule } = this.actions.settings.analogy;
    const [a, b, c] = words.map((word) => word.trim());
    return a && b && c ? { kind: 'analogy', words: [a, b, c], rule, count: ANSWERS } : undefined;
  }

  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content {
    const { words, plane } = expectKind(answer, 'analogy');
    const { words: asked, rule } = settings.analogy;
    const [a, b, c] = asked.map((word) => word.trim());
    const title = t('analogy.caption', { a, b, c });
    const best = words[0]?.word ?? '';
    // Two sources may answer differently; each pane says its own.
    setText(this.question, settings.second || !best ? '?' : best);
    return {
      summary: best ? t('analogy.summary', { a, b, c, answer: best }) : t('analogy.none'),
      title,
      picture: new AnalogyPicture({ words: [a, b, c], answers: words, plane, title, press: this.actions.lookUp }),
      table: cosineTable(words, title, rule === 'add' ? t('column.cosine') : t('column.score')),
    };
  }

  /** Goes to the next field that is empty, or asks. */
  private next(from: number): void {
    const { words } = this.actions.settings.analogy;
    const empty = [1, 2].map((by) => (from + by) % 3).find((i) => words[i].trim() === '');
    if (empty === undefined) this.actions.ask();
    else this.words[empty].focus();
  }

  private use(words: readonly [string, string, string]): void {
    this.actions.change(({ analogy }) => (analogy.words = [...words]));
    this.draw();
    this.actions.ask();
  }
}
