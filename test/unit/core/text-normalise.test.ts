import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText, TextNormaliser } from '../../../src/core/text/normalise';

const hard = fc.string({
  unit: fc.constantFrom('a', '\r', '\n', '\uD83D', '\uDE00', '😀', '\uFEFF', 'é'),
  maxLength: 40,
});

describe('normaliseText', () => {
  it('brings line ends, the byte order mark and lone surrogates into one form and says so', () => {
    const { text, warnings } = normaliseText('\uFEFFa\r\nb\rc\nd\uD800e\uDC00\uFEFF😀');
    expect(text).toBe('a\nb\nc\nd\uFFFDe\uFFFD\uFEFF😀');
    expect(warnings).toEqual([
      'The byte order mark at the start of the text was dropped.',
      '2 line ends of the form CR LF or CR became LF.',
      '2 lone surrogates became U+FFFD.',
    ]);
    expect(normaliseText('clean\ntext 😀')).toEqual({ text: 'clean\ntext 😀', warnings: [] });
    expect(normaliseText('')).toEqual({ text: '', warnings: [] });
  });

  it('agrees with the platform and is finished after one pass', () => {
    fc.assert(
      fc.property(hard, (raw) => {
        const { text } = normaliseText(raw);
        expect(text).toBe(
          // UTF-8 cannot hold a lone surrogate: the platform writes U+FFFD.
          Buffer.from(raw.replace(/^\uFEFF/, ''))
            .toString()
            .replace(/\r\n|\r/g, '\n'),
        );
        if (!text.startsWith('\uFEFF')) expect(normaliseText(text)).toEqual({ text, warnings: [] });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same for chunks', () => {
    fc.assert(
      fc.property(fc.array(hard, { maxLength: 8 }), (chunks) => {
        const normaliser = new TextNormaliser();
        const text = chunks.map((chunk) => normaliser.push(chunk)).join('') + normaliser.end();
        expect({ text, warnings: normaliser.warnings }).toEqual(normaliseText(chunks.join('')));
      }),
      { numRuns: 1000 },
    );
  });
});
