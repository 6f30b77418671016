import { bytesOf } from '../../common/canvas-bytes';
import type { Theme } from '../../common/colour';
import { s } from './svg';

const PADDING = 16;
const TITLE = 30;
const SCALE = 2;

/** The picture on the theme's background with its title above, as the text of an SVG file. */
export function svgFile(picture: SVGSVGElement, title: string, theme: Theme): string {
  return new XMLSerializer().serializeToString(framed(picture, title, theme).svg);
}

/** The same as the bytes of a PNG file, at twice the size. */
export async function pngFile(picture: SVGSVGElement, title: string, theme: Theme): Promise<Uint8Array> {
  const { svg, width, height } = framed(picture, title, theme);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No 2D canvas.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return bytesOf(canvas);
}

function framed(
  picture: SVGSVGElement,
  title: string,
  theme: Theme,
): { svg: SVGSVGElement; width: number; height: number } {
  const width = Number(picture.getAttribute('width')) + 2 * PADDING;
  const height = Number(picture.getAttribute('height')) + 2 * PADDING + TITLE;
  for (const element of [picture, ...picture.querySelectorAll('*')])
    for (const name of ['tabindex', 'role', 'class', 'aria-describedby', 'data-word']) element.removeAttribute(name);
  picture.setAttribute('x', String(PADDING));
  picture.setAttribute('y', String(PADDING + TITLE));
  const svg = s(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': theme.font, 'font-size': theme.fontSize },
    s('rect', { width, height, fill: theme.background }),
    s(
      'text',
      { x: PADDING, y: PADDING + 16, fill: theme.foreground, 'font-weight': 600, 'font-size': theme.fontSize + 2 },
      title,
    ),
    picture,
  );
  return { svg, width, height };
}
