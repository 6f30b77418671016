import type { Theme } from '../../common/colour';
import { fade } from '../../common/colour';
import { tones } from '../picture/picture';
import { s, textWidth } from '../picture/svg';
import { placeLabels } from './labels';
import type { Place } from './viewport';

export interface MapState {
  words: readonly { word: string }[];
  /** In pixels. */
  places: readonly Place[];
  selected: ReadonlySet<number>;
  current: number | undefined;
  /** The line that is being drawn around words. */
  lasso: readonly Place[];
  size: { width: number; height: number };
}

/** Dots with labels that do not overlap: the word in hand first, then the selected, then the more frequent. */
export function drawMap({ words, places, selected, current, lasso, size }: MapState, theme: Theme): SVGSVGElement {
  const { width, height } = size;
  const { main, against } = tones(theme);
  const { font, fontSize } = theme;
  const seen = places.flatMap(({ x, y }, id) => (x >= 0 && y >= 0 && x <= width && y <= height ? [id] : []));
  const rank = (id: number) => (id === current ? 0 : selected.has(id) ? 1 : 2);
  const order = [...seen].sort((a, b) => rank(a) - rank(b) || a - b);
  const radius = (id: number) => (id === current ? 6 : selected.has(id) ? 5 : 3);
  const labels = placeLabels(
    order.map((id) => ({
      ...places[id],
      width: textWidth(words[id].word, font, fontSize, rank(id) < 2 ? '600' : 'normal'),
      height: fontSize + 2,
      radius: radius(id),
    })),
    size,
  );
  const dots = seen.map((id) =>
    s('circle', {
      cx: places[id].x,
      cy: places[id].y,
      r: radius(id),
      fill: selected.has(id) ? against : main,
      stroke: id === current ? theme.foreground : undefined,
      'stroke-width': id === current ? 2 : undefined,
    }),
  );
  const texts = order.map((id, i) => {
    const label = labels[i];
    if (!label) return undefined;
    const strong = rank(id) < 2;
    return s(
      'text',
      {
        x: label.x,
        y: label.y,
        'text-anchor': label.anchor,
        'dominant-baseline': 'central',
        fill: theme.foreground,
        'font-weight': strong ? 600 : undefined,
        stroke: theme.background,
        'stroke-width': 3,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      },
      words[id].word,
    );
  });
  return s(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font, 'font-size': fontSize, role: 'presentation' },
    s('rect', { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 3, fill: theme.background, stroke: theme.axis }),
    ...dots,
    ...texts,
    lasso.length > 1 && s('path', { d: `M${lasso.map(({ x, y }) => `${x} ${y}`).join('L')}Z`, fill: fade(against, 0.15), stroke: against, 'stroke-dasharray': '5 3', 'stroke-width': 1.5 }),
  ); // prettier-ignore
}
