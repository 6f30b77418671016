import type { Look, Shape } from './identity';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 28;
const HEIGHT = 12;
const shapePaths: Record<Shape, string> = {
  circle: 'M17.5 6a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z',
  triangle: 'M14 2l4 7h-8z',
  rect: 'M11 3h6v6h-6z',
  rectRot: 'M14 1.8L18.2 6 14 10.2 9.8 6z',
  star: 'M14 2v8M10 6h8M11.2 3.2l5.6 5.6M16.8 3.2l-5.6 5.6',
  crossRot: 'M11 3l6 6M17 3l-6 6',
};

/** A short stretch of a line with its point shape, hidden from screen readers. */
export function swatch(look: Look): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', 'swatch');
  svg.setAttribute('aria-hidden', 'true');
  if (look.line !== false) svg.append(stroke(`M0 6H${WIDTH}`, look, look.dash));
  if (look.shape) {
    const mark = stroke(shapePaths[look.shape], { ...look, width: 1.5 }, []);
    mark.setAttribute('class', 'swatch-mark');
    svg.append(mark);
  }
  return svg;
}

function stroke(d: string, look: Look, dash: readonly number[]): SVGPathElement {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  path.setAttribute('fill', 'none');
  path.setAttribute('stroke', look.colour);
  path.setAttribute('stroke-width', String(look.width));
  if (dash.length > 0) path.setAttribute('stroke-dasharray', dash.join(' '));
  return path;
}
