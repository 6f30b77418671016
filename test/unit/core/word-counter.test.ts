import { expect, test } from 'vitest';
import { aliasTable, huffmanPaths, keepChances } from '../../../src/core/embeddings/chances';
import { LINE_END, UNKNOWN, WordCounter } from '../../../src/core/embeddings/word-counter';

test('words are the same however the text is cut, the most frequent first', () => {
  const text = 'The cat, the dog;\nthe naïve cat’s tail — 3 cats\n\nthe end';
  const expected = ['the', 'cat', 'dog', 'naïve', 'cat’s', 'tail', '3', 'cats', 'end'];
  for (const piece of [1, 3, 10, 1000]) {
    const counter = new WordCounter('words');
    const ids: number[] = [];
    for (let from = 0; from < text.length; from += piece) ids.push(...counter.push(text.slice(from, from + piece)));
    ids.push(...counter.end());
    const { words, counts, places } = counter.vocabulary(1);
    expect(words).toEqual(expected);
    expect(counts).toEqual([4, 1, 1, 1, 1, 1, 1, 1, 1]);
    const again = ids.map((id) => (id === LINE_END ? '\n' : words[places[id]]));
    expect(again.join(' ')).toBe('the cat the dog \n the naïve cat’s tail 3 cats \n \n the end');
  }
});

test('rare words lose their place; white space alone parts words where that is wanted', () => {
  const counter = new WordCounter('whitespace');
  const ids = [...counter.push('A, a A, b a\n'), ...counter.end()];
  const { words, places } = counter.vocabulary(2);
  expect(words).toEqual(['A,', 'a']);
  expect(ids.map((id) => (id === LINE_END ? LINE_END : places[id]))).toEqual([0, 1, 0, UNKNOWN, 1, LINE_END]);
});

test('the alias table gives every word its share', () => {
  const counts = [1000, 300, 300, 50, 7, 1];
  const { chance, alias } = aliasTable(counts, 0.75);
  const total = counts.reduce((sum, count) => sum + count ** 0.75, 0);
  const stay = Array.from(Uint32Array.from(chance), (bits) => bits / 0xffffffff);
  counts.forEach((count, id) => {
    const fromOthers = stay.reduce((sum, share, k) => sum + (alias[k] === id && k !== id ? 1 - share : 0), 0);
    expect((stay[id] + fromOthers) / counts.length).toBeCloseTo(count ** 0.75 / total, 8);
  });
});

test('sub-sampling keeps rare words, and of frequent ones √(t/f) + t/f', () => {
  const keep = Uint32Array.from(keepChances([900, 99, 1], 0.01));
  expect(keep[0] / 0xffffffff).toBeCloseTo(Math.sqrt(0.01 / 0.9) + 0.01 / 0.9, 8);
  expect(keep[2]).toBe(0xffffffff);
  expect(Uint32Array.from(keepChances([9, 1], 0))).toEqual(Uint32Array.of(0xffffffff, 0xffffffff));
});

test("Huffman's paths are a prefix code of least length", () => {
  const counts = [40, 30, 10, 10, 6, 4];
  const { start, path } = huffmanPaths(counts);
  const codes = counts.map((_, word) =>
    Array.from(path.slice(start[word], start[word + 1]), (step) => step & 1).join(''),
  );
  expect(new Set(path.map((step) => step >> 1)).size).toBe(counts.length - 1);
  codes.forEach((code, i) => codes.forEach((other, j) => expect(i !== j && other.startsWith(code)).toBe(false)));
  // 4+6=10, 10+10=20, 10+20=30, 30+30=60, 60+40=100: their sum is the least weighted length.
  expect(codes.reduce((sum, code, word) => sum + code.length * counts[word], 0)).toBe(220);
});
