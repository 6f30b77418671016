import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveOffset, PROMPT_CHARACTERS, promptFrom, type Edit } from '../../../src/editor/sample/prompt';

describe('promptFrom', () => {
  it('takes the end of a long text', () => {
    expect(promptFrom('a'.repeat(5000) + 'b')).toBe('a'.repeat(PROMPT_CHARACTERS - 1) + 'b');
  });

  it('does not cut a surrogate pair', () => {
    expect(promptFrom('😀' + 'a'.repeat(PROMPT_CHARACTERS - 1))).toBe('a'.repeat(PROMPT_CHARACTERS - 1));
  });

  it('has the line breaks that models know', () => expect(promptFrom('a\r\nb\rc')).toBe('a\nb\nc'));

  it('is nothing for nothing', () => expect(promptFrom('')).toBeUndefined());
});

describe('moveOffset', () => {
  const edit = (rangeOffset: number, rangeLength: number, text: string): Edit => ({ rangeOffset, rangeLength, text });

  it.each([
    ['an insertion before', [edit(2, 0, 'xyz')], 13],
    ['an insertion right there', [edit(10, 0, 'xyz')], 13],
    ['an insertion behind', [edit(11, 0, 'xyz')], 10],
    ['a deletion before', [edit(2, 3, '')], 7],
    ['a deletion that ends there', [edit(8, 2, '')], 8],
    ['a replacement around it', [edit(8, 6, 'abc')], 11],
    ['a replacement that begins there', [edit(10, 4, 'abc')], 10],
    ['several at once', [edit(12, 2, 'z'), edit(4, 1, 'abc'), edit(0, 0, '!')], 13],
  ])('follows %s', (_, edits, moved) => expect(moveOffset(10, edits)).toBe(moved));

  it('keeps the text before it, whatever is changed elsewhere', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, text, fc.string(), fc.nat(40), fc.nat(40), (before, after, inserted, from, length) => {
        const start = Math.min(from, before.length - 1);
        const end = Math.min(start + length, before.length);
        const changed = before.slice(0, start) + inserted + before.slice(end) + after;
        const offset = moveOffset(before.length, [edit(start, end - start, inserted)]);
        expect(changed.slice(offset)).toBe(after);
      }),
    );
  });
});
