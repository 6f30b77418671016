import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { countCodePoints } from '../../../src/core/text/split';
import { StreamBatches } from '../../../src/core/text/stream-batches';

const ramp = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

describe('countCodePoints', () => {
  it('counts lone surrogates', () => {
    expect(countCodePoints('a\uD83D😀\uDE00\uD83D')).toBe(5);
  });
});

describe('StreamBatches', () => {
  it('reads streams side by side, time-major, with the next token as target', () => {
    const batches = new StreamBatches(ramp(13), 2, 3);
    expect([batches.stepsPerEpoch, batches.tokensPerStep]).toEqual([2, 6]);
    const first = batches.at(0);
    expect(Array.from(first.inputs)).toEqual([0, 6, 1, 7, 2, 8]);
    expect(Array.from(first.targets)).toEqual([1, 7, 2, 8, 3, 9]);
    expect(first.first).toBe(true);
    const second = batches.at(1);
    expect(Array.from(second.inputs)).toEqual([3, 9, 4, 10, 5, 11]);
    expect(Array.from(second.targets)).toEqual([4, 10, 5, 11, 6, 12]);
    expect(second.first).toBe(false);
    expect(batches.at(2)).toEqual(first);
  });

  it('holds for any text: targets follow inputs, streams go on, a pass sees no token twice, all are seen in time', () => {
    const shape = fc.record({
      extra: fc.integer({ min: 0, max: 200 }),
      batch: fc.integer({ min: 1, max: 6 }),
      length: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(shape, ({ extra, batch, length }) => {
        const tokens = batch * length + 1 + extra;
        const batches = new StreamBatches(ramp(tokens), batch, length);
        const seen = new Set<number>();
        for (let pass = 0; pass < 300; pass++) {
          const thisPass = new Set<number>();
          let previous: Int32Array | undefined;
          for (let k = 0; k < batches.stepsPerEpoch; k++) {
            const { inputs, targets, first } = batches.at(pass * batches.stepsPerEpoch + k);
            if (first !== (k === 0)) throw new Error('first');
            for (let i = 0; i < inputs.length; i++) {
              if (targets[i] !== inputs[i] + 1 || targets[i] >= tokens) throw new Error('target');
              const before = i >= batch ? inputs[i - batch] : previous?.[inputs.length - batch + i];
              if (before !== undefined && inputs[i] !== before + 1) throw new Error('stream');
              if (thisPass.has(inputs[i])) throw new Error('twice');
              thisPass.add(inputs[i]);
            }
            previous = inputs;
          }
          for (const id of thisPass) seen.add(id);
          if (seen.size === tokens - 1) return;
        }
        throw new Error(`${seen.size} of ${tokens - 1} inputs were seen`);
      }),
      { numRuns: 200 },
    );
  });

  it('shrinks to what a small text allows', () => {
    expect(StreamBatches.fit(1_000_000, 32, 64)).toEqual({ batch: 32, length: 64 });
    expect(StreamBatches.fit(1000, 32, 64)).toEqual({ batch: 15, length: 64 });
    expect(StreamBatches.fit(2, 32, 64)).toEqual({ batch: 1, length: 1 });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        (tokens, b, l) => {
          const { batch, length } = StreamBatches.fit(tokens, b, l);
          expect(batch <= b && length <= l).toBe(true);
          expect(new StreamBatches(ramp(tokens), batch, length).stepsPerEpoch).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('says when a text is too short', () => {
    expect(() => StreamBatches.fit(0, 32, 64)).toThrow(/has no tokens, and at least 2 are needed/);
    expect(() => StreamBatches.fit(1, 32, 64)).toThrow(/has only 1 token, and at least 2 are needed/);
    expect(() => StreamBatches.fit(1, 32, 64)).toThrow(UserError);
    expect(() => new StreamBatches(ramp(6), 2, 3)).toThrow(/has 6 tokens, and one step of .* needs 7/);
  });
});
