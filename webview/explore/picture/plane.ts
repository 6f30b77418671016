import type { MapPoint } from '../../../src/protocol/word-vectors';
import { placeLabels, type Box } from '../map/labels';
import { tones, type Frame } from './picture';
import { s, textWidth } from './svg';

export interface PlaneOptions {
  /** a, b and c of the question. */
  words: readonly [string, string, string];
  answer: string;
  points: readonly MapPoint[];
  target: { x: number; y: number };
  targetLabel: string;
  label: string;
}

const PADDING = 34;

/** The parallelogram of an analogy: arrows from a to b and from c to the target, the answer beside it. */
export function drawPlane(options: PlaneOptions, { width, theme }: Frame): SVGSVGElement {
  const height = Math.round(Math.min(420, Math.max(260, width * 0.62)));
  const { main, against } = tones(theme);
  const all = [...options.points, options.target];
  const to = fit(all, width, height);
  const [a, b, c, d] = [...options.words, options.answer].map((word) =>
    options.points.find((one) => one.word === word),
  );
  const target = to(options.target);
  const important = new Set([...options.words, options.answer]);
  const ordered = [...options.points].sort((x, y) => Number(important.has(y.word)) - Number(important.has(x.word)));
  const { font, fontSize: size } = theme;
  const labels = placeLabels(
    [
      ...ordered.map((point) => ({ ...to(point), width: textWidth(point.word, font, size, '600'), height: size + 3, radius: 5 })),
      { ...target, width: textWidth(options.targetLabel, font, size), height: size + 3, radius: 10 },
    ],
    { width, height },
    [...(a && b ? boxesAlong(to(a), to(b)) : []), ...(c ? boxesAlong(to(c), target) : [])],
  ); // prettier-ignore
  const dots = ordered.flatMap((point, i) => {
    const { x, y } = to(point);
    const strong = important.has(point.word);
    const colour = point.word === options.answer ? against : strong ? main : theme.quiet;
    const label = labels[i];
    return [
      s('circle', { cx: x, cy: y, r: strong ? 5 : 3, fill: colour }),
      label && s('text', { x: label.x, y: label.y, 'text-anchor': label.anchor, 'dominant-baseline': 'central', fill: strong ? theme.foreground : theme.quiet, 'font-weight': strong ? 600 : undefined }, point.word),
    ];
  }); // prettier-ignore
  const named = labels.at(-1);
  return s(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font, 'font-size': size, role: 'img', 'aria-label': options.label },
    s('rect', { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 3, fill: 'none', stroke: theme.grid }),
    a && b && arrow(to(a), to(b), main),
    c && arrow(to(c), target, main),
    a && c && side(to(a), to(c), theme.quiet),
    b && side(to(b), target, theme.quiet),
    d && side(target, to(d), against),
    s('circle', { cx: target.x, cy: target.y, r: 9, fill: 'none', stroke: against, 'stroke-width': 2 }),
    named && s('text', { x: named.x, y: named.y, 'text-anchor': named.anchor, 'dominant-baseline': 'central', fill: theme.quiet, 'font-style': 'italic' }, options.targetLabel),
    ...dots,
  ); // prettier-ignore
}

interface Place {
  x: number;
  y: number;
}

/** Both axes have the same scale, so that a parallelogram looks like one; y points up. */
function fit(points: readonly Place[], width: number, height: number): (point: Place) => Place {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (width - 4 * PADDING) / Math.max(right - left, 1e-6),
    (height - 2 * PADDING) / Math.max(top - bottom, 1e-6),
  );
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return ({ x, y }) => ({ x: width / 2 + (x - middleX) * scale, y: height / 2 - (y - middleY) * scale });
}

/** Room that an arrow takes, as small boxes, the dots at its ends left out. */
function boxesAlong(from: Place, to: Place): Box[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const count = Math.max(0, Math.floor(length / 6) - 2);
  return Array.from({ length: count }, (_, i) => {
    const share = ((i + 1.5) * 6) / length;
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    return { left: x - 2, right: x + 2, top: y - 2, bottom: y + 2 };
  });
}

function side(from: Place, to: Place, colour: string): SVGLineElement {
  return s('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: colour, 'stroke-dasharray': '4 4' });
}

/** A line with a head that ends a little before its end, so that the point there stays free. */
function arrow(from: Place, to: Place, colour: string): SVGGElement {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const tip = { x: to.x - ux * 9, y: to.y - uy * 9 };
  const base = { x: tip.x - ux * 9, y: tip.y - uy * 9 };
  const head = `M${tip.x} ${tip.y}L${base.x - uy * 5} ${base.y + ux * 5}L${base.x + uy * 5} ${base.y - ux * 5}Z`;
  return s(
    'g',
    {},
    s('line', { x1: from.x, y1: from.y, x2: base.x, y2: base.y, stroke: colour, 'stroke-width': 2 }),
    s('path', { d: head, fill: colour }),
  );
}
