import { expect, test } from 'vitest';
import { divideReviewed, withRehearsal, type ReadLine } from '../../../../src/core/annotations/rehearsal';
import { recipeSchema } from '../../../../src/core/recipe';

const evaluation = recipeSchema.parse({ task: 'tagging' }).evaluation;
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

test('what is held back is never among what is learned, however often that is repeated', () => {
  const reviewed = Array.from({ length: 60 }, (_, n) => line(`reviewed ${n}`));
  const { train, held } = divideReviewed(reviewed, { evaluation, seed: 3 });
  expect(held).toHaveLength(6);
  expect(texts([...train, ...held]).sort()).toEqual(texts(reviewed).sort());
  const others = Array.from({ length: 200 }, (_, n) => line(`other ${n}`));
  const learned = texts(withRehearsal(train, others, []));
  expect(learned.length).toBeGreaterThan(300);
  for (const text of texts(held)) expect(learned).not.toContain(text);
});

test('of few lines all are learned; a label that no other line has is learned, too', () => {
  const few = Array.from({ length: 49 }, (_, n) => line(`${n}`));
  expect(divideReviewed(few, { evaluation, seed: 1 })).toEqual({ train: few, held: few });
  const many = Array.from({ length: 50 }, (_, n) => ({
    text: `${n}`,
    spans: [{ start: 0, end: 1, label: `label ${n}` }],
  }));
  expect(divideReviewed(many, { evaluation, seed: 1 })).toEqual({ train: many, held: [] });
});
