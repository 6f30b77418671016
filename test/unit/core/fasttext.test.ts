import { describe, expect, test } from 'vitest';
import { writeFastText, type FastTextModel } from '../../../src/core/embeddings/fasttext-format';
import { neighbours } from '../../../src/core/embeddings/queries';
import { SubwordTable, subwordBuckets, subwordHash, subwordRows } from '../../../src/core/embeddings/subwords';
import { readerFor } from '../../../src/core/embeddings/vector-format';
import { Random } from '../../../src/core/random';

const GRAMS = { minGram: 3, maxGram: 6, buckets: 2_000_000 };
const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);

describe('n-grams', () => {
  // Numbers of gensim's ft_hash_bytes and ft_ngram_hashes, which are tested against the fastText library.
  test('have the hashes of the library, sign extension included', () => {
    const hash = (text: string) => {
      const bytes = new TextEncoder().encode(text);
      return subwordHash(bytes, 0, bytes.length);
    };
    expect(hash('<where>')).toBe(2319392596);
    expect(hash('ö')).toBe(637158540);
  });
  test('of a word are those of the library', () => {
    const where = [167652, 989715, 1526707, 1071586, 420941, 312621, 969176, 121234, 1473420, 1540811, 114991, 1529033, 1568469, 867498]; // prettier-ignore
    expect(sorted(subwordBuckets('where', GRAMS))).toEqual(sorted(where));
    const german = [552617, 708545, 1763979, 1685101, 458602, 989597, 1240930, 1578288, 1248576, 1867598, 1419872, 412410, 1062153]; // prettier-ignore
    expect(sorted(subwordBuckets('wörter日', { ...GRAMS, maxGram: 4 }))).toEqual(sorted(german));
  });
  test('the marks alone are none, and without lengths there are none', () => {
    expect(subwordBuckets('a', { minGram: 1, maxGram: 1, buckets: 1000 })).toHaveLength(1);
    expect(subwordBuckets('where', { minGram: 0, maxGram: 0, buckets: 10 })).toEqual([]);
  });
  test('rows: own first, shared n-grams once, the echo of repeated ones above 1 over their number', () => {
    const { start, rows, used, echo } = subwordRows(['ab', 'aaaa', 'ab2'], { minGram: 2, maxGram: 2, buckets: 1000 });
    expect(Array.from(rows.subarray(0, start[1]))).toEqual([0, 3, 4, 5]);
    expect(echo[0]).toBe(1);
    expect(echo[1]).toBeCloseTo((1 + 1 + 9 + 1) / 6);
    expect(rows[start[2] + 1]).toBe(3); // "<a" again
    expect(new Set(used).size).toBe(used.length);
  });
});

function model(): FastTextModel {
  const options = { model: 'skipgram', dimension: 5, window: 5, negative: 5, sample: 1e-4, rate: 0.05, seed: 1, epochs: 5, minCount: 2, minGram: 3, maxGram: 4, buckets: 64 } as const; // prettier-ignore
  const words = ['the', 'ring', 'rings'];
  const random = new Random(4);
  const table = Array.from({ length: 80 }, () => Float32Array.from({ length: 5 }, () => random.normal()));
  const { used } = subwordRows(words, options);
  const subwords = new SubwordTable(options, 5, used, (place) => table[10 + place]);
  return { words, counts: [9, 7, 5], known: 21, options, own: (id) => table[id], subwords, output: (row) => table[70 + row] }; // prettier-ignore
}
const bytesOf = () => Uint8Array.from(Buffer.concat([...writeFastText(model())]));

function read(bytes: Uint8Array, limit?: number, piece = 7) {
  const reader = readerFor(bytes.subarray(0, 100), { label: 'm.bin', limit });
  for (let at = 0; at < bytes.length && !reader.full; at += piece) reader.push(bytes.subarray(at, at + piece));
  return reader.finish();
}

describe("fastText's .bin", () => {
  test('gives back words, their vectors and those of unseen words, in pieces of any size', () => {
    const { words, own, subwords } = model();
    const vectors = read(bytesOf());
    expect(vectors.words).toEqual(words);
    words.forEach((word, id) => expect(vectors.vectorOf(word)).toEqual(subwords.vectorOf(word, own(id))));
    expect(vectors.vectorOf('string')).toEqual(subwords.vectorOf('string'));
    expect(vectors.vectorOf('string')).toBeDefined();
    expect(vectors.vectorOf('zzz')).toBeUndefined();
    expect(read(bytesOf(), 2, 1e6).words).toEqual(words.slice(0, 2));
    expect(neighbours(vectors, 'string', 2)[0].word).toMatch(/ring/);
    expect(() => neighbours(vectors, 'zzz', 2)).toThrow(/no vector for "zzz"/);
  });

  test('cut short anywhere before its n-grams end, it makes one sentence', () => {
    const bytes = bytesOf();
    const end = bytes.length - 17 - 3 * 5 * 4;
    for (let length = 4; length < end; length += 13)
      expect(() => read(bytes.slice(0, length))).toThrow(/^m\.bin is cut short/);
  });

  test.each([
    ['version', 4, 99, /version 99/],
    ['dimension', 8, 2 ** 30, /numbers in a vector/],
    ['negative dimension', 8, -1, /numbers in a vector/],
    ['buckets', 40, 2 ** 30, /buckets/],
    ['n-grams', 48, 2 ** 30, /longest n-gram/],
    ['words', 68, 2 ** 30, /words/],
    ['labels', 72, 5, /entries/],
    ['pruning', 84, 7, /pruned/],
  ])('a hostile %s is refused', (_, at, value, message) => {
    const bytes = bytesOf();
    const view = new DataView(bytes.buffer);
    view.setInt32(at, value, true);
    if (at === 84) view.setInt32(88, 0, true);
    expect(() => read(bytes)).toThrow(message);
  });

  test('a quantised one, a word twice and NaN are refused', () => {
    const quantised = bytesOf();
    const matrix = 64 + 28 + 3 * 10 + 'theringrings'.length;
    expect(quantised[matrix]).toBe(0);
    quantised[matrix] = 1;
    expect(() => read(quantised)).toThrow(/quantised/);
    const nan = bytesOf();
    new DataView(nan.buffer).setFloat32(matrix + 17, NaN, true);
    expect(() => read(nan)).toThrow(/no number in row 1/);
    const wide = bytesOf();
    new DataView(wide.buffer).setBigInt64(matrix + 1, 2n ** 50n, true);
    expect(() => read(wide)).toThrow(/not what its options say/);
  });
});
