import { expect, test } from 'vitest';
import {
  divideReviewed,
  withRehearsal,
  type Decision,
  type ReadLine,
} from '../../../../src/core/annotations/rehearsal';
import { recipeSchema } from '../../../../src/core/recipe';
import { finish } from '../../../helpers/finish';

/** A line with labels behind words: "[Ann|person] went". */
function line(marked: string): ReadLine {
  const spans: ReadLine['spans'] = [];
  let text = '';
  for (const [, before, words, label] of marked.matchAll(/([^[]*)(?:\[([^|]*)\|([^\]]*)\])?/g)) {
    text += before;
    if (words !== undefined) spans.push({ start: text.length, end: text.length + words.length, label });
    text += words ?? '';
  }
  return { text, spans };
}
const marked = ({ text, spans }: ReadLine): string =>
  spans.reduceRight((all, { start, end, label }) => `${all.slice(0, start)}[${all.slice(start, end)}|${label}]${all.slice(end)}`, text); // prettier-ignore
const mixed = (reviewed: string[], others: string[], decisions: Decision[] = [], spread = true): string[] =>
  finish(withRehearsal(reviewed.map(line), others.map(line), decisions, spread)).map(marked);
const said = (words: string, label: string, more: Partial<Decision> = {}): Decision => ({ words, label, state: 'accepted', corrected: true, ...more }); // prettier-ignore
const evaluation = recipeSchema.parse({ task: 'tagging' }).evaluation;
const texts = (lines: ReadLine[]): string[] => lines.map(({ text }) => text);

test('reviewed lines weigh as much as all rehearsed ones', () => {
  expect(mixed(['new'], ['a', 'b', 'c'])).toEqual(['new', 'new', 'new', 'a', 'b', 'c']);
});

test('other lines with corrected words are read as corrected', () => {
  const ann = '[Ann|ship] sails';
  expect(mixed([ann], ['see [Ann|person] go', 'Ann, [Bob|person], Anna', '[Ann Lee|person]'], [said('Ann', 'ship')])).toEqual([
    ...[ann, 'see [Ann|ship] go', '[Ann|ship], [Bob|person], Anna', '[Ann|ship] Lee'],
  ]); // prettier-ignore
});

test('words that were rejected lose that label, and no other', () => {
  const no = said('May', 'person', { state: 'rejected' });
  expect(mixed(['May'], ['[May|person] came', '[May|place] [May Day|person]'], [no])).toEqual(['May', 'May came', '[May|place] [May Day|person]']); // prettier-ignore
});

test('lines are left out where it is not clear what the words are', () => {
  const others = ['[Ann|person] went', '[Bob|person]'];
  const two = [said('Ann', 'ship'), said('Ann', 'place', { corrected: false })];
  expect(mixed(['Ann'], others, two)).toEqual(['Ann', '[Bob|person]']);
  expect(mixed(['Ann'], others, [said('Ann', 'ship')], false)).toEqual(['Ann', '[Bob|person]']);
  expect(mixed(['Ann'], ['see ANN go', 'Annabel'], [said('Ann', 'ship')])).toEqual(['Ann']);
});

test('what the tagger said already changes nothing', () => {
  const agreed = said('Ann', 'person', { corrected: false });
  expect(mixed(['Ann'], ['[Ann|person] went'], [agreed])).toEqual(['Ann', '[Ann|person] went']);
});

test('of a long text lines from all of it are rehearsed', () => {
  const lines = mixed(['x'], Array.from({ length: 1000 }, (_, n) => `line ${n}`)); // prettier-ignore
  expect(lines).toHaveLength(400);
  expect(new Set(lines).size).toBe(201);
  expect(lines.at(-1)).toBe('line 995');
});

test('what is held back is never among what is learned, however often that is repeated', () => {
  const reviewed = Array.from({ length: 60 }, (_, n) => line(`reviewed ${n}`));
  const { train, held } = divideReviewed(reviewed, { evaluation, seed: 3 });
  expect(held).toHaveLength(6);
  expect(texts([...train, ...held]).sort()).toEqual(texts(reviewed).sort());
  const others = Array.from({ length: 200 }, (_, n) => line(`other ${n}`));
  const learned = texts(finish(withRehearsal(train, others, [], true)));
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
