import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHtml } from '../../../src/core/text/tagged/html';

const bodyOf = (html: string): string => html.slice(html.indexOf('<body>'));

/** Text of the paragraphs, as a reader of the page sees it. */
function visible(html: string): string[] {
  const paragraphs = [...bodyOf(html).matchAll(/<p dir="auto">([^]*?)<\/p>/g)].map(([, inner]) => inner);
  return paragraphs.map((inner) =>
    inner.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  );
}

test('a page of its own with every span, its label and a legend', () => {
  const html = toHtml('notes.txt', [
    { text: 'Ann saw Ann & Paris', spans: [{ start: 0, end: 3, label: 'person' }, { start: 14, end: 19, label: 'place' }] }, // prettier-ignore
    { text: 'שלום', spans: [] },
  ]);
  expect(html).toContain('<mark class="l0" data-label="person">Ann</mark> saw Ann &#38; <mark class="l1" data-label="place">Paris</mark>'); // prettier-ignore
  expect(html).toContain('<li><mark class="l0" data-label="1">person</mark></li>');
  expect(html).toContain('prefers-color-scheme: dark');
  expect(html).not.toMatch(/\b(src|href)=|<script|url\(/);
  expect(visible(html)).toEqual(['Ann saw Ann & Paris', 'שלום']);
});

test('whatever text and labels are, they stay text', () => {
  const hostile = fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', '😀', 'script') });
  fc.assert(
    fc.property(hostile, hostile, fc.nat(30), fc.nat(30), (text, label, a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const spans = end > start && end <= text.length ? [{ start, end, label }] : [];
      const html = toHtml(text, [{ text, spans }]);
      expect(visible(html)).toEqual([text]);
      const tags = new Set([...bodyOf(html).matchAll(/<\/?(\w+)/g)].map(([, name]) => name));
      expect([...tags].filter((name) => !['body', 'html', 'h1', 'ul', 'li', 'p', 'mark'].includes(name))).toEqual([]);
    }),
  );
});

/** Relative luminance of WCAG 2 of a colour in hue (degrees), saturation and lightness (fractions). */
function luminance(hue: number, saturation: number, lightness: number): number {
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const value = lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}

test('text and labels can be read on every colour, dark and light: contrast of 4.5 or more', () => {
  const html = toHtml('x', []);
  const hues = [...html.matchAll(/--hue: (\d+)/g)].map(([, hue]) => Number(hue));
  const schemes = [...html.matchAll(/--text: #(\w{2})\w{4}; --light: (\d+)%; --ink: (\d+)%/g)];
  expect([hues.length, schemes.length]).toEqual([8, 2]);
  for (const [, text, light, ink] of schemes) {
    for (const hue of hues) {
      const back = luminance(hue, 0.7, Number(light) / 100);
      const contrast = (other: number): number => (Math.max(back, other) + 0.05) / (Math.min(back, other) + 0.05);
      expect(contrast(luminance(0, 0, parseInt(text, 16) / 255)), `text on ${hue}`).toBeGreaterThan(4.5);
      expect(contrast(luminance(hue, 0.6, Number(ink) / 100)), `label on ${hue}`).toBeGreaterThan(4.5);
    }
  }
});
