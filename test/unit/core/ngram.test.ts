import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '../../../src/core/errors';
import { NgramModel } from '../../../src/core/models/ngram';
import { CharacterTokenizer } from '../../../src/core/text/character-tokenizer';
import { splitHeldOut } from '../../../src/core/text/split';

/**
 * Interpolated Kneser-Ney straight from the formulas, over strings in maps. The text is preceded by order - 1 starts
 * ("^"); an n-gram's start symbols only ever precede, they are never predicted.
 */
class Naive {
  private readonly tables: Map<string, Map<number, number>>[] = [];
  private readonly discounts: number[] = [];

  constructor(
    ids: number[],
    private readonly order: number,
    private readonly vocabulary: number,
  ) {
    const padded = [...new Array<string>(order - 1).fill('^'), ...ids.map(String)];
    let grams = new Map<string, number>();
    for (let i = 0; i + order <= padded.length; i++) {
      const gram = padded.slice(i, i + order).join(' ');
      grams.set(gram, (grams.get(gram) ?? 0) + 1);
    }
    for (let k = order; k >= 1; k--) {
      this.tables[k] = new Map();
      // N-grams that contain a start differ from one another only in front of it; below the highest order they are
      // contexts that no text has, so they are left out, but they do precede their suffixes.
      const counted = [...grams].filter(([gram]) => k === order || !gram.includes('^'));
      for (const [gram, count] of counted) {
        const parts = gram.split(' ');
        const context = parts.slice(0, -1).join(' ');
        if (!this.tables[k].has(context)) this.tables[k].set(context, new Map());
        this.tables[k].get(context)?.set(Number(parts[k - 1]), count);
      }
      const counts = counted.filter(([gram]) => !gram.includes('^')).map(([, count]) => count);
      const n1 = counts.filter((count) => count === 1).length;
      const n2 = counts.filter((count) => count === 2).length;
      this.discounts[k] = n1 > 0 ? n1 / (n1 + 2 * n2) : 0.5;
      const shorter = new Map<string, number>();
      for (const gram of grams.keys()) {
        const suffix = gram.slice(gram.indexOf(' ') + 1);
        shorter.set(suffix, (shorter.get(suffix) ?? 0) + 1);
      }
      grams = shorter;
    }
  }

  probability(context: number[], token: number, k = Math.min(this.order, context.length + 1)): number {
    if (k === 0) return 1 / this.vocabulary;
    const followers = this.tables[k].get((k === 1 ? [] : context.slice(1 - k)).join(' '));
    const lower = this.probability(context, token, k - 1);
    if (followers === undefined) return lower;
    const total = [...followers.values()].reduce((sum, count) => sum + count, 0);
    const discount = this.discounts[k];
    const seen = Math.max((followers.get(token) ?? discount) - discount, 0);
    return (seen + discount * followers.size * lower) / total;
  }
}

const problem = fc
  .record({ vocabulary: fc.integer({ min: 1, max: 6 }), order: fc.integer({ min: 1, max: 12 }) })
  .chain(({ vocabulary, order }) =>
    fc.record({
      vocabulary: fc.constant(vocabulary),
      order: fc.constant(order),
      ids: fc.array(fc.integer({ min: 0, max: Math.max(0, vocabulary - 2) }), { maxLength: 60 }),
      context: fc.array(fc.integer({ min: 0, max: vocabulary - 1 }), { maxLength: 14 }),
    }),
  );

describe('NgramModel', () => {
  it('gives the probabilities that the formulas give by hand', () => {
    // a b a c a: bigrams ab, ba, ac, ca once each, so n1 = 4, n2 = 0 and D = 1. Of single tokens, a follows b, c and the
    // start (count 3), b follows a, c follows a: n1 = 2, n2 = 0, D = 1, total 5, 3 types, uniform 1/4 (one token unseen).
    const model = NgramModel.train(Int32Array.from([0, 1, 0, 2, 0]), { order: 2, vocabulary: 4 });
    expect(Array.from(model.discounts.slice(1))).toEqual([1, 1]);
    const single = [3 - 1 + 3 / 4, 1 - 1 + 3 / 4, 1 - 1 + 3 / 4, 3 / 4].map((p) => p / 5);
    single.forEach((p, token) => expect(model.logProbability([], token)).toBeCloseTo(Math.log(p), 12));
    // After a (count 2, types b and c): (max(1 - 1, 0) + 1 * 2 * p1) / 2 = p1. After b: (0 + 1 * 1 * p1) / 1 = p1.
    single.forEach((p, token) => expect(model.logProbability([0], token)).toBeCloseTo(Math.log(p), 12));
    // a a b a a: bigrams aa twice, ab, ba once: n1 = 2, n2 = 1, D = 1/2. Singles: a follows start, a, b (3), b follows
    // a (1): n1 = 1, D = 1, total 4, types 2: p(a) = (2 + 2/2) / 4 = 3/4. p(a|a) = (2 - 1/2 + 1/2 * 2 * 3/4) / 3 = 3/4.
    const other = NgramModel.train(Int32Array.from([0, 0, 1, 0, 0]), { order: 2, vocabulary: 2 });
    expect(Array.from(other.discounts.slice(1))).toEqual([1, 0.5]);
    expect(Math.exp(other.logProbability([0], 0))).toBeCloseTo(3 / 4, 12);
    // p(a|b) = (1 - 1/2 + 1/2 * 1 * 3/4) / 1 = 7/8.
    expect(Math.exp(other.logProbability([0, 0, 1], 0))).toBeCloseTo(7 / 8, 12);
  });

  it('agrees with the formulas written plainly', () => {
    fc.assert(
      fc.property(problem, ({ ids, order, vocabulary, context }) => {
        const model = NgramModel.train(Int32Array.from(ids), { order, vocabulary });
        const naive = new Naive(ids, order, vocabulary);
        for (let token = 0; token < vocabulary; token++) {
          const expected = naive.probability(context, token);
          expect(Math.exp(model.logProbability(context, token))).toBeCloseTo(expected, 10);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('spreads a probability of one over the vocabulary after any context', () => {
    fc.assert(
      fc.property(problem, ({ ids, order, vocabulary, context }) => {
        const model = NgramModel.train(Int32Array.from(ids), { order, vocabulary });
        for (const before of [context, ids, ids.slice(0, 5), []]) {
          let sum = 0;
          for (let token = 0; token < vocabulary; token++) {
            const p = Math.exp(model.logProbability(before, token));
            expect(p).toBeGreaterThan(0);
            sum += p;
          }
          expect(sum).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('measures a text as the sum over its tokens', () => {
    fc.assert(
      fc.property(problem, ({ ids, order, vocabulary, context }) => {
        const model = NgramModel.train(Int32Array.from(ids), { order, vocabulary });
        const { loss, tokens } = model.evaluate(Int32Array.from(context));
        let sum = 0;
        for (let i = 1; i < context.length; i++) sum -= model.logProbability(context.slice(0, i), context[i]);
        expect(tokens).toBe(Math.max(0, context.length - 1));
        if (tokens > 0) expect(loss).toBeCloseTo(sum / tokens, 9);
        else expect(loss).toBeNaN();
      }),
      { numRuns: 300 },
    );
  });

  it('counts the same whether its tables had to grow or not, over a large vocabulary', () => {
    const ids = Int32Array.from({ length: 30_000 }, (_, i) => Math.imul(i % 9000, 40_503) & 0xffff);
    const model = NgramModel.train(ids, { order: 3, vocabulary: 65_536 });
    const naive = new Naive(Array.from(ids), 3, 65_536);
    for (const at of [0, 1, 5, 8999, 9000, 29_990]) {
      const context = Array.from(ids.subarray(Math.max(0, at - 2), at));
      expect(Math.exp(model.logProbability(context, ids[at]))).toBeCloseTo(naive.probability(context, ids[at]), 10);
    }
    expect(model.ngrams).toBe(9000 * 3);
  });

  it('works in slices, tells how far it is, and stops when asked', () => {
    const ids = Int32Array.from({ length: 20_000 }, (_, i) => (i * i) % 97);
    const shares: number[] = [];
    const model = NgramModel.train(ids, { order: 4, vocabulary: 97 }, (share) => shares.push(share));
    expect(shares.length).toBeGreaterThanOrEqual(9);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    let asked = 0;
    const stop = (): boolean => ++asked === 3;
    expect(() => NgramModel.train(ids, { order: 4, vocabulary: 97 }, undefined, stop)).toThrow(Cancelled);
    expect(asked).toBe(3);
    expect([...model.evaluateInSlices(ids)].length).toBeGreaterThanOrEqual(9);
  });

  it('keeps to its limits', () => {
    const ids = Int32Array.from({ length: 60_000 }, (_, i) => Math.imul(i * i + 1, 0x9e3779b1) >>> 24);
    expect(() => NgramModel.train(ids, { order: 6, vocabulary: 256, maxNgrams: 10_000 })).toThrow(UserError);
    expect(() => NgramModel.train(ids, { order: 6, vocabulary: 256, maxNgrams: 10_000 })).toThrow(
      'The n-gram baseline has more than 10,000 different n-grams: lower evaluation.baselineOrder or set evaluation.baseline to false.',
    );
    for (const options of [
      { order: 0, vocabulary: 2 },
      { order: 13, vocabulary: 2 },
      { order: 2.5, vocabulary: 2 },
      { order: 2, vocabulary: 65_537 },
    ]) {
      expect(() => NgramModel.train(ids, options)).toThrow(RangeError);
    }
    expect(() => NgramModel.train(Int32Array.from([0, 5]), { order: 2, vocabulary: 5 })).toThrow(RangeError);
    expect(() => NgramModel.train(Int32Array.from([0, 1]), { order: 2, vocabulary: 5 }).logProbability([], 5)).toThrow(
      RangeError,
    );
    expect(() =>
      NgramModel.train(Int32Array.from([0, 1]), { order: 2, vocabulary: 5 }).evaluate(Int32Array.from([-1])),
    ).toThrow(RangeError);
  });

  it('has a name for people', () => {
    expect(NgramModel.train(Int32Array.from([0, 1]), { order: 6, vocabulary: 2 }).name).toBe('6-gram, Kneser-Ney');
  });
});

const SHAKESPEARE = join(__dirname, '../../../../shared/data/tinyshakespeare/input.txt');

describe.skipIf(!existsSync(SHAKESPEARE))('NgramModel on Tiny Shakespeare (../shared/data/tinyshakespeare)', () => {
  const text = existsSync(SHAKESPEARE) ? readFileSync(SHAKESPEARE, 'utf8') : '';

  it('predicts better the more it sees, up to order 6, in good time', () => {
    const tokenizer = CharacterTokenizer.train(text, { minCount: 1, maxVocabulary: 20_000 });
    const { train, validation } = splitHeldOut(tokenizer.encode(text), 0.1);
    const losses: number[] = [];
    for (let order = 1; order <= 6; order++) {
      const start = performance.now();
      losses.push(NgramModel.train(train, { order, vocabulary: tokenizer.size }).evaluate(validation).loss);
      // Measured: 0.2 s at order 6. Ten times that leaves room for a busy machine.
      expect(performance.now() - start).toBeLessThan(2000);
    }
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]);
    expect(losses[5]).toBeCloseTo(1.558, 3);
  });
});
