import { t } from '../strings';
import { tones, type Frame } from './picture';
import { fitted, s, textWidth } from './svg';

export interface Bar {
  label: string;
  value: number;
  /** The value in words, behind the bar. */
  note: string;
  /** The word that a press on the bar asks for. */
  word?: string;
  /** Set apart from the others. */
  marked?: boolean;
}

export interface BarsOptions {
  /** Values at the two ends of the axis; 0 lies between them or is one of them. */
  range: [number, number];
  label: string;
  press?: (word: string) => void;
  /** Names of both directions, where bars go both ways. */
  ends?: [string, string];
}

const ROW = 24;
const GAP = 10;
const HEAD = 22;

/** Horizontal bars from zero, one below the other; values below zero go to the left in the other colour. */
export function drawBars(bars: readonly Bar[], options: BarsOptions, { width, theme }: Frame): SVGSVGElement {
  const { font, fontSize: size } = theme;
  const { main, against } = tones(theme);
  const top = options.ends ? HEAD : 0;
  const labels = Math.min(width * 0.34, Math.max(...bars.map(({ label }) => textWidth(label, font, size, '600'))));
  const notes = Math.max(...bars.map(({ note }) => textWidth(note, font, size)));
  const room = Math.max(40, width - labels - notes - 2 * GAP - 2);
  const [low, high] = options.range;
  const span = high - low || 1;
  const place = (value: number) => labels + GAP + ((Math.min(high, Math.max(low, value)) - low) / span) * room;
  const zero = place(0);
  const height = top + bars.length * ROW + 2;
  const rows = bars.map((bar, row) => {
    const y = top + row * ROW;
    const [from, to] = [Math.min(zero, place(bar.value)), Math.max(zero, place(bar.value))];
    const colour = bar.value < 0 || bar.marked ? against : main;
    const aria = bar.word ? t('bar.aria', { label: bar.label, value: bar.note }) : undefined;
    const element = s(
      'g',
      { class: bar.word ? 'bar pressable' : 'bar', tabindex: bar.word ? 0 : undefined, role: bar.word ? 'button' : undefined, 'aria-label': aria, 'data-word': bar.word },
      s('rect', { x: 0, y, width, height: ROW, fill: theme.background, 'fill-opacity': 0 }),
      s('text', { x: labels, y: y + ROW / 2, 'text-anchor': 'end', 'dominant-baseline': 'central', fill: theme.foreground, 'font-weight': bar.marked ? 600 : undefined }, fitted(bar.label, labels, font, size)),
      s('rect', { x: from, y: y + 5, width: Math.max(1, to - from), height: ROW - 10, rx: 2, fill: colour, stroke: theme.highContrast ? theme.foreground : undefined }),
      s('text', { x: width - notes, y: y + ROW / 2, 'dominant-baseline': 'central', fill: theme.quiet }, bar.note),
    ); // prettier-ignore
    const { word } = bar;
    if (word && options.press) listen(element, () => options.press?.(word));
    return element;
  });
  const ends = options.ends && [
    s('text', { x: zero - 6, y: 12, 'text-anchor': 'end', fill: theme.quiet }, `← ${options.ends[0]}`),
    s('text', { x: zero + 6, y: 12, fill: theme.quiet }, `${options.ends[1]} →`),
  ];
  return s(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font, 'font-size': size, role: 'group', 'aria-label': options.label },
    ...(ends ?? []),
    s('line', { x1: zero, x2: zero, y1: top, y2: height, stroke: theme.axis }),
    ...rows,
  ); // prettier-ignore
}

function listen(element: SVGElement, press: () => void): void {
  element.addEventListener('click', press);
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  });
}
