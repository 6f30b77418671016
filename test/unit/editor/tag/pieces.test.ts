import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from '../../../../src/editor/tag/pieces';

const sentence = 'Ada met Grace in Turin, and both of them wrote a long letter about it to Charles. ';

describe('pieces of a line', () => {
  it('leave a line of usual length as it is, and a blank one out', () => {
    expect(piecesOf('Ada met Grace. Then she left.')).toEqual([{ text: 'Ada met Grace. Then she left.', start: 0 }]);
    expect(piecesOf(' \t ')).toEqual([]);
    expect(piecesOf('')).toEqual([]);
  });

  it('are the sentences of a paragraph, whatever closes them', () => {
    const line = `${sentence.repeat(5)}“Did she?” He asked “Mr. Smith!” J. Doe said so… ${sentence.repeat(4)}`;
    expect(piecesOf(line).map(({ text }) => text.trim())).toEqual([
      ...Array<string>(5).fill(sentence.trim()),
      '“Did she?”',
      'He asked “Mr. Smith!”',
      'J. Doe said so…',
      ...Array<string>(4).fill(sentence.trim()),
    ]);
    expect(piecesOf('東京は晴れです。'.repeat(100))).toHaveLength(100);
  });

  it('stand where they say, hold everything but white space, are short, and never half a character', () => {
    const words = fc.constantFrom(
      'Ada',
      'so.',
      'end! ',
      '👩‍🔬',
      'שלום',
      ' ',
      'x'.repeat(700),
      '🙂'.repeat(900),
      '。',
      'Mr.',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        const line = parts.join(' ');
        let at = 0;
        for (const { text, start } of piecesOf(line)) {
          expect(line.slice(at, start).trim()).toBe('');
          expect(line.slice(start, start + text.length)).toBe(text);
          expect(() => encodeURIComponent(text), 'no half of a character').not.toThrow();
          expect(text.length).toBeLessThanOrEqual(1500);
          at = start + text.length;
        }
        expect(line.slice(at).trim()).toBe('');
      }),
    );
  });

  it('stay the same but for the sentence that changes', () => {
    const line = Array.from({ length: 30 }, (_, k) => `Sentence ${k} is about Ada and the others. `).join('');
    const before = piecesOf(line).map(({ text }) => text);
    const after = piecesOf(line.replace('Sentence 11', 'Sentence no 11')).map(({ text }) => text);
    expect(after.filter((text) => !before.includes(text))).toHaveLength(1);
  });

  it('end where a line is longer than anyone reads', () => {
    const pieces = piecesOf('Ada writes. '.repeat(50_000));
    const { start, text } = pieces[pieces.length - 1];
    expect(start + text.length).toBeLessThanOrEqual(100_000);
  });
});
