import { describe, expect, it } from 'vitest';
import { COLORS, Palette } from '../../../../src/editor/tag/palette';
import { AnswerCache } from '../../../../src/editor/tag/answer-cache';
import { NO_TAGS } from '../../../../src/editor/tag/tagged-lines';
import { distribution, percent } from '../../../../src/editor/tag/span-text';

describe('looks of labels', () => {
  it('give people, places and organisations the same colour in every text', () => {
    for (const labels of [
      ['PER', 'LOC', 'ORG', 'MISC'],
      ['corporation', 'person', 'location'],
    ]) {
      const palette = new Palette();
      palette.prepare([...labels].reverse());
      const color = (name: RegExp) => palette.lookOf(labels.find((label) => name.test(label)) ?? '').color;
      expect([color(/per/i), color(/loc/i), color(/org|corp/i)]).toEqual([1, 2, 3]);
    }
  });

  it('do not depend on the order in which labels come, once they are known', () => {
    const labels = Array.from({ length: 17 }, (_, k) => `TAG${k}`);
    const looks = (order: string[]) => {
      const palette = new Palette();
      palette.prepare(order);
      return labels.map((label) => palette.lookOf(label));
    };
    expect(looks(labels)).toEqual(looks([...labels].reverse()));
  });

  it('are all different for four times as many labels as there are colours', () => {
    const palette = new Palette();
    const looks = Array.from({ length: 4 * COLORS }, (_, k) => palette.lookOf(`TAG${k}`));
    expect(new Set(looks.map(({ color, line }) => `${color} ${line}`)).size).toBe(4 * COLORS);
    for (const { color } of looks) expect(color).toBeGreaterThanOrEqual(1);
    for (const { color } of looks) expect(color).toBeLessThanOrEqual(COLORS);
  });
});

describe('what a hover says of a span', () => {
  it('has a bar for each label, the most probable first', () => {
    const alternatives = [{ label: 'ORG', probability: 0.25 }, { label: 'O', probability: 0.5 }]; // prettier-ignore
    const rows = distribution({ start: 0, end: 1, label: 'PER', probability: 0.1, alternatives }, 'none');
    expect(rows.split('\n')).toEqual([
      `none  ${'█'.repeat(12)}  50.0 %`,
      `ORG   ${'█'.repeat(6)}${' '.repeat(6)}  25.0 %`,
      `PER   ██▍${' '.repeat(9)}  10.0 %`,
    ]);
    expect(percent(0.98765)).toBe('98.8 %');
  });
});

describe('remembered answers', () => {
  it('are forgotten, the oldest first, when there are too many', () => {
    const cache = new AnswerCache(10);
    for (const text of ['aaaa', 'bbbb', 'cccc']) cache.set(text, NO_TAGS);
    expect(['aaaa', 'bbbb', 'cccc'].map((text) => cache.get(text) !== undefined)).toEqual([false, true, true]);
    cache.set('a text that is longer than all that is kept', NO_TAGS);
    expect(cache.get('bbbb')).toBeUndefined();
    expect(cache.get('a text that is longer than all that is kept')).toBe(NO_TAGS);
  });
});
