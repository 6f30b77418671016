import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { NgramLanguageModel } from '../../../src/core/models/ngram/model';
import type { NgramOptions, NgramText, Smoothing } from '../../../src/core/models/ngram/options';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import { heldOutCount } from '../../../src/core/text/split';
import { PlainNgrams } from './ngram-plain';
import { finish } from '../../helpers/finish';

const SMOOTHINGS: Smoothing[] = [
  'add-k',
  'absolute-discounting',
  'witten-bell',
  'kneser-ney',
  'modified-kneser-ney',
  'stupid-backoff',
];
const BEGIN = 0;
const END = 1;

function trained(text: NgramText, options: NgramOptions): NgramLanguageModel {
  return finish(NgramLanguageModel.trainInSlices(text, options));
}

/** A text of either shape, and a context, over few tokens so that much repeats. */
const problem = fc
  .record({ size: fc.integer({ min: 1, max: 6 }), isSentences: fc.boolean() })
  .chain(({ size, isSentences }) => {
    const from = isSentences ? 2 : 0;
    const token = fc.integer({ min: from, max: from + size - 1 });
    return fc.record({
      options: fc.record({
        order: fc.integer({ min: 1, max: 12 }),
        // One token more than occurs.
        vocabulary: fc.constant(from + size + 1),
        smoothing: fc.constantFrom(...SMOOTHINGS),
        k: fc.constantFrom(1, 0.1, 3),
        discount: fc.constantFrom(0, 0, 0.3),
        ...(isSentences ? { begin: fc.constant(BEGIN), end: fc.constant(END) } : {}),
      }),
      text: isSentences
        ? fc.array(fc.array(token, { maxLength: 12 }), { maxLength: 10 })
        : fc.array(token, { maxLength: 80 }),
      context: fc
        .tuple(fc.boolean(), fc.array(fc.integer({ min: from, max: from + size }), { maxLength: 14 }))
        .map(([begins, context]) => (begins && isSentences ? [BEGIN, ...context] : context)),
    });
  });

function asText(text: number[] | number[][], { begin }: NgramOptions): NgramText {
  return begin === undefined
    ? Int32Array.from(text as number[])
    : (text as number[][]).map((sentence) => Int32Array.from(sentence));
}

describe('n-gram models', () => {
  it('agree with the formulas written plainly, of every smoothing and both shapes of text', () => {
    fc.assert(
      fc.property(problem, ({ options, text, context }) => {
        const model = trained(asText(text, options), options);
        const plain = new PlainNgrams(text, options);
        for (let token = 0; token < options.vocabulary; token++) {
          const expected = plain.probability(context, token);
          const ratio = Math.exp(model.logProbability(context, token)) / expected;
          if (expected > 0) expect(Math.abs(ratio - 1)).toBeLessThan(2e-6);
          else expect(model.logProbability(context, token)).toBe(-Infinity);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('spread a probability of one over the vocabulary after any context', () => {
    fc.assert(
      fc.property(problem, ({ options, text, context }) => {
        const model = trained(asText(text, options), options);
        const flat = text.flat();
        for (const before of [context, flat, flat.slice(0, 5), []]) {
          let sum = 0;
          for (let token = 0; token < options.vocabulary; token++) {
            const p = Math.exp(model.logProbability(before, token));
            if (token === options.begin) expect(p).toBe(0);
            else expect(p).toBeGreaterThan(0);
            sum += p;
          }
          if (model.isNormalised) expect(Math.abs(sum - 1)).toBeLessThan(5e-6);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('give a reader the scores of every next token', () => {
    fc.assert(
      fc.property(problem, ({ options, text, context }) => {
        const model = trained(asText(text, options), options);
        const read = context.filter((id) => id !== BEGIN || options.begin === undefined);
        const before = options.begin === undefined ? [] : [BEGIN];
        const check = (scores: ArrayLike<number>, seen: number[]): void => {
          for (let token = 0; token < options.vocabulary; token++) {
            const expected = model.logProbability(seen, token);
            if (expected === -Infinity) expect(scores[token]).toBe(-Infinity);
            else expect(scores[token]).toBeCloseTo(expected, 4);
          }
        };
        check(model.initialScores(), before);
        const reader = model.reader(2);
        const { vocabulary } = model;
        // The second text is the first one backwards.
        const ids = Int32Array.from(read.flatMap((id, t) => [id, read[read.length - 1 - t]]));
        const scores = reader.read(ids);
        for (let t = 0; t < read.length; t++) {
          check(scores.subarray(2 * t * vocabulary), [...before, ...read.slice(0, t + 1)]);
          check(scores.subarray((2 * t + 1) * vocabulary), [...before, ...[...read].reverse().slice(0, t + 1)]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('measure a text as the mean over its tokens', () => {
    fc.assert(
      fc.property(problem, ({ options, text, context }) => {
        const model = trained(asText(text, options), options);
        const ids = Int32Array.from(context.filter((id) => options.begin === undefined || id !== BEGIN));
        const logarithms = Array.from(model.logProbabilities(ids));
        const isSentences = options.begin !== undefined;
        const { loss, tokens } = model.evaluate(isSentences ? [ids, ids] : ids);
        const measured = isSentences ? logarithms : logarithms.slice(1);
        expect(tokens).toBe(isSentences ? measured.length * 2 : measured.length);
        if (tokens > 0) expect(loss).toBeCloseTo(-measured.reduce((a, b) => a + b, 0) / measured.length, 9);
        else expect(loss).toBeNaN();
      }),
      { numRuns: 500 },
    );
  });
});

describe('interpolated Kneser-Ney', () => {
  it('gives the probabilities that the formulas give by hand', () => {
    // a b a c a: bigrams ab, ba, ac, ca once each, so n1 = 4, n2 = 0 and D = 1. Of single tokens, a follows b, c and the
    // start (count 3), b follows a, c follows a: n1 = 2, n2 = 0, D = 1, total 5, 3 types, uniform 1/4 (one token unseen).
    const model = trained(Int32Array.from([0, 1, 0, 2, 0]), { order: 2, vocabulary: 4 });
    const single = [3 - 1 + 3 / 4, 1 - 1 + 3 / 4, 1 - 1 + 3 / 4, 3 / 4].map((p) => p / 5);
    single.forEach((p, token) => expect(model.logProbability([], token)).toBeCloseTo(Math.log(p), 6));
    // After a (count 2, types b and c): (max(1 - 1, 0) + 1 * 2 * p1) / 2 = p1. After b: (0 + 1 * 1 * p1) / 1 = p1.
    single.forEach((p, token) => expect(model.logProbability([0], token)).toBeCloseTo(Math.log(p), 6));
    // a a b a a: bigrams aa twice, ab, ba once: n1 = 2, n2 = 1, D = 1/2. Singles: a follows start, a, b (3), b follows
    // a (1): n1 = 1, D = 1, total 4, types 2: p(a) = (2 + 2/2) / 4 = 3/4. p(a|a) = (2 - 1/2 + 1/2 * 2 * 3/4) / 3 = 3/4.
    const other = trained(Int32Array.from([0, 0, 1, 0, 0]), { order: 2, vocabulary: 2 });
    expect(Math.exp(other.logProbability([0], 0))).toBeCloseTo(3 / 4, 6);
    // p(a|b) = (1 - 1/2 + 1/2 * 1 * 3/4) / 1 = 7/8.
    expect(Math.exp(other.logProbability([0, 0, 1], 0))).toBeCloseTo(7 / 8, 6);
  });

  it('works in slices, and tells how far it is', () => {
    const ids = Int32Array.from({ length: 200_000 }, (_, i) => (i * i) % 97);
    const shares = [...NgramLanguageModel.trainInSlices(ids, { order: 4, vocabulary: 97 })];
    expect(shares.length).toBeGreaterThanOrEqual(9);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const model = trained(ids, { order: 4, vocabulary: 97 });
    expect([...model.evaluateInSlices(ids)].length).toBeGreaterThanOrEqual(9);
  });
});

describe('modified Kneser-Ney', () => {
  it('gives the probabilities that the three discounts give by hand', () => {
    // Sentences over a, b, c, d (ids 2 to 5; a fifth token, 6, never occurs), order 2:
    //   "a b" four times, "a c" three times, "b c" twice, "b d" twice, "c d" once, "d d" once, "d a" once.
    const [a, b, c, d] = [2, 3, 4, 5];
    const pairs: [number, number, number][] = [
      [a, b, 4],
      [a, c, 3],
      [b, c, 2],
      [b, d, 2],
      [c, d, 1],
      [d, d, 1],
      [d, a, 1],
    ];
    const sentences = pairs.flatMap(([x, y, times]) => new Array<Int32Array>(times).fill(Int32Array.of(x, y)));
    const model = trained(sentences, {
      order: 2,
      vocabulary: 7,
      smoothing: 'modified-kneser-ney',
      begin: BEGIN,
      end: END,
    });
    // Bigrams keep their counts: <s>a 7, <s>b 4, <s>c 1, <s>d 2, ab 4, ac 3, bc 2, bd 2, cd 1, dd 1, da 1,
    //   b</s> 4, c</s> 3 + 2 = 5, d</s> 2 + 1 + 1 = 4, a</s> 1.
    // n1: <s>c cd dd da a</s> = 5; n2: <s>d bc bd = 3; n3: ac = 1; n4: <s>b ab b</s> d</s> = 4.
    // Y = 5 / (5 + 2*3) = 5/11; D1 = 1 - 2 Y 3/5 = 5/11; D2 = 2 - 3 Y 1/3 = 17/11; D3 = 3 - 4 Y 4/1 = -47/11 < 0: refused,
    // so one discount, Y, as the warning says.
    expect(model.description.warnings.join(' ')).toMatch(/2-grams \(5, 3, 1, 4 of them were seen 1, 2, 3, 4 times\)/);
    const y = 5 / 11;
    // Single tokens count what precedes: a: <s> d = 2; b: <s> a = 2; c: <s> a b = 3; d: <s> b c d = 4; </s>: a b c d = 4.
    // n1 = 0, so the fallback, 1/2 for all: total 15, 5 types, uniform over 6 tokens (all but <s>).
    const single = (count: number): number => (count - 0.5 + (0.5 * 5) / 6) / 15;
    expect(Math.exp(model.logProbability([], a))).toBeCloseTo(single(2), 7);
    expect(Math.exp(model.logProbability([], 6))).toBeCloseTo(2.5 / 6 / 15, 7);
    // After b: </s> 4, c 2, d 2: total 8, 3 types.
    expect(Math.exp(model.logProbability([b], c))).toBeCloseTo((2 - y + y * 3 * single(3)) / 8, 7);
    expect(Math.exp(model.logProbability([b], a))).toBeCloseTo((y * 3 * single(2)) / 8, 7);
  });

  it('takes less from what was seen once, twice, and three times or more', () => {
    // Order 1 over a running text: counts 5 tokens once, 3 twice, 2 three times, 1 four times, 1 six times.
    const counts = [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6];
    const ids = Int32Array.from(counts.flatMap((count, id) => new Array<number>(count).fill(id)));
    const model = trained(ids, { order: 1, vocabulary: 20, smoothing: 'modified-kneser-ney' });
    expect(model.description.warnings).toEqual([]);
    // n1..n4 = 5, 3, 2, 1: Y = 5/11, D1 = 1 - 2*5/11*3/5 = 5/11, D2 = 2 - 3*5/11*2/3 = 12/11, D3 = 3 - 4*5/11*1/2 = 23/11.
    // Total 27; taken 5*5/11 + 3*12/11 + 4*23/11 = 153/11; uniform 1/20.
    const lower = 153 / 11 / 20;
    const expected = new Map([
      [0, (1 - 5 / 11 + lower) / 27],
      [5, (2 - 12 / 11 + lower) / 27],
      [8, (3 - 23 / 11 + lower) / 27],
      [11, (6 - 23 / 11 + lower) / 27],
      [19, lower / 27],
    ]);
    expected.forEach((p, token) => expect(Math.exp(model.logProbability([], token))).toBeCloseTo(p, 8));
  });
});

describe('limits and reports', () => {
  it('refuse what cannot be', () => {
    const ids = Int32Array.from({ length: 60_000 }, (_, i) => Math.imul(i * i + 1, 0x9e3779b1) >>> 24);
    const few = { order: 6, vocabulary: 256, maxNgrams: 10_000 };
    expect(() => trained(ids, few)).toThrow(UserError);
    expect(() => trained(ids, few)).toThrow(/more than 10,000: lower the model's order/);
    const wrong: NgramOptions[] = [
      { order: 0, vocabulary: 2 },
      { order: 13, vocabulary: 2 },
      { order: 2.5, vocabulary: 2 },
      { order: 2, vocabulary: 0 },
      { order: 2, vocabulary: 2 ** 25 },
      { order: 2, vocabulary: 2, k: 0 },
      { order: 2, vocabulary: 2, discount: 1 },
      { order: 2, vocabulary: 2, begin: 0 },
      { order: 2, vocabulary: 2, begin: 0, end: 2 },
      { order: 2, vocabulary: 2, begin: 0, end: 0 },
    ];
    for (const options of wrong) expect(() => trained(new Int32Array(0), options)).toThrow(RangeError);
    expect(() => trained(Int32Array.of(0, 5), { order: 2, vocabulary: 5 })).toThrow(RangeError);
    expect(() => trained([Int32Array.of(0)], { order: 2, vocabulary: 5 })).toThrow(RangeError);
    expect(() => trained([Int32Array.of(END)], { order: 2, vocabulary: 5, begin: BEGIN, end: END })).toThrow(
      RangeError,
    );
    const model = trained(Int32Array.of(0, 1), { order: 2, vocabulary: 5 });
    expect(() => model.logProbability([], 5)).toThrow(RangeError);
    expect(() => model.evaluate(Int32Array.of(-1, 0))).toThrow(RangeError);
    expect(() => model.evaluate([])).toThrow(RangeError);
  });

  it('tell how sparse the text is, and the name', () => {
    const model = trained(Int32Array.of(0, 1, 0, 1, 2), { order: 3, vocabulary: 10, smoothing: 'witten-bell' });
    expect(model.description.sparsity).toEqual([
      { order: 1, seen: 3, possible: 10, singletons: 1 },
      { order: 2, seen: 3, possible: 100, singletons: 2 }, // 01 twice, 10, 12
      { order: 3, seen: 3, possible: 1000, singletons: 3 }, // 010 101 012
    ]);
    expect(model.ngrams).toBe(9);
    expect(model.name).toBe('3-gram, Witten-Bell');
    expect(trained(Int32Array.of(0, 1), { order: 6, vocabulary: 2 }).name).toBe('6-gram, Kneser-Ney');
    expect(trained(Int32Array.of(0, 1), { order: 2, vocabulary: 2, smoothing: 'stupid-backoff' }).isNormalised).toBe(
      false,
    );
  });

  it('keep at most 24 bytes an n-gram', () => {
    const ids = Int32Array.from({ length: 100_000 }, (_, i) => Math.imul(i * i + 1, 0x9e3779b1) >>> 22);
    for (const order of [1, 2, 3, 5]) {
      const model = trained(ids, { order, vocabulary: 1024, smoothing: 'modified-kneser-ney' });
      expect(model.bytes / model.size).toBeLessThan(20.1);
    }
  });
});

const SHAKESPEARE = join(__dirname, '../../../../shared/data/tinyshakespeare/input.txt');

describe.skipIf(!existsSync(SHAKESPEARE))('n-gram models of Tiny Shakespeare (../shared/data/tinyshakespeare)', () => {
  const text = existsSync(SHAKESPEARE) ? readFileSync(SHAKESPEARE, 'utf8') : '';

  it('predict better the more they see, up to order 6, and modified Kneser-Ney better than plain', () => {
    const tokenizer = CharacterTokenizer.train(text, { minCount: 1, maxVocabulary: 20_000 });
    const ids = tokenizer.encode(text);
    const border = ids.length - heldOutCount(ids.length, 0.1);
    const [train, validation] = [ids.subarray(0, border), ids.subarray(border)];
    const lossOf = (order: number, smoothing: Smoothing): number =>
      trained(train, { order, vocabulary: tokenizer.size, smoothing }).evaluate(validation).loss;
    const losses = [1, 2, 3, 4, 5, 6].map((order) => lossOf(order, 'kneser-ney'));
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]);
    expect(losses[5]).toBeCloseTo(1.558, 3);
    expect(lossOf(6, 'modified-kneser-ney')).toBeLessThan(losses[5]);
  });
});
