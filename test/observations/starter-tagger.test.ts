import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../helpers/cli';
import { prepareLab, tag } from './lab';

prepareLab();

const starter = path.join(root, 'media/starter-tagger');
const files = readdirSync(starter, { recursive: true, encoding: 'utf8' })
  .map((name) => path.join(starter, name))
  .filter((file) => statSync(file).isFile());

/** Sentences of news, stories and chats, none of them of the kind that the tagger learned from; entities in brackets. */
const SENTENCES = [
  '[Harry Potter person] and [Hermione Granger person] invented a new spell.',
  'Three trains were cancelled between [Vienna place] and [Salzburg place] because of heavy snow.',
  '[Nokia organisation] will cut two thousand jobs in [Finland place], the firm announced in November.',
  'The novelist [Toni Morrison person] grew up in [Ohio place] and taught for years.',
  '"You should see a dentist, [Oscar person]," said his aunt.',
  'hi [Julia person], are you back from [Lisbon place] already?',
  'Portuguese wines are cheaper than French ones this season.',
  '[Marie Curie person] shared the prize with her husband [Pierre person] in 1903.',
  'Lawyers for [Samsung organisation] and [Ericsson organisation] met again on Friday.',
  'Nothing tastes better than warm bread on a Sunday morning.',
  '[Kenya place] and [Uganda place] agreed to rebuild the old railway.',
  'Students at [Harvard University organisation] protested against higher fees.',
  'Dr. [Nguyen person] told the nurse to wait outside.',
  "[Lisa person]'s bicycle was stolen near the station in [Utrecht place] last week.",
  'Because the bridge was closed, we took the ferry to [Dublin place].',
  'Elections in [Peru place] were peaceful, observers from the [European Union organisation] wrote.',
  'Mountains rose behind the lake, and snow covered the pass.',
  'When [Thomas person] opened the parcel, [Frida person] began to laugh.',
  '[Boeing organisation] delivered fewer planes in March than in February.',
  'She learned Italian so that she could read letters from [Naples place].',
];

/** A sentence and its spans, as "start words label". */
function gold(marked: string): { text: string; spans: string[] } {
  const spans: string[] = [];
  let text = '';
  for (const part of marked.split(/(\[[^\]]+\])/)) {
    const [, words, label] = /^\[(.+) (\w+)\]$/.exec(part) ?? [];
    if (words) spans.push(`${text.length} ${words} ${label}`);
    text += words ?? part;
  }
  return { text, spans };
}

test('the tagger that is shipped finds people, places and organisations in sentences that are not like its own', async () => {
  const right = SENTENCES.map(gold);
  const tagged = await tag(
    starter,
    right.map(({ text }) => text),
  );
  const found = tagged.map(({ spans }, n) =>
    spans.map(({ start, end, label }) => `${start} ${right[n].text.slice(start, end)} ${label}`),
  );
  const correct = right.flatMap(({ spans }, n) => spans.filter((span) => found[n].includes(span)));
  const missed = right.flatMap(({ spans }, n) => spans.filter((span) => !found[n].includes(span)));
  const wrong = right.flatMap(({ spans }, n) => found[n].filter((span) => !spans.includes(span)));
  expect(correct.length / (correct.length + missed.length), `missed: ${missed.join('; ')}`).toBeGreaterThan(0.8);
  expect(correct.length / (correct.length + wrong.length), `wrong: ${wrong.join('; ')}`).toBeGreaterThan(0.8);
  expect(found[0]).toEqual(right[0].spans);
});

test('it is small, and its record names no place on the machine that made it', () => {
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(2 ** 20);
  const record = readFileSync(path.join(starter, 'run.json'), 'utf8');
  expect(record).not.toMatch(/file:|"[/\\]|[A-Z]:\\|\/tmp|\/home/);
});
