/** Colours in a theme's palette. */
export const COLORS = 6;

/** Colours and fonts of VS Code's current theme, as the canvas needs them. */
export interface Theme {
  background: string;
  foreground: string;
  /** Axis labels and other quiet words. */
  quiet: string;
  grid: string;
  axis: string;
  focus: string;
  tooltipBackground: string;
  tooltipForeground: string;
  tooltipBorder: string;
  selection: string;
  /** Runs and lines; neighbours can be told apart with any common form of colour blindness. */
  palette: readonly string[];
  highContrast: boolean;
  font: string;
  fontSize: number;
}

/** A CSS colour as VS Code writes them (#rgb, #rrggbb, #rrggbbaa, rgb(), rgba()) with another opacity; others as they are. */
export function fade(colour: string, opacity: number): string {
  const parts = parse(colour.trim());
  if (!parts) return colour;
  const [red, green, blue, alpha] = parts;
  return `rgba(${red}, ${green}, ${blue}, ${Number((alpha * opacity).toFixed(3))})`;
}

/**
 * The colour without its transparency: several of VS Code's chart colours are half transparent, too faint for a thin
 * line.
 */
export function opaque(colour: string): string {
  const parts = parse(colour.trim());
  return parts ? `rgb(${parts[0]}, ${parts[1]}, ${parts[2]})` : colour;
}

function parse(colour: string): [number, number, number, number] | undefined {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour)?.[1];
  if (hex && [3, 4, 6, 8].includes(hex.length)) {
    const wide = hex.length < 6 ? [...hex].map((digit) => digit + digit).join('') : hex;
    const byte = (at: number) => parseInt(wide.slice(at, at + 2), 16);
    return [byte(0), byte(2), byte(4), wide.length === 8 ? byte(6) / 255 : 1];
  }
  const numbers = /^rgba?\(([^)]+)\)$/i
    .exec(colour)?.[1]
    .split(/[\s,/]+/)
    .filter(Boolean)
    .map(Number);
  if (!numbers || numbers.length < 3 || numbers.some((one) => !Number.isFinite(one))) return undefined;
  return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
}
