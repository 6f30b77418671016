import { bytesOf } from '../../common/canvas-bytes';
import { fade, type Theme } from '../../common/colour';
import type { Look } from '../identity';

export interface PictureText {
  title: string;
  legend: { label: string; look: Look }[];
}

/** A drawn canvas and its size in CSS pixels. */
export interface Drawing {
  canvas: HTMLCanvasElement;
  width: number;
  height: number;
}

const PADDING = 16;
const LINE = 22;

/** The chart on the theme's background with its title above and its legend below, as PNG bytes. */
export function pictureOf(drawing: Drawing, theme: Theme, text: PictureText): Uint8Array {
  const ratio = drawing.canvas.width / drawing.width;
  const width = drawing.width + PADDING * 2;
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d');
  if (!context) throw new Error('No 2D canvas.');
  context.font = `${theme.fontSize}px ${theme.font}`;
  const rows = wrap(context, text.legend, width - PADDING * 2);
  const height = PADDING * 2 + LINE + 6 + drawing.height + 8 + rows.length * LINE;
  picture.width = Math.round(width * ratio);
  picture.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.foreground;
  context.textBaseline = 'middle';
  context.font = `600 ${theme.fontSize + 2}px ${theme.font}`;
  context.fillText(text.title, PADDING, PADDING + LINE / 2);
  context.drawImage(drawing.canvas, PADDING, PADDING + LINE + 6, drawing.width, drawing.height);
  context.font = `${theme.fontSize - 1}px ${theme.font}`;
  drawLegend(context, rows, theme, PADDING + LINE + 6 + drawing.height + 8);
  return bytesOf(picture);
}

type Legend = PictureText['legend'];

function entryWidth(context: CanvasRenderingContext2D, label: string): number {
  return 28 + 6 + context.measureText(label).width + 18;
}

function wrap(context: CanvasRenderingContext2D, legend: Legend, room: number): Legend[] {
  const rows: Legend[] = [];
  let used = Infinity;
  for (const entry of legend) {
    const width = entryWidth(context, entry.label);
    if (used + width > room) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(entry);
    used += width;
  }
  return rows;
}

function drawLegend(context: CanvasRenderingContext2D, rows: Legend[], theme: Theme, top: number): void {
  rows.forEach((row, index) => {
    const y = top + index * LINE + LINE / 2;
    let x = PADDING;
    for (const { label, look } of row) {
      context.strokeStyle = look.colour;
      context.lineWidth = look.width;
      context.setLineDash([...look.dash]);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 28, y);
      context.stroke();
      context.setLineDash([]);
      if (look.shape) mark(context, x + 14, y, look, theme);
      context.fillStyle = fade(theme.foreground, 1);
      context.fillText(label, x + 34, y);
      x += entryWidth(context, label);
    }
  });
}

function mark(context: CanvasRenderingContext2D, x: number, y: number, look: Look, theme: Theme): void {
  const corners = { circle: 24, triangle: 3, rect: 4, rectRot: 4, star: 0, crossRot: 0 }[look.shape ?? 'circle'];
  const turn = look.shape === 'rect' ? Math.PI / 4 : Math.PI / 2;
  context.beginPath();
  for (let i = 0; i < corners; i++) {
    const angle = -turn + (i * 2 * Math.PI) / corners;
    context.lineTo(x + 4 * Math.cos(angle), y + 4 * Math.sin(angle));
  }
  if (corners === 0) {
    const spokes = look.shape === 'star' ? 4 : 2;
    for (let i = 0; i < spokes; i++) {
      const angle = Math.PI / 4 + (i * Math.PI) / spokes;
      context.moveTo(x - 4 * Math.cos(angle), y - 4 * Math.sin(angle));
      context.lineTo(x + 4 * Math.cos(angle), y + 4 * Math.sin(angle));
    }
  } else {
    context.closePath();
    context.fillStyle = theme.background;
    context.fill();
  }
  context.lineWidth = 1.5;
  context.stroke();
}
