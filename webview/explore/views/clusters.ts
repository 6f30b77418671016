import type { EmbeddingAnswer } from '../../../src/protocol/word-vectors';
import { h } from '../../common/dom';
import { NumberField } from '../fields';
import { drawBars } from '../picture/bars';
import { StillPicture } from '../picture/picture';
import { limits } from '../settings';
import { t } from '../strings';
import { expectKind, type Content, type View, type ViewActions } from './view';

const NAMED_BY = 3;
const SHOWN_WORDS = 20;

/** Groups of words. */
export class ClustersView implements View {
  readonly id = 'clusters';
  readonly invitation = 'clusters.help';
  readonly help = 'clusters.help';
  readonly form: HTMLElement;
  private readonly clusters: NumberField;
  private readonly words: NumberField;

  constructor(private readonly actions: ViewActions) {
    const field = (label: string, name: 'clusters' | 'words', range: readonly [number, number]) =>
      new NumberField(label, range, (value) => {
        actions.change(({ clusters }) => (clusters[name] = value));
        actions.ask();
      });
    this.clusters = field(t('field.clusters'), 'clusters', limits.clusters);
    this.words = field(t('field.clusterWords'), 'words', limits.clusterWords);
    this.form = h('div', { class: 'fields' }, this.clusters.element, this.words.element);
  }

  draw(): void {
    const { words, clusters } = this.actions.settings.clusters;
    this.clusters.draw(clusters);
    this.words.draw(words);
  }

  focus(): void {
    this.form.querySelector('input')?.focus();
  }

  query() {
    const { words, clusters } = this.actions.settings.clusters;
    return { kind: 'clusters', words, clusters, seed: 1 } as const;
  }

  content(answer: EmbeddingAnswer): Content {
    const { clusters } = expectKind(answer, 'clusters');
    const title = t('clusters.caption');
    const total = clusters.reduce((sum, { size }) => sum + size, 0);
    const bars = clusters.map(({ words, size }) => ({
      label: words.slice(0, NAMED_BY).map(({ word }) => word).join(', '),
      word: words[0]?.word,
      value: size,
      note: String(size),
    })); // prettier-ignore
    const range: [number, number] = [0, Math.max(1, ...clusters.map(({ size }) => size))];
    return {
      summary: t('clusters.summary', { clusters: clusters.length, words: total }),
      title,
      picture: new StillPicture((frame) => drawBars(bars, { range, label: title, press: this.actions.lookUp }, frame)),
      table: {
        caption: title,
        columns: [t('column.group'), t('column.size'), t('column.members')],
        rows: clusters.map(({ name, size, words }) => [name, String(size), words.slice(0, SHOWN_WORDS).map(({ word }) => word).join(', ')]),
      },
    }; // prettier-ignore
  }
}
