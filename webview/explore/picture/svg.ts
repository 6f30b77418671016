const SVG = 'http://www.w3.org/2000/svg';
type Child = Node | string | undefined | false;

/**
 * Makes an element of a picture: `s('circle', { cx: 1, cy: 2, r: 3 })`. All looks are attributes, so that it can be
 * exported.
 */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number | undefined> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, typeof value === 'number' ? short(value) : value);
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/** A number of a picture, to a hundredth of a pixel. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

let ruler: CanvasRenderingContext2D | null | undefined;
/** Width of a text in CSS pixels. */
export function textWidth(text: string, font: string, size: number, weight = 'normal'): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return text.length * size * 0.6;
  ruler.font = `${weight} ${size}px ${font}`;
  return ruler.measureText(text).width;
}

/** The text, cut with an ellipsis where it is wider than there is room. */
export function fitted(text: string, room: number, font: string, size: number): string {
  if (textWidth(text, font, size) <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, font, size) > room) letters.pop();
  return `${letters.join('')}…`;
}
