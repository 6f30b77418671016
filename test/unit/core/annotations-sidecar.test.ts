import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchorAt } from '../../../src/core/annotations/anchor';
import {
  annotatedLines,
  jsonLinesOf,
  learnedFrom,
  reviewedLines,
  sentencesOf,
} from '../../../src/core/annotations/annotated-lines';
import { sidecarOfLines } from '../../../src/core/annotations/from-lines';
import { readJson, type JsonNode } from '../../../src/core/annotations/json-tree';
import { parseSidecar } from '../../../src/core/annotations/read-sidecar';
import {
  formatSidecar,
  lostSentence,
  placeSidecar,
  type Annotation,
  type Sidecar,
} from '../../../src/core/annotations/sidecar';
import { UserError } from '../../../src/core/errors';
import { readConll } from '../../../src/core/text/tagged/conll';
import { readSpans } from '../../../src/core/text/tagged/spans';
import { finish } from '../../helpers/finish';

const TEXT = 'Ann 👩‍👩‍👧 met Bob in Paris.\nשלום Ann, the river sings.\n\nNobody came.\n';

function annotation(words: string, label: string, state: Annotation['state'] = 'accepted', text = TEXT): Annotation {
  const start = text.indexOf(words);
  return { ...anchorAt(text, start, start + words.length), label, state };
}

function sidecar(...spans: Annotation[]): Sidecar {
  return { labels: ['person', 'place'], spans, reviewed: [] };
}

const place = (text: string, given: Sidecar): Sidecar => finish(placeSidecar(text, given));

describe('JSON with places', () => {
  const plain = (node: JsonNode): unknown => {
    if (node.kind === 'value') return node.value;
    if (node.kind === 'list') return node.items.map(plain);
    return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
  };
  const fail = (offset: number, problem: string): never => {
    throw new SyntaxError(`${offset}: ${problem}`);
  };
  const read = (text: string): unknown => plain(readJson(text, fail));

  test('is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(JSON.stringify(read(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('refuses what JSON.parse refuses, wherever it is damaged', () => {
    const json = '{"a": [1, -2.5e3, "x\\n", true, null], "b": {"c": ""}}';
    fc.assert(
      fc.property(
        fc.nat(json.length),
        fc.nat(3),
        fc.constantFrom('', '"', '{', ']', ',', '0', '\\', '\n', 'e', '\u0001'),
        (at, removed, inserted) => {
          const text = json.slice(0, at) + inserted + json.slice(at + removed);
          let valid = true;
          try {
            JSON.parse(text);
          } catch {
            valid = false;
          }
          if (valid) expect(read(text)).toEqual(JSON.parse(text));
          else expect(() => read(text)).toThrow(SyntaxError);
        },
      ),
    );
  });

  test('refuses nesting that no annotation needs', () => {
    expect(() => read('['.repeat(100_000))).toThrow(/more than 100 deep/);
  });
});

describe('the file of annotations', () => {
  test('what is written is read back', () => {
    const words = ['Ann', 'Bob', 'Paris', '👩‍👩‍👧', 'river', 'שלום'];
    fc.assert(
      fc.property(fc.subarray(words), fc.subarray(words), fc.boolean(), (accepted, rejected, lost) => {
        const given: Sidecar = {
          labels: ['person', 'place'],
          spans: [
            ...accepted.map((word) => annotation(word, 'person')),
            ...rejected.map((word) => annotation(word, 'place', 'rejected')),
          ].sort((a, b) => a.start - b.start),
          reviewed: [anchorAt(TEXT, TEXT.indexOf('Nobody'), TEXT.length - 1)],
        };
        if (lost && given.spans.length > 0) given.spans[0] = { ...given.spans[0], lost: true };
        const json = formatSidecar(given);
        expect(parseSidecar(json, 'a', TEXT)).toEqual(given);
        expect(formatSidecar(parseSidecar(json, 'a', TEXT))).toBe(json);
      }),
    );
  });

  test('spans of other programs need offsets and labels only', () => {
    const at = TEXT.indexOf('Bob');
    const { spans, labels } = parseSidecar(`{"version":1,"spans":[{"start":${at},"end":${at + 3},"label":"person"}]}`, 'a', TEXT); // prettier-ignore
    expect(spans).toEqual([annotation('Bob', 'person')]);
    expect(labels).toEqual(['person']);
  });

  const whole = (spans: string): string => `{\n  "version": 1,\n  "labels": ["person"],\n  "spans": ${spans}\n}`;
  test.each([
    ['', /line 1, column 1: the file ends where a value is needed/],
    ['{"version": 1,\n "spans": [', /line 2, column 12: the file ends where a value/],
    ['{"version": 1,\n "spans" []}', /line 2, column 10: \[ stands where a colon/],
    ['{"version": 1, "spans": [}', /line 1, column 26: } stands where a value/],
    ['{"version": 1, "spans": [],}', /line 1, column 28: } stands where a key/],
    ['{"version": 1, "version": 1}', /column 16: the key "version" stands here twice/],
    ['{"version": "\n', /column 13: this quote is not closed/],
    ['{"spans": []}', /column 1: here "version" is missing/],
    ['{"version": 2, "spans": []}', /column 13: only version 1 .* update Sequence Lab/],
    ['[]', /column 1: here an object is needed/],
    ['{"version": 1, "spans": {}}', /column 25: "spans" is no list/],
    ['{"version": 1, "spans": [], "lables": []}', /column 29: the key "lables" is unknown/],
    ['{"version": 1, "labels": ["a", "a"], "spans": []}', /column 32: the label "a" stands here twice/],
    [whole('[{"start": 0, "end": 3, "label": "city"}]'), /line 4, column 45: the label "city" is not among "labels"/],
    [whole('[{"start": 0, "end": 3, "label": "two words"}]'), /line 4, column 45: "two words" is no label/],
    [whole('[{"start": 0, "end": 3}]'), /line 4, column 13: here "label" is missing/],
    [whole('[{"start": 0, "end": 3000, "label": "person"}]'), /line 4, column 33: the end 3000 lies outside of the text of \d+/], // prettier-ignore
    [whole('[{"start": -1, "end": 3, "label": "person"}]'), /line 4, column 23: "start" is -1/],
    [whole('[{"start": 0.5, "end": 3, "label": "person"}]'), /"start" is 0.5/],
    [whole('[{"start": "0", "end": 3, "label": "person"}]'), /line 4, column 23: "start" is no number/],
    [whole('[{"start": 3, "end": 3, "label": "person"}]'), /line 4, column 33: the end 3 is not behind the start 3/],
    [whole('[{"start": 0, "end": 3, "label": "person", "state": "maybe"}]'), /line 4, column 64: the state is "maybe"/],
    [whole('[{"start": 0, "end": 3, "label": "person", "text": "Annabel"}]'), /line 4, column 63: the text has 7 code/],
    [whole('[{"start": 0, "end": 3, "label": "person", "lost": 1}]'), /"lost" is neither true nor false/],
    [whole('[{"start": 3, "end": 4, "label": "person"}]'), /line 4, column 13: 3 to 4 cover no words/],
    [whole('[{"start": 20, "end": 40, "label": "person"}]'), /goes over the end of a line/],
    [whole('[{"start": 0, "end": 3, "label": "person"},\n{"start": 2, "end": 8, "label": "person"}]'), /line 5, column 1: the span 2–8 \("person"\) overlaps the span 0–3/], // prettier-ignore
  ])('%j is refused in one sentence with line and column', (json, message) => {
    const read = (): unknown => parseSidecar(json, 'notes.txt.spans.json', TEXT);
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^notes\.txt\.spans\.json, line \d+, column \d+: [^.]+(\.\d[^.]*)?\.$/);
  });

  test('a rejected span may lie over an accepted one', () => {
    const given = sidecar(annotation('Ann 👩‍👩‍👧', 'person', 'rejected'), annotation('Ann', 'person'));
    expect(parseSidecar(formatSidecar(given), 'a', TEXT).spans).toHaveLength(2);
  });
});

describe('a text that changed without its annotations', () => {
  const given = sidecar(
    annotation('Bob', 'person'),
    annotation('Paris', 'place'),
    annotation('river', 'place', 'rejected'),
  );
  const words = ({ spans }: Sidecar, text: string): string[] =>
    spans.filter(({ lost }) => !lost).map(({ start, end }) => text.slice(start, end));

  test('nothing changes where nothing changed', () => {
    expect(place(TEXT, given)).toEqual({ ...given, spans: given.spans });
  });

  test('spans are found again before and behind what was inserted', () => {
    const text = `A new line, with Bob.\n${TEXT.replace('met', 'has met')}`;
    const placed = place(text, given);
    expect(words(placed, text)).toEqual(['Bob', 'Paris', 'river']);
    expect(placed.spans[0].start).toBe(text.indexOf('Bob in Paris'));
  });

  test('of several places the one with the same surroundings is taken, not the nearest', () => {
    const text = 'one Ann here and two Ann there';
    const span = { ...anchorAt(text, 21, 24), label: 'person', state: 'accepted' as const };
    const changed = 'one Ann here, Ann Ann Ann and so on and two Ann there';
    expect(place(changed, sidecar(span)).spans[0].start).toBe(changed.indexOf('Ann there'));
  });

  test('what is gone is kept as lost, told, and found when it comes back', () => {
    const text = TEXT.replace('Bob', 'somebody');
    const placed = place(text, given);
    expect(placed.spans).toHaveLength(3);
    expect(placed.spans[0]).toMatchObject({ text: 'Bob', lost: true });
    expect(lostSentence(placed, 'notes.txt')).toMatch(/^1 annotation of notes\.txt \("Bob"\) is not in the text/);
    expect(lostSentence(given, 'notes.txt')).toBeUndefined();
    const kept = parseSidecar(formatSidecar(placed), 'a', text);
    expect(place(TEXT, kept)).toEqual(given);
  });

  test('whatever is inserted between the words, the spans follow', () => {
    const names = ['Ann', 'Bob', 'Cleo', 'Ann', 'Dora'];
    const lines = names.map((name, k) => `In year ${k} ${name} wrote letter number ${k * k} home.`);
    const text = lines.join('\n');
    const spans = lines.map((line, k): Annotation => {
      const start = text.indexOf(line) + line.indexOf(names[k]);
      return { ...anchorAt(text, start, start + names[k].length), label: 'person', state: 'accepted' };
    });
    const inserted = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(inserted, (between) => {
        const clean = between.map((part) => part.replace(/[\r\n]|Ann|Bob|Cleo|Dora/g, ''));
        const changed = lines.map((line, k) => `${clean[k]}\n${line}\n`).join('') + clean[5];
        const placed = place(changed, { labels: ['person'], spans, reviewed: [] });
        expect(placed.spans.map(({ start }) => start)).toEqual(
          lines.map((line, k) => changed.indexOf(line) + line.indexOf(names[k])),
        );
      }),
    );
  });

  test('two spans never take the same place', () => {
    const text = 'Ann Ann Ann';
    const spans = [0, 4, 8].map((start) => ({ ...anchorAt(text, start, start + 3), label: 'person', state: 'accepted' as const })); // prettier-ignore
    const placed = place('Ann Ann', sidecar(...spans));
    const places = placed.spans.filter(({ lost }) => !lost).map(({ start }) => start);
    expect(new Set(places).size).toBe(places.length);
    expect(placed.spans).toHaveLength(3);
  });
});

describe('what a tagger learns from', () => {
  const given: Sidecar = {
    ...sidecar(annotation('Ann', 'person'), annotation('Paris', 'place'), annotation('river', 'place', 'rejected')),
    reviewed: [anchorAt(TEXT, TEXT.indexOf('Nobody'), TEXT.length - 1)],
  };

  test('lines with an accepted or rejected span, and lines named as read', () => {
    const text = `${TEXT}Somebody did.\n`;
    const lines = annotatedLines(text, given);
    expect(lines.map(({ reviewed }) => reviewed)).toEqual([true, true, true, false]);
    const [first, second, third] = sentencesOf(reviewedLines(text, given));
    expect(first.tags).toEqual(['B-person', 'O', 'O', 'O', 'O', 'B-place', 'O']);
    expect([...second.tags, ...third.tags].every((tag) => tag === 'O')).toBe(true);
  });

  test('lost spans teach nothing', () => {
    const lost = { ...given, spans: given.spans.map((span) => ({ ...span, lost: true as const })) };
    expect(reviewedLines(TEXT, lost)).toHaveLength(1);
  });

  test('JSON lines of them are read by the format "spans", and become annotations again', () => {
    const lines = reviewedLines(TEXT, given);
    expect(finish(readSpans(jsonLinesOf(lines), 'a'))).toEqual(sentencesOf(lines));
    const { text, sidecar: again } = sidecarOfLines(lines, 'a');
    expect(parseSidecar(formatSidecar(again), 'a', text)).toEqual(again);
    expect(jsonLinesOf(reviewedLines(text, again))).toBe(jsonLinesOf(lines));
  });

  test('a label that cannot be one is refused', () => {
    const lines = [{ text: 'Ann', spans: [{ start: 0, end: 3, label: '' }] }];
    expect(() => sidecarOfLines(lines, 'a.conll')).toThrow(/a\.conll has the label ""/);
  });
});

describe('labels of tokens', () => {
  const words = (line: string, from: number, labels: string[]): Annotation[] =>
    [...line.matchAll(/[\p{L}]+|\./gu)].map(({ index, 0: word }, k) => ({
      ...anchorAt(`${line}\n`.repeat(2), from + index, from + index + word.length),
      ...{ label: labels[k], state: 'accepted' as const },
    }));
  const line = 'Ann saw Bob.';
  const given: Sidecar = {
    scheme: 'tokens',
    labels: ['NOUN', 'VERB', 'SIGN'],
    spans: words(line, 0, ['NOUN', 'VERB', 'NOUN', 'SIGN']),
    reviewed: [],
  };
  const text = `${line}\n`.repeat(2);

  test('are kept as such in the file', () => {
    const again = parseSidecar(formatSidecar(given), 'a', text);
    expect(again).toEqual(given);
    expect(place(text, again).scheme).toBe('tokens');
    expect(formatSidecar({ ...given, scheme: undefined })).not.toMatch(/scheme/);
    const broken = formatSidecar(given).replace('"tokens"', '"words"');
    expect(() => parseSidecar(broken, 'a', text)).toThrow('a, line 3, column 13: the scheme is "words"; write "entities" or "tokens".'); // prettier-ignore
  });

  test('are tags without B and I, also where one covers several words, and what is learned says so', () => {
    const lines = reviewedLines(text, given);
    const [sentence] = sentencesOf(lines, 'tokens');
    expect(sentence.tags).toEqual(['NOUN', 'VERB', 'NOUN', 'SIGN']);
    const { text: columns, format } = learnedFrom(lines, 'tokens');
    expect(format).toBe('conll');
    expect(finish(readConll(columns, 'a'))[0]).toMatchObject({ tokens: sentence.tokens, tags: sentence.tags });
    const long = sentencesOf([{ text: line, spans: [{ start: 0, end: 7, label: 'X' }] }], 'tokens');
    expect(long[0].tags).toEqual(['X', 'X', 'O', 'O']);
    expect(learnedFrom(lines).format).toBe('spans');
  });

  test('teach nothing where a word has none', () => {
    const some = { ...given, spans: given.spans.slice(1) };
    expect(reviewedLines(text, some)).toEqual([]);
    expect(reviewedLines(text, { ...some, scheme: undefined })).toHaveLength(1);
  });
});
