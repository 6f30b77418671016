import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';

const WORD = 0xffffffffn;

/** The published algorithm in exact integers, with nothing in common with ours but the paper. */
function* reference(state: number[]): Generator<number> {
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & WORD;
  const s = state.map(BigInt);
  for (;;) {
    yield Number((rotate((s[1] * 5n) & WORD, 7n) * 9n) & WORD);
    const t = (s[1] << 9n) & WORD;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
  }
}

describe('Random', () => {
  it('follows xoshiro128**', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const random = new Random(seed);
        const expected = reference(random.state());
        for (let i = 0; i < 50; i++) expect(random.next() * 2 ** 32).toBe(expected.next().value);
      }),
    );
  });

  it('gives other numbers for other seeds and the same for the same seed', () => {
    const first = (seed: number): number => new Random(seed).next();
    expect(first(7)).toBe(first(7));
    expect(new Set(Array.from({ length: 1000 }, (_, seed) => first(seed))).size).toBeGreaterThan(998);
  });

  it('goes on exactly from a saved state', () => {
    const random = new Random(3);
    random.normal();
    const saved = random.state();
    const ahead = [random.next(), random.integer(10), random.normal()];
    const other = new Random(99);
    other.restore(saved);
    expect([other.next(), other.integer(10), other.normal()]).toEqual(ahead);
  });

  it('draws whole numbers and normal numbers with the right moments', () => {
    const random = new Random(1);
    const n = 60_000;
    const counts = new Array<number>(6).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      counts[random.integer(6)]++;
      const x = random.normal();
      sum += x;
      squares += x * x;
    }
    for (const count of counts) expect(Math.abs(count / n - 1 / 6)).toBeLessThan(0.01);
    expect(Math.abs(sum / n)).toBeLessThan(0.02);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.03);
    expect(() => random.integer(0)).toThrow(RangeError);
    expect(() => random.integer(1.5)).toThrow(RangeError);
  });

  it('refuses a damaged state and keeps its own', () => {
    const random = new Random(1);
    const before = random.state();
    for (const state of [
      [],
      [0, 0, 0, 0],
      [1, 2, 3],
      [1, 2, 3, -1],
      [1, 2, 3, 2 ** 32],
      [1, 2, 3, NaN],
      [1, 2, 3, 0.5],
    ]) {
      expect(() => random.restore(state)).toThrow(UserError);
    }
    expect(random.state()).toEqual(before);
  });
});
