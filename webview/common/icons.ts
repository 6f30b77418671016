/** Line icons on a grid of 16, drawn for this page in the stroke weight of the editor's own. */
const paths = {
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M5.5 3v10M10.5 3v10',
  stop: 'M4 4h8v8H4z',
  spark: 'M8 2v12M2 8h12M4 4l8 8M12 4l-8 8',
  pen: 'M3 13l.8-3.2L11 2.6l2.4 2.4-7.2 7.2zM9.6 4l2.4 2.4',
  folder: 'M2 4h4.2l1.4 1.6H14V12.5H2z',
  log: 'M3 3.5h10M3 6.5h7M3 9.5h10M3 12.5h5',
  trash: 'M3 4.5h10M6.2 4.5V2.8h3.6v1.7M4.3 4.5l.6 8.7h6.2l.6-8.7M6.8 7v4M9.2 7v4',
  check: 'M3 8.5l3.2 3.2L13 4.6',
  cross: 'M4 4l8 8M12 4l-8 8',
  early: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3.2l2.2 1.6',
  broken: 'M8 2.2l6 11H2zM8 6.4v3.4M8 11.4v.4',
  elsewhere: 'M6 3H3v10h10v-3M9 3h4v4M13 3L7.5 8.5',
  running: 'M2 8.5h2.6L6.4 4l3 8.4 1.8-3.9H14',
  zoomIn: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3L14 14M7 5v4M5 7h4',
  zoomOut: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3L14 14M5 7h4',
  reset: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  table: 'M2.5 3h11v10h-11zM2.5 6.4h11M2.5 9.7h11M6.5 6.4V13',
  picture: 'M8 2v7.5M4.8 6.6L8 9.8l3.2-3.2M2.5 11v2.5h11V11',
  lasso:
    'M8 2.5c3.3 0 6 1.6 6 3.8S11.3 10 8 10 2 8.5 2 6.3s2.7-3.8 6-3.8zM5 9.5c-1 1.2-.6 2.6.8 2.6 1.2 0 1.4-1.4.4-2.2M5.2 12c-.3 1 .2 1.6 1 2',
  chevron: 'M6 3.5L10.5 8 6 12.5',
} as const;
export type IconName = keyof typeof paths;

const SVG = 'http://www.w3.org/2000/svg';

/** An icon in the colour of its surroundings, hidden from screen readers: the words beside it say the same. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
