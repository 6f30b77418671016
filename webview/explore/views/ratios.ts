import type { CoOccurrenceRatio, EmbeddingAnswer, EmbeddingQuery } from '../../../src/protocol/word-vectors';
import { h } from '../../common/dom';
import { Combobox } from '../combobox';
import { drawBars } from '../picture/bars';
import { StillPicture } from '../picture/picture';
import { wordsIn, type Settings } from '../settings';
import { t } from '../strings';
import { wordPair } from './compare';
import { expectKind, type Content, type View, type ViewActions } from './view';

/** A bar of a word that was seen with one of the two only is as long as this ratio's. */
const LARGEST = 1000;

/** What stands near one word and not near another. */
export class RatiosView implements View {
  readonly id = 'ratios';
  readonly invitation = 'ratios.ask';
  readonly help = 'ratios.help';
  readonly form: HTMLElement;
  private readonly words: Combobox[];
  private readonly probes: Combobox;

  constructor(private readonly actions: ViewActions) {
    const { change, ask, complete } = actions;
    this.words = wordPair(actions, 'ratios', ask);
    this.probes = new Combobox({
      label: t('field.probes'),
      several: true,
      complete,
      changed: (value) => change(({ ratios }) => (ratios.probes = value)),
      submit: ask,
    });
    this.form = h('div', { class: 'fields' }, ...this.words.map(({ element }) => element), this.probes.element);
  }

  draw(): void {
    const { words, probes } = this.actions.settings.ratios;
    this.words.forEach((field, i) => field.draw(words[i]));
    this.probes.draw(probes);
  }

  focus(): void {
    this.words[0].focus();
  }

  query(): EmbeddingQuery | undefined {
    const { words, probes } = this.actions.settings.ratios;
    const [first, second] = words.map((word) => word.trim());
    const list = wordsIn(probes);
    if (!first || !second || list.length === 0) return undefined;
    return { kind: 'ratios', words: [first, second], probes: list };
  }

  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content {
    const { ratios, totals, window } = expectKind(answer, 'ratios');
    const [first, second] = settings.ratios.words.map((word) => word.trim());
    const title = t('ratios.caption', { first, second, firstTotal: totals[0], secondTotal: totals[1], window });
    const bars = ratios.map((one) => ({ label: one.probe, value: logRatio(one), note: noteOf(one) }));
    const largest = Math.max(1, ...bars.map(({ value }) => Math.abs(value)));
    const options = { range: [-largest, largest] as [number, number], label: title, ends: [second, first] as [string, string] }; // prettier-ignore
    return {
      summary: t('ratios.summary', { first, second }),
      title,
      picture: new StillPicture((frame) => drawBars(bars, options, frame)),
      table: {
        caption: title,
        columns: [
          t('column.word'),
          t('column.ratio'),
          ...[first, second].map((word) => t('column.count', { word })),
          ...[first, second].map((word) => t('column.probability', { word })),
        ],
        rows: ratios.map((one) => [
          one.probe,
          ratioText(one),
          ...one.counts.map(countText),
          ...one.probabilities.map((value) => value.toExponential(2)),
        ]),
      },
    };
  }
}

/** Decimal logarithm of the ratio, so that ten times as often and ten times as seldom are bars of one length. */
function logRatio({ counts, ratio }: CoOccurrenceRatio): number {
  if (counts[0] === 0 && counts[1] === 0) return 0;
  if (counts[0] === 0) return -Math.log10(LARGEST);
  return counts[1] === 0 ? Math.log10(LARGEST) : Math.log10(ratio);
}

function ratioText({ counts, ratio }: CoOccurrenceRatio): string {
  if (counts[0] === 0 && counts[1] === 0) return t('ratios.never');
  if (counts[1] === 0) return '∞';
  return ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(2);
}

function noteOf(one: CoOccurrenceRatio): string {
  return `${ratioText(one)} (${one.counts.map(countText).join(' / ')})`;
}

/** Counts may be weighted by distance, and then have fractions. */
function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}
