import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { fromArpa } from '../../../src/core/models/ngram/arpa-read';
import { readArpaToken, writeArpaToken } from '../../../src/core/models/ngram/arpa-token';
import { toArpa } from '../../../src/core/models/ngram/arpa-write';
import { NgramLanguageModel } from '../../../src/core/models/ngram/model';
import type { NgramOptions, NgramText } from '../../../src/core/models/ngram/options';
import { PRUNED } from './arpa-files';
import { finish } from '../../helpers/finish';

function trained(text: NgramText, options: NgramOptions): NgramLanguageModel {
  return finish(NgramLanguageModel.trainInSlices(text, options));
}

const log10 = (model: NgramLanguageModel, context: number[], token: number): number =>
  model.logProbability(context, token) / Math.LN10;

test('a file of another tool is read, and what pruning left out is completed', () => {
  const { model, tokens } = fromArpa(
    `made by hand\n\n${PRUNED.replace('\t<s> a\t', ' <s>  a ')}`.split('\n'),
    'pruned.arpa',
  );
  expect(tokens).toEqual(['<s>', '<unk>', '</s>', 'a', 'b', 'c']);
  expect(model.description).toMatchObject({ smoothing: 'arpa', begin: 0, end: 2 });
  expect(model.name).toBe('3-gram, from an ARPA file');
  const [S, U, E, a, b, c] = [0, 1, 2, 3, 4, 5];
  expect(log10(model, [S, a], b)).toBeCloseTo(-0.1, 6);
  expect(log10(model, [a, b], c)).toBeCloseTo(-0.3, 6);
  // Not listed: back-off weights of the context and of its suffix, then the single token.
  expect(log10(model, [S, a], c)).toBeCloseTo(0.0791812 - 0.2218487 - 0.9, 6);
  expect(log10(model, [b], c)).toBeCloseTo(-0.1 - 0.9, 6);
  expect(log10(model, [a, b], E)).toBeCloseTo(-0.05 - 0.1 - 0.7, 6);
  expect(log10(model, [b, c], U)).toBeCloseTo(-1.2, 6);
  expect(log10(model, [], S)).toBe(-Infinity);
  const sentence = Array.from(model.logProbabilities(Int32Array.of(a, b, c)), (p) => p / Math.LN10);
  [-0.25, -0.1, -0.3, -0.7].forEach((expected, i) => expect(sentence[i]).toBeCloseTo(expected, 6));
});

test('tokens of a tokenizer keep their ids', () => {
  const ids = new Map([...'cab'].map((word, id) => [word, id + 2]));
  const full = new Map([...ids, ['</s>', 0], ['<s>', 1], ['<unk>', 5], ['new', 6]]);
  const { model } = fromArpa(PRUNED.split('\n'), 'pruned.arpa', full);
  expect(model.vocabulary).toBe(7);
  expect(log10(model, [1, 3], 4)).toBeCloseTo(-0.1, 6);
  // What the file does not know is <unk> to it.
  expect(log10(model, [3], 6)).toBeCloseTo(-0.2218487 - 1.2, 6);
  expect(() => fromArpa(PRUNED.split('\n'), 'pruned.arpa', ids)).toThrow(
    /is of sentences, and the tokenizer has no <s> and <\/s>/,
  );
});

test('what is written is read back, whatever the smoothing, order and shape', () => {
  const token = fc.integer({ min: 2, max: 6 });
  const problem = fc.record({
    sentences: fc.array(fc.array(token, { maxLength: 9 }), { maxLength: 12 }),
    order: fc.integer({ min: 1, max: 7 }),
    smoothing: fc.constantFrom(
      'absolute-discounting' as const,
      'witten-bell' as const,
      'kneser-ney' as const,
      'modified-kneser-ney' as const,
      'stupid-backoff' as const,
    ),
    isStream: fc.boolean(),
    context: fc.array(token, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(problem, ({ sentences, order, smoothing, isStream, context }) => {
      const options = { order, vocabulary: 8, smoothing, ...(isStream ? {} : { begin: 0, end: 1 }) };
      const texts = sentences.map((sentence) => Int32Array.from(sentence));
      const model = trained(isStream ? Int32Array.from(sentences.flat()) : texts, options);
      const lines = [...toArpa(model, (id) => `w${id}`)].join('').split('\n');
      const names = Array.from({ length: 8 }, (_, id) => `w${id}`);
      if (!isStream) [names[0], names[1]] = ['<s>', '</s>'];
      const back = fromArpa(lines, 'ours.arpa', new Map(names.map((name, id) => [name, id]))).model;
      expect(back.order).toBe(order);
      expect(back.size).toBe(model.size);
      expect(back.description.begin).toBe(options.begin);
      for (let id = 0; id < 8; id++) {
        const expected = model.logProbability(context, id);
        if (expected === -Infinity) expect(back.logProbability(context, id)).toBe(-Infinity);
        else expect(Math.abs(back.logProbability(context, id) - expected)).toBeLessThan(2e-6);
      }
    }),
    { numRuns: 500 },
  );
});

test('a running text can be read back without its tokenizer', () => {
  const model = trained(
    Int32Array.from('abracadabra', (c) => c.charCodeAt(0) - 97),
    { order: 3, vocabulary: 26 },
  );
  const lines = [...toArpa(model, (id) => String.fromCharCode(97 + id))].join('').split('\n');
  const { model: back, tokens } = fromArpa(lines, 'ours.arpa');
  expect(back.description.begin).toBeUndefined();
  const [a, b, r] = ['a', 'b', 'r'].map((token) => tokens.indexOf(token));
  expect(back.logProbability([a, b], r)).toBeCloseTo(model.logProbability([0, 1], 17), 6);
});

test('any token survives in one field', () => {
  expect(writeArpaToken(' ')).toBe('\u2581');
  expect(writeArpaToken('\n')).toBe('<0xA>');
  expect(writeArpaToken('\t')).toBe('<0x9>');
  expect(writeArpaToken('\u2581')).toBe('<0x2581>');
  expect(writeArpaToken('<unk>')).toBe('<0x3C>unk>');
  expect(writeArpaToken('<0x20>')).toBe('<0x3C>0x20>');
  expect(writeArpaToken('word')).toBe('word');
  const character = fc.oneof(
    fc.constantFrom(...'<0x>sunk/ \t\n\r\u2581\u00a0\u0000\u3000ABC'),
    fc.string({ unit: 'grapheme', maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 8 }), (parts) => {
      const token = parts.join('');
      const text = writeArpaToken(token);
      expect(text).not.toMatch(/\s/u);
      expect(['<s>', '</s>', '<unk>']).not.toContain(text);
      expect(readArpaToken(text)).toBe(token);
    }),
    { numRuns: 3000 },
  );
});

test('what cannot be written is refused', () => {
  const added = trained(Int32Array.of(0, 1, 0), { order: 2, vocabulary: 2, smoothing: 'add-k' });
  expect(() => [...toArpa(added, String)]).toThrow(UserError);
  const single = trained(Int32Array.of(0, 1, 0), { order: 1, vocabulary: 2, smoothing: 'add-k' });
  expect([...toArpa(single, String)].join('')).toContain(
    '\\1-grams:\n-99\t<s>\n-99\t</s>\n-0.2218487\t0\n-0.3979400\t1\n',
  );
  expect(() => [...toArpa(single, () => 'same')]).toThrow(RangeError);
});

test('a file that is none gets one sentence with its line', () => {
  const broken: [string, string, RegExp][] = [
    ['\\end\\', '', /cut short/],
    ['ngram 2=4', 'ngram 2=5', /4 2-grams, and its header says 5/],
    ['ngram 2=4', 'ngram 7=4', /orders are not 1, 2/],
    ['-0.4\ta b', '-0.4\ta x', /"x" is not among its single tokens/],
    ['-0.4\ta b', '-0.4\ta b c d', /"-0.4\ta b c d\t-0.05" is no 2-gram/],
    ['-0.4\ta b', 'NaN\ta b', /"NaN" is no logarithm/],
    ['-0.4\ta b', '0.4\ta b', /no logarithm of a probability/],
    ['-0.8\tb a', '-0.4\ta b', /a 2-gram is listed twice/],
    ['-0.4\ta b', '-0.4\tc b', /3-gram has no 2-gram as its context/],
    ['-0.9\tc', '-0.9\tb', /"b" is listed twice/],
    ['\\3-grams:', '\\4-grams:', /out of place/],
    ['\\data\\', '', /cut short/],
  ];
  for (const [from, to, message] of broken) {
    expect(PRUNED).toContain(from);
    const lines = PRUNED.replace(from, to).split('\n');
    expect(() => fromArpa(lines, 'x.arpa')).toThrow(message);
    expect(() => fromArpa(lines, 'x.arpa')).toThrow(UserError);
  }
});
