import type { MapPoint, SimilarWord } from '../../../src/protocol/word-vectors';
import { t } from '../strings';
import { drawBars } from './bars';
import type { Frame, Picture } from './picture';
import { drawPlane } from './plane';
import { s } from './svg';

export interface AnalogyPictureOptions {
  words: readonly [string, string, string];
  answers: readonly SimilarWord[];
  plane: { points: readonly MapPoint[]; target: { x: number; y: number } };
  title: string;
  press: (word: string) => void;
}

const GAP = 14;

/** The parallelogram above, the answers as bars below. */
export class AnalogyPicture implements Picture {
  readonly element = document.createElement('div');
  private parts: SVGSVGElement[] = [];
  private width = 0;

  constructor(private readonly options: AnalogyPictureOptions) {}

  draw(frame: Frame): void {
    const { words, answers, plane, title, press } = this.options;
    const [a, b, c] = words;
    this.width = frame.width;
    const drawing = drawPlane(
      {
        words,
        answer: answers[0]?.word ?? '',
        ...plane,
        targetLabel: t('analogy.target'),
        label: t('analogy.plane', { a, b, c }),
      },
      frame,
    );
    const values = answers.map(({ similarity }) => similarity);
    const bars = answers.map(({ word, similarity }, i) => ({
      label: word,
      word,
      value: similarity,
      note: similarity.toFixed(3),
      marked: i === 0,
    }));
    const range: [number, number] = [Math.min(0, ...values), Math.max(1, ...values)];
    this.parts = bars.length > 0 ? [drawing, drawBars(bars, { range, label: title, press }, frame)] : [drawing];
    this.element.replaceChildren(...this.parts);
  }

  snapshot(): SVGSVGElement {
    let height = 0;
    const copies = this.parts.map((part) => {
      const copy = part.cloneNode(true) as SVGSVGElement;
      copy.setAttribute('y', String(height));
      height += Number(part.getAttribute('height')) + GAP;
      return copy;
    });
    return s('svg', { width: this.width, height: Math.max(0, height - GAP) }, ...copies);
  }
}
