import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchorAt, type Anchor } from '../../../src/core/annotations/anchor';
import { Fingerprint } from '../../../src/core/annotations/fingerprint';
import { movedBy, type TextChange } from '../../../src/core/annotations/move';
import { SpanTracker } from '../../../src/core/annotations/tracker';

interface Marked extends Anchor {
  label: string;
}

/** A text with a tracker that follows its edits. */
class Page {
  readonly tracker: SpanTracker<Marked>;

  constructor(
    public text: string,
    places: [number, number][],
  ) {
    const spans = places.map(([start, end], k) => ({ ...anchorAt(text, start, end), label: `l${k}` }));
    this.tracker = new SpanTracker<Marked>(spans, text, () => true);
  }

  /** One event of an editor. Answers the change that undoes it. */
  edit(start: number, removed: number, text: string): TextChange {
    const undo = { start, removed: text.length, text: this.text.slice(start, start + removed) };
    this.text = this.text.slice(0, start) + text + this.text.slice(start + removed);
    this.tracker.follow([{ start, removed, text }], (from, to) => this.text.slice(from, to), this.text);
    return undo;
  }

  /** Back to a text by the one change that does it. */
  replaceBy(text: string): void {
    let from = 0;
    while (from < Math.min(text.length, this.text.length) && text[from] === this.text[from]) from++;
    let behind = 0;
    while (behind < Math.min(text.length, this.text.length) - from && text.at(-1 - behind) === this.text.at(-1 - behind)) behind++; // prettier-ignore
    this.edit(from, this.text.length - behind - from, text.slice(from, text.length - behind));
  }

  get words(): string[] {
    return this.tracker.spans.map(({ start, end }) => this.text.slice(start, end));
  }

  get places(): [string, number, number][] {
    return this.tracker.spans.map(({ label, start, end }) => [label, start, end]);
  }
}

test.each([
  ['before', 0, 0, 'xy', [6, 9]],
  ['at the beginning', 4, 0, 'xy', [6, 9]],
  ['inside', 5, 0, 'xy', [4, 9]],
  ['at the end', 7, 0, 'xy', [4, 7]],
  ['behind', 8, 1, '', [4, 7]],
  ['over the beginning', 2, 3, 'x', [3, 5]],
  ['over the end', 6, 4, 'x', [4, 6]],
  ['the first letter', 4, 1, '', [4, 6]],
  ['the last letter', 6, 1, 'xy', [4, 8]],
  ['all of it', 4, 3, '', undefined],
  ['more than it', 2, 9, 'Ann', undefined],
  ['all of it by a letter that is typed', 4, 3, 'x', undefined],
  ['all of it by another name', 4, 3, 'Bobby', [4, 9]],
  ['a line end inside', 5, 0, '\n', [4, 5]],
  ['a line end in what it is renamed to', 4, 3, '\nBob', undefined],
] as const)('an edit %s', (_, start, removed, text, expected) => {
  expect(movedBy({ start: 4, end: 7 }, { start, removed, text })).toEqual(
    expected && { start: expected[0], end: expected[1] },
  );
});

describe('words that come back', () => {
  test('bring their span, letter by letter too, and only where it was', () => {
    const page = new Page('Ann met Ann.', [[8, 11]]);
    page.edit(7, 4, '');
    expect(page.words).toEqual([]);
    for (const [k, letter] of [...' Ann'].entries()) page.edit(7 + k, 0, letter);
    expect([page.text, page.places]).toEqual(['Ann met Ann.', [['l0', 8, 11]]]);
  });

  test('a word that was shortened and is long again', () => {
    const page = new Page('Annie met Bob.', [[0, 5]]);
    page.edit(1, 3, '');
    page.edit(0, 1, '');
    expect(page.words).toEqual(['e']);
    page.edit(0, 0, 'Anni');
    expect(page.places).toEqual([['l0', 0, 5]]);
  });

  test('a paragraph that is cut and pasted elsewhere takes its spans along', () => {
    const page = new Page('one Ann\ntwo Bob\nthree Cleo\n', [[4, 7], [12, 15], [22, 26]]); // prettier-ignore
    page.edit(0, 8, '');
    expect(page.words).toEqual(['Bob', 'Cleo']);
    page.edit(page.text.length, 0, 'one Ann\n');
    expect(page.words).toEqual(['Bob', 'Cleo', 'Ann']);
  });

  test('the same word typed elsewhere is another', () => {
    const page = new Page('Ann met Bob. And then they all went home together.', [[0, 3]]);
    page.edit(0, 4, '');
    for (const [k, letter] of [...'Ann'].entries()) page.edit(page.text.length - 1 + Number(k > 0), 0, letter);
    expect(page.words).toEqual([]);
  });

  test('a line end splits a span and its undo joins it', () => {
    const page = new Page('in New York today', [[3, 11]]);
    const undo = page.edit(6, 1, '\n');
    expect(page.words).toEqual(['New']);
    page.edit(undo.start, undo.removed, undo.text);
    expect(page.words).toEqual(['New York']);
  });
});

describe('steps of a person', () => {
  test('are taken back although the text has moved meanwhile', () => {
    const page = new Page('Ann met Bob.', [[0, 3]]);
    const [ann] = page.tracker.spans;
    page.tracker.replace([ann], []);
    page.tracker.replace([], [{ ...anchorAt(page.text, 8, 11), label: 'bob' }]);
    page.edit(0, 0, 'Yesterday ');
    expect(page.words).toEqual(['Bob']);
    expect(page.tracker.undo()).toBe(true);
    expect(page.words).toEqual([]);
    page.tracker.undo();
    expect(page.words).toEqual(['Ann']);
    expect(page.tracker.undo()).toBe(false);
  });
});

/** Words that are all different, so that it can be said which is which. */
const words = Array.from({ length: 40 }, (_, k) => `word${String(k).padStart(2, '0')}`);
const book = words.reduce((text, word, k) => text + word + (k % 8 === 7 ? '\n' : ' '), '');
const places = words.flatMap((word, k): [number, number][] => {
  const start = book.indexOf(word);
  return k % 3 === 0 ? [[start, start + word.length]] : [];
});
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.oneof(fc.nat(3), fc.nat(60)),
    text: fc.oneof(fc.constant(''), fc.constantFrom('x', '\n', '😀', ' y'), fc.string({ unit: fc.constantFrom('b', 'c', '\n', '😀'), maxLength: 12 })), // prettier-ignore
  }),
  { maxLength: 12 },
);

describe('whatever is edited', () => {
  const play = (page: Page, list: { at: number; removed: number; text: string }[]): TextChange[] =>
    list.map(({ at, removed, text }) => {
      const start = Math.floor(at * page.text.length);
      return page.edit(start, Math.min(removed, page.text.length - start), text);
    });

  test('spans lie in the text and in one line, do not overlap, and know their words', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const page = new Page(book, places);
        play(page, list);
        let free = 0;
        for (const { start, end, text } of page.tracker.spans) {
          expect(start).toBeGreaterThanOrEqual(free);
          expect(end).toBeGreaterThan(start);
          expect(page.text.slice(start, end)).toBe(text);
          expect(text).not.toContain('\n');
          free = end;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('undo, step by step, brings every span back', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const page = new Page(book, places);
        const before = page.places;
        const undone = play(page, list).reverse();
        for (const { start, removed, text } of undone) page.edit(start, removed, text);
        expect(page.text).toBe(book);
        expect(page.places).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test('undo of all at once does too', () => {
    fc.assert(
      fc.property(edits, (list) => {
        const page = new Page(book, places);
        const before = page.places;
        play(page, list);
        page.replaceBy(book);
        expect(page.places).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test('an event of several changes is the same as one after the other', () => {
    const text = 'Ann met Bob in Paris.';
    const read = (whole: string) => (from: number, to: number) => whole.slice(from, to);
    const spans = [[0, 3], [8, 11], [15, 20]].map(([start, end]) => ({ ...anchorAt(text, start, end), label: 'x' })); // prettier-ignore
    const tracker = new SpanTracker<Marked>(spans, text, () => true);
    // From the end of the text to its beginning, as editors send them.
    tracker.follow(
      [
        { start: 15, removed: 5, text: '' },
        { start: 4, removed: 3, text: 'saw' },
        { start: 0, removed: 0, text: 'Then ' },
      ],
      read('Then Ann saw Bob in .'),
      'Then Ann saw Bob in .',
    );
    expect(tracker.spans.map(({ start, end }) => [start, end])).toEqual([[5, 8], [13, 16]]); // prettier-ignore
    tracker.follow(
      [
        { start: 20, removed: 0, text: 'Paris' },
        { start: 9, removed: 3, text: 'met' },
        { start: 0, removed: 5, text: '' },
      ],
      read(text),
      text,
    );
    expect(tracker.spans.map(({ start, end }) => [start, end])).toEqual([[0, 3], [8, 11], [15, 20]]); // prettier-ignore
  });
});

test('lines that change places give another fingerprint', () => {
  expect(new Fingerprint(['a', 'b']).value).not.toBe(new Fingerprint(['b', 'a']).value);
});

test('a fingerprint follows edits of any lines', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\n', '😀'), maxLength: 12 });
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(12), text: piece });
  const lines = (text: string): number => text.split('\n').length - 1;
  fc.assert(
    fc.property(
      piece,
      fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
      (first, events) => {
        let text = first;
        const fingerprint = new Fingerprint(text.split('\n'));
        for (const event of events) {
          const changes = event.map(({ at, removed, text: written }) => {
            const start = Math.floor(at * text.length);
            const end = Math.min(text.length, start + removed);
            const startLine = lines(text.slice(0, start));
            const endLine = lines(text.slice(0, end));
            text = text.slice(0, start) + written + text.slice(end);
            return { startLine, endLine, written: lines(written) };
          });
          const now = text.split('\n');
          fingerprint.follow(changes, (line) => now[line]);
          expect(fingerprint.value).toBe(new Fingerprint(now).value);
        }
      },
    ),
    { numRuns: 300 },
  );
});
