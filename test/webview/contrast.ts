/** Contrast ratio of two colours, 1 to 21 (WCAG 2.1); the first may be translucent over the second. */
export function contrast(above: string, below: string): number {
  const back = parse(below);
  const front = parse(above);
  const mixed = front.slice(0, 3).map((value, i) => value * front[3] + back[i] * (1 - front[3]));
  const [a, b] = [luminance(mixed), luminance(back)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

function luminance(colour: readonly number[]): number {
  const [r, g, b] = colour.map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)); // prettier-ignore
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(colour: string): [number, number, number, number] {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex) return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(1) as [number, number, number, number]; // prettier-ignore
  const [r, g, b, a = 1] = (/^rgba?\((.+)\)$/.exec(colour)?.[1] ?? '').split(',').map(Number);
  return [r, g, b, a];
}
