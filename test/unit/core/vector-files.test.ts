import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readerFor, writeVectors, type VectorFormat } from '../../../src/core/embeddings/vector-format';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { UserError } from '../../../src/core/errors';

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytesOf = (vectors: WordVectors, format: VectorFormat) => Buffer.concat([...writeVectors(vectors, format)]);

function read(bytes: Uint8Array, options: { limit?: number; piece?: number } = {}): WordVectors {
  const reader = readerFor(bytes, { label: 'v.txt', limit: options.limit });
  const piece = options.piece ?? bytes.length;
  for (let from = 0; from < bytes.length && !reader.full; from += piece)
    reader.push(bytes.subarray(from, from + piece));
  return reader.finish();
}

const sample = new WordVectors(
  ['the', 'naïve', '日本', '0.5', '\u00A0'],
  3,
  Float32Array.from({ length: 15 }, (_, k) => Math.fround(Math.sin(k * 7 + 1) * 10 ** ((k % 9) - 4))),
);

describe('what was written comes back', () => {
  test.each(['text', 'binary'] as const)('%s, in pieces of any size', (format) => {
    const bytes = bytesOf(sample, format);
    for (const piece of [1, 2, 7, 64, bytes.length]) {
      const again = read(bytes, { piece });
      expect(again.words).toEqual(sample.words);
      expect(again.values).toEqual(sample.values);
    }
  });

  test('every float32, to the last bit', () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), fc.constantFrom('text', 'binary'), (row, format) => {
        const again = read(bytesOf(new WordVectors(['w'], row.length, Float32Array.from(row)), format as VectorFormat));
        expect(Array.from(again.values, (x) => x + 0)).toEqual(row.map((x) => x + 0)); // -0 may become 0
      }),
    );
  });

  test('a word with a blank is refused on writing', () => {
    const vectors = new WordVectors(['new york'], 1, Float32Array.of(1));
    expect(() => bytesOf(vectors, 'text')).toThrow(/"new york" has a blank/);
  });
});

describe('reading', () => {
  test('GloVe: no first line, words with spaces', () => {
    const vectors = read(utf8('the 1 2 3\n. . . 4 5 6\nat a@b.c 7 8 9\n'));
    expect(vectors.words).toEqual(['the', '. . .', 'at a@b.c']);
    expect(Array.from(vectors.values)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('spaces at the end of lines, line ends of Windows, no line end at the end', () => {
    expect(Array.from(read(utf8('2 2\r\na 1 2 \r\nb 3 4')).values)).toEqual([1, 2, 3, 4]);
  });

  test.each(['text', 'binary'] as const)('only the first words of %s, whatever follows them', (format) => {
    const whole = bytesOf(sample, format);
    const cut = whole.subarray(0, whole.length - 30);
    expect(read(cut, { limit: 2, piece: 16 }).words).toEqual(['the', 'naïve']);
    expect(() => read(cut)).toThrow(UserError);
  });

  test('binary as gensim writes it, without line ends between the words', () => {
    const numbers = Buffer.from(Float32Array.of(1.5, -2).buffer);
    const bytes = Buffer.concat([utf8('2 2\n'), utf8('a '), numbers, utf8('b '), numbers]);
    expect(Array.from(read(bytes).values)).toEqual([1.5, -2, 1.5, -2]);
  });
});

describe('one clear sentence for what is no file of vectors', () => {
  const binary = bytesOf(sample, 'binary');
  const withNaN = Buffer.from(binary);
  withNaN.writeFloatLE(NaN, '5 3\nthe '.length);
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', utf8(''), /holds no word vectors/],
    ['a header alone', utf8('2 2\n'), /cut short.*promises 2 words and 0/],
    ['a text', utf8('Call me Ishmael.\nSome years ago\n'), /Line 1 .*"me" where a number is needed/],
    ['a truncated text', utf8('3 2\na 1 2\nb 3 4\n'), /cut short.*3 words and 2/],
    ['a truncated binary', binary.subarray(0, binary.length - 9), /cut short.*5 words and 4/],
    ['more words than promised', utf8('1 2\na 1 2\nb 3 4\n'), /Line 3 .*comes after the last word/],
    ['a longer binary than promised', Buffer.concat([binary, utf8('x 12')]), /goes on behind the last word/],
    ['a shorter vector', utf8('a 1 2\nb 3\n'), /Line 2 .*has 1 numbers and not 2/],
    ['a longer vector', utf8('a 1 2\nb 3 4 5\n'), /Line 2 .*has 3 numbers and not 2/],
    ['NaN', utf8('a 1 2\nb 3 nan\n'), /Line 2 .*"nan" where a number/],
    ['a number beyond float32', utf8('a 1 1e39\n'), /"1e39" where a number/],
    ['NaN in a binary', withNaN, /no number in the vector of word 1/],
    ['equal words', utf8('a 1 2\nb 3 4\na 5 6\n'), /Line 3 .*"a" a second time/],
    ['huge vectors', utf8('5 999999999\na 1\n'), /999,999,999 numbers each/],
    ['very many words', utf8('99999999999 5\na 1\n'), /99,999,999,999 words/],
    ['no words', utf8('0 5\n'), /promises 0 words/],
    ['a word without numbers', utf8('word\n'), /have 0 numbers/],
    ['bytes that are no text', Uint8Array.of(1, 2, 0, 4, 5), /not a text file/],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    for (const piece of [3, Math.max(1, bytes.length)]) {
      const attempt = () => read(bytes, { piece });
      expect(attempt).toThrow(UserError);
      expect(attempt).toThrow(message);
    }
  });
});
