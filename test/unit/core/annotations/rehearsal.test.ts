import { expect, test } from 'vitest';
import { withRehearsal, type ReadLine } from '../../../../src/core/annotations/rehearsal';

const line = (text: string): ReadLine => ({ text, spans: [] });
const texts = (lines: ReadLine[]): string[] => lines.map(({ text }) => text);

test('reviewed lines weigh as much as all rehearsed ones', () => {
  const mixed = texts(withRehearsal([line('new')], [line('a'), line('b'), line('c')], []));
  expect(mixed).toEqual(['new', 'new', 'new', 'a', 'b', 'c']);
});

test('lines with corrected words are not rehearsed', () => {
  const mixed = texts(withRehearsal([line('Ann is a ship')], [line('see ANN go'), line('Bob')], ['Ann']));
  expect(mixed).toEqual(['Ann is a ship', 'Bob']);
  expect(texts(withRehearsal([line('Ann')], [line('Ann went')], ['Ann']))).toEqual(['Ann']);
});

test('of a long text lines from all of it are rehearsed', () => {
  const others = Array.from({ length: 1000 }, (_, n) => line(`line ${n}`));
  const mixed = texts(withRehearsal([line('x')], others, []));
  expect(mixed).toHaveLength(400);
  expect(new Set(mixed).size).toBe(201);
  expect(mixed.at(-1)).toBe('line 995');
});
