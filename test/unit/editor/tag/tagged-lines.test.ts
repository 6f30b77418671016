import { describe, expect, it } from 'vitest';
import { TaggedLines, type Edit } from '../../../../src/editor/tag/tagged-lines';
import { capitals, TextDocument } from './text-document';

function tagged(text: string) {
  const document = new TextDocument(text);
  const lines = new TaggedLines(document.lines.length);
  document.lines.forEach((line, k) => {
    const at = lines.at(k);
    if (at) lines.settle(at, capitals(line));
  });
  return { document, lines };
}

/** The texts of the spans that are shown, line by line, before anything is asked again. */
function shownAfter(text: string, ...edits: Edit[]): string[] {
  const { document, lines } = tagged(text);
  for (const edit of edits) {
    document.apply(edit);
    lines.apply(edit);
  }
  expect(lines.count).toBe(document.lines.length);
  return document.lines.map((line, k) => (lines.at(k)?.tags.spans ?? []).map(({ start, end }) => line.slice(start, end)).join(' ')); // prettier-ignore
}
const at = (startLine: number, startCharacter: number, endLine: number, endCharacter: number, text: string): Edit => ({
  startLine,
  startCharacter,
  endLine,
  endCharacter,
  text,
});

describe('tagged lines', () => {
  it('keep spans around a change where they belong', () => {
    expect(shownAfter('Ada met Grace', at(0, 4, 0, 7, 'wrote to'))).toEqual(['Ada Grace']);
    expect(shownAfter('Ada met Grace', at(0, 0, 0, 0, '👩‍🔬 '))).toEqual(['Ada Grace']);
    expect(shownAfter('Ada met Grace', at(0, 13, 0, 13, ' in'))).toEqual(['Ada Grace']);
  });

  it('let a span grow and shrink with what is typed inside, and drop one that is cut', () => {
    expect(shownAfter('met Grace', at(0, 6, 0, 6, 'xy'))).toEqual(['Grxyace']);
    expect(shownAfter('met Grace', at(0, 6, 0, 8, ''))).toEqual(['Gre']);
    expect(shownAfter('met Grace', at(0, 2, 0, 6, ''))).toEqual(['']);
    expect(shownAfter('met Grace', at(0, 6, 0, 6, '\n'))).toEqual(['', '']);
  });

  it('split and join lines', () => {
    expect(shownAfter('Ada met Grace\r\nBob', at(0, 7, 0, 8, '\r\nx\r\n'))).toEqual(['Ada', '', 'Grace', 'Bob']);
    expect(shownAfter('Ada met\nGrace\nBob left', at(0, 3, 2, 3, ''))).toEqual(['Ada']);
    expect(shownAfter('Ada met\nGrace\nthen Bob left', at(0, 3, 2, 4, ' and'))).toEqual(['Ada Bob']);
  });

  it('follow several changes of one event, from the last to the first', () => {
    expect(shownAfter('Ada\nGrace\nBob', at(2, 0, 2, 0, 'a '), at(1, 0, 1, 0, 'b\n'), at(0, 0, 0, 0, 'c '))).toEqual([
      'Ada',
      '',
      'Grace',
      'Bob',
    ]);
  });

  it('count what is pending, also when a line goes while it is being asked for', () => {
    const { lines } = tagged('a\nb\nc');
    expect(lines.pending).toBe(0);
    lines.apply(at(1, 0, 1, 1, 'x\ny'));
    expect(lines.pending).toBe(2);
    const asked = lines.at(1);
    lines.apply(at(1, 0, 2, 0, ''));
    expect(lines.pending).toBe(1);
    if (asked) lines.settle(asked, capitals('x'));
    expect(lines.pending).toBe(1);
    lines.invalidate();
    expect(lines.pending).toBe(lines.count);
  });

  it('take a hundred thousand lines at once', () => {
    const { lines } = tagged('Ada\nBob');
    lines.apply(at(0, 3, 0, 3, '\nx'.repeat(100_000)));
    expect(lines.count).toBe(100_002);
    expect(lines.at(100_001)?.tags.spans).toHaveLength(1);
  });
});
