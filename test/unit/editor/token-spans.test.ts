import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surpriseLevel, visibleToken } from '../../../src/editor/score/surprise';
import { tokenSpans } from '../../../src/editor/score/token-ranges';

const texts = (line: string, tokens: string[]) =>
  tokenSpans(line, tokens).map((span) => (span ? line.slice(span.start, span.end) : undefined));

describe('tokenSpans', () => {
  it('finds characters, words and pieces of words one after the other', () => {
    expect(texts('aba', ['a', 'b', 'a'])).toEqual(['a', 'b', 'a']);
    expect(texts('the cat, the', ['the', ' ', 'cat', ',', ' ', 'the'])).toEqual(['the', ' ', 'cat', ',', ' ', 'the']);
  });

  it('gives unknown tokens the text up to the next known one', () => {
    expect(texts('a zebra ran', ['a', ' ', '<unk>', ' ', 'ran'])).toEqual(['a', ' ', 'zebra', ' ', 'ran']);
    expect(texts('xyz', ['<unk>', '<unk>'])).toEqual(['xyz', undefined]);
  });

  it('begins where the first token stands when the line begins before it', () => {
    expect(texts('abc', ['b', 'c'])).toEqual(['b', 'c']);
  });

  it('has no place for tokens that are no text', () => {
    expect(texts('ab', ['a', 'b', '<eos>'])).toEqual(['a', 'b', undefined]);
  });

  it('does not mind case', () => {
    expect(texts('The CAT', ['the', ' ', 'cat'])).toEqual(['The', ' ', 'CAT']);
  });

  it('puts spans in order and inside the line, whatever the tokens are', () => {
    const token = fc.oneof(fc.string({ maxLength: 3 }), fc.constant('<unk>'), fc.constant('<eos>'));
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(token, { maxLength: 20 }), (line, tokens) => {
        let at = 0;
        for (const span of tokenSpans(line, tokens)) {
          if (!span) continue;
          expect(span.start).toBeGreaterThanOrEqual(at);
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.end).toBeLessThanOrEqual(line.toLowerCase().length);
          at = span.end;
        }
      }),
    );
  });
});

describe('surprise', () => {
  it('rises with the bits of a token', () => {
    expect([0.9, 0.5, 0.1, 0.03, 0.004, 0.0005].map((p) => surpriseLevel(Math.log(p)))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(surpriseLevel(-Infinity)).toBe(5);
  });

  it('is told of tokens that can be seen', () => {
    expect(visibleToken(' the\n')).toBe('␣the⏎');
    expect(visibleToken('')).toBe('∅');
  });
});
