import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SURPRISE_LEVELS } from '../../../src/editor/score/surprise';
import { COLORS } from '../../../src/editor/tag/palette';

type Kind = 'dark' | 'light' | 'highContrast' | 'highContrastLight';
type Colour = [number, number, number];

/** Background and foreground of an editor in the themes that come with VS Code. */
const themes: [string, Kind, string, string][] = [
  ['Dark Modern', 'dark', '#1f1f1f', '#cccccc'],
  ['Dark+', 'dark', '#1e1e1e', '#d4d4d4'],
  ['Light Modern', 'light', '#ffffff', '#3b3b3b'],
  ['Light+', 'light', '#ffffff', '#000000'],
  ['Dark High Contrast', 'highContrast', '#000000', '#ffffff'],
  ['Light High Contrast', 'highContrastLight', '#ffffff', '#292929'],
];
/** WCAG 2.2, 1.4.3: contrast of text. */
const READABLE = 4.5;

const { contributes } = JSON.parse(readFileSync(path.resolve(__dirname, '../../../package.json'), 'utf8')) as {
  contributes: { colors: { id: string; defaults: Record<Kind, string> }[] };
};
const colour = (id: string, kind: Kind) => {
  const found = contributes.colors.find((one) => one.id === id);
  if (!found) throw new Error(`The manifest has no colour ${id}.`);
  return found.defaults[kind];
};
const parse = (hex: string): Colour => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Colour;

/** A colour with an opacity ("#rrggbbaa") over another. */
function over(hex: string, background: Colour): Colour {
  const opacity = hex.length > 7 ? parseInt(hex.slice(7, 9), 16) / 255 : 1;
  return parse(hex).map((part, k) => opacity * part + (1 - opacity) * background[k]) as Colour;
}

/** Relative luminance of sRGB, WCAG 2.2. */
function luminance(parts: Colour): number {
  const [r, g, b] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each(themes)('in %s', (_, kind, background, foreground) => {
  it('text can be read on every level of the heat', () => {
    for (let level = 1; level <= SURPRISE_LEVELS; level++) {
      const painted = over(colour(`sequenceLab.surprise${level}`, kind), parse(background));
      expect(contrast(parse(foreground), painted), `level ${level}`).toBeGreaterThanOrEqual(READABLE);
    }
  });

  it('neighbouring levels differ', () => {
    const levels = Array.from({ length: SURPRISE_LEVELS }, (__, k) =>
      over(colour(`sequenceLab.surprise${k + 1}`, kind), parse(background)),
    );
    const distances = levels.slice(1).map((one, k) => Math.hypot(...one.map((part, i) => part - levels[k][i])));
    for (const distance of distances) expect(distance).toBeGreaterThan(15);
  });

  it('text can be read on the colour of every entity, and the colours differ', () => {
    const painted = Array.from({ length: COLORS }, (__, k) =>
      over(colour(`sequenceLab.entity${k + 1}`, kind), parse(background)),
    );
    painted.forEach((one, k) => {
      expect(contrast(parse(foreground), one), `entity ${k + 1}`).toBeGreaterThanOrEqual(READABLE);
      for (const other of painted.slice(0, k))
        expect(Math.hypot(...one.map((part, i) => part - other[i])), `entity ${k + 1}`).toBeGreaterThan(15);
    });
  });

  it('labels behind lines can be read', () => {
    for (const id of ['sequenceLab.label', 'sequenceLab.labelWrong'])
      expect(contrast(over(colour(id, kind), parse(background)), parse(background)), id).toBeGreaterThanOrEqual(
        READABLE,
      );
  });
});
