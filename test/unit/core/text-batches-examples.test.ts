import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { BucketBatches } from '../../../src/core/text/bucket-batches';
import { batchOf } from '../../../src/core/text/sequence-batch';
import { splitExamples } from '../../../src/core/text/split-examples';

const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 });

describe('BucketBatches', () => {
  it('gives every example exactly once a pass, and any step again', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.nat(), fc.nat(3), (lengths, batch, seed, epoch) => {
        const batches = new BucketBatches(Int32Array.from(lengths), batch, seed);
        const again = new BucketBatches(Int32Array.from(lengths), batch, seed);
        const seen: number[] = [];
        for (let within = 0; within < batches.stepsPerEpoch; within++) {
          const step = epoch * batches.stepsPerEpoch + within;
          const { indices, length } = batches.at(step);
          seen.push(...indices);
          expect(length).toBe(Math.max(1, ...Array.from(indices, (index) => lengths[index])));
          if (within % 7 === 0) expect(again.at(step)).toEqual({ indices, length });
        }
        expect(seen.sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index));
      }),
    );
  });

  it('pads little, and differs from pass to pass and seed to seed', () => {
    const lengths = Int32Array.from({ length: 4000 }, (_, index) => 1 + ((index * 7919) % 60));
    const batches = new BucketBatches(lengths, 16, 1);
    let padded = 0;
    for (let step = 0; step < batches.stepsPerEpoch; step++) padded += 16 * batches.at(step).length;
    expect(padded / lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.08);
    expect(batches.at(0)).not.toEqual(batches.at(batches.stepsPerEpoch));
    expect(batches.at(0)).not.toEqual(new BucketBatches(lengths, 16, 2).at(0));
  });

  it('refuses to begin without examples', () => {
    expect(() => new BucketBatches(new Int32Array(0), 4, 1)).toThrow(UserError);
  });
});

it('batchOf pads and says the lengths', () => {
  const items = [[1, 2, 3], [], [4, 5, 6, 7]].map((ids) => Int32Array.from(ids));
  const { ids, lengths, time } = batchOf({ kind: 'ids', items }, Int32Array.of(2, 0, 1));
  expect(Array.from(ids ?? [])).toEqual([4, 1, 0, 5, 2, 0, 6, 3, 0, 7, 0, 0]);
  expect([time, ...lengths]).toEqual([4, 4, 3, 0]);
});

describe('splitExamples', () => {
  const base = { heldOut: 0.1, split: 'auto', folds: 0, fold: 0 } as const;

  it('divides the examples, the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.constantFrom('auto' as const, 'contiguous' as const, 'random' as const),
        fc.nat(),
        (count, heldOut, split, seed) => {
          const options = { ...base, heldOut, split };
          const { train, validation } = splitExamples(count, options, seed);
          expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
          expect(validation.length).toBe(heldOut > 0 ? Math.max(1, Math.floor(count * heldOut)) : 0);
          expect(splitExamples(count, options, seed)).toEqual({ train, validation });
        },
      ),
    );
    expect(splitExamples(100, base, 1)).not.toEqual(splitExamples(100, base, 2));
    expect(Array.from(splitExamples(10, { ...base, split: 'contiguous', heldOut: 0.3 }, 1).validation)).toEqual([
      7, 8, 9,
    ]);
  });

  it('holds each example back in exactly one fold', () => {
    const held = Array.from({ length: 10 }, (_, fold) =>
      Array.from(splitExamples(53, { ...base, folds: 10, fold }, 5).validation),
    );
    expect(held.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 53 }, (_, index) => index));
    expect(held.every(({ length }) => length === 5 || length === 6)).toBe(true);
  });

  it('refuses what cannot be divided, with a sentence', () => {
    expect(() => splitExamples(1, base, 1)).toThrow(/There is 1 example, and at least 2/);
    expect(() => splitExamples(0, base, 1)).toThrow(UserError);
    expect(() => splitExamples(9, { ...base, folds: 1 }, 1)).toThrow(/set it to 2 or more/);
    expect(() => splitExamples(9, { ...base, folds: 3, fold: 3 }, 1)).toThrow(/are 0 to 2/);
    expect(() => splitExamples(2, { ...base, folds: 3 }, 1)).toThrow(/set it to 2 or less/);
    expect(splitExamples(1, { ...base, heldOut: 0 }, 1).train).toHaveLength(1);
  });
});
