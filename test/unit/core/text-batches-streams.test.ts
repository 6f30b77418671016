import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { tokenSource } from '../../../src/core/text/batches';
import { ByteStreamBatches, type ByteSource } from '../../../src/core/text/byte-stream-batches';
import { StreamBatches } from '../../../src/core/text/stream-batches';
import { manyScripts, train } from '../../helpers/tokenizers';

const ramp = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index);

describe('StreamBatches with a stride', () => {
  it('moves each stream by the stride', () => {
    const batches = new StreamBatches(ramp(21), 2, 4, 2);
    expect(batches.stepsPerEpoch).toBe(4);
    expect(Array.from(batches.at(0).inputs)).toEqual([0, 10, 1, 11, 2, 12, 3, 13]);
    expect(Array.from(batches.at(1).inputs)).toEqual([2, 12, 3, 13, 4, 14, 5, 15]);
    expect(Array.from(batches.at(1).targets)).toEqual([3, 13, 4, 14, 5, 15, 6, 16]);
    expect([0, 1, 3, 4].map((step) => batches.at(step).first)).toEqual([true, false, false, true]);
  });

  it('reads any source of tokens, within its borders', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(300),
        (tokens, wishedBatch, wishedLength, stride, step) => {
          const { batch, length } = StreamBatches.fit(tokens, wishedBatch, wishedLength);
          const ids = ramp(tokens);
          const memory = new StreamBatches(ids, batch, length, stride);
          const source = {
            ...tokenSource(ids),
            read: (from: number, count: number) => {
              expect(from >= 0 && from + count <= tokens).toBe(true);
              return ids.slice(from, from + count);
            },
          };
          expect(new StreamBatches(source, batch, length, stride).at(step)).toEqual(memory.at(step));
        },
      ),
    );
  });
});

const line = manyScripts[0] + manyScripts[1].replace(/\r/g, '') + manyScripts[2];
const text = Array.from({ length: 12 }, (_, index) => `${index} ${line.replaceAll(' ', ` ${index} `)} 😀`).join('\n');

function source(bytes: Uint8Array): ByteSource & { most: number } {
  const reader = {
    label: 'big.txt',
    size: bytes.length,
    most: 0,
    read(from: number, count: number) {
      reader.most = Math.max(reader.most, count);
      return bytes.slice(from, from + count);
    },
  };
  return reader;
}

const file = (content: string): ReturnType<typeof source> => source(new TextEncoder().encode(content));

describe.each(['character', 'grapheme', 'word', 'bpe'] as const)('ByteStreamBatches of %s tokens', (unit) => {
  const tokenizer = train({ unit, maxVocabulary: 400 }, [text]);

  it('gives the tokens that the whole text has, from where each stream begins', () => {
    // Words and graphemes have a border in every block of this size.
    for (const [block, batch, length, stride] of [
      [80, 3, 7, 7],
      [200, 2, 10, 4],
      [64, 1, 5, 5],
    ]) {
      const big = file(text);
      const batches = new ByteStreamBatches(big, tokenizer, { batch, length, stride, block });
      const whole = `,${tokenizer.encode(text).join()},`;
      const steps = Array.from({ length: Math.floor(batches.stepsPerEpoch * 0.8) }, (_, step) => batches.at(step));
      expect(steps.length).toBeGreaterThan(5);
      for (let b = 0; b < batch; b++) {
        const column = (ids: Int32Array): number[] => Array.from({ length }, (_, t) => ids[t * batch + b]);
        const read = steps.flatMap(({ inputs }) => column(inputs).slice(0, stride));
        const place = whole.indexOf(`,${read.join()},`);
        expect(place).toBeGreaterThanOrEqual(0);
        if (b === 0) expect(place).toBe(0);
        steps.slice(1).forEach(({ inputs }, at) => {
          expect(column(inputs).slice(0, length - stride)).toEqual(column(steps[at].inputs).slice(stride));
          expect(column(steps[at].targets).slice(stride - 1)[0]).toBe(column(inputs)[0]);
          expect(column(steps[at].targets).slice(0, -1)).toEqual(column(steps[at].inputs).slice(1));
        });
      }
      expect(steps.map(({ first }) => first).indexOf(true, 1)).toBe(-1);
    }
  });

  it('gives a step again after others, after seek, and in the next pass', () => {
    const make = (): ByteStreamBatches =>
      new ByteStreamBatches(file(text), tokenizer, { batch: 2, length: 9, stride: 6, block: 100 });
    const batches = make();
    const steps = Array.from({ length: batches.stepsPerEpoch + 3 }, (_, step) => ({ ...batches.at(step) }));
    for (const step of [5, 0, 3, 3, batches.stepsPerEpoch + 1]) expect(make().at(step)).toEqual(steps[step]);
    for (const step of [5, 1, 4]) expect(batches.at(step)).toEqual(steps[step]);
    const resumed = make();
    batches.at(6);
    resumed.seek(batches.position());
    expect([7, 8, 9].map((step) => resumed.at(step))).toEqual(steps.slice(7, 10));
    expect(steps[batches.stepsPerEpoch]).toEqual(steps[0]);
  });
});

describe('ByteStreamBatches', () => {
  const tokenizer = train({ unit: 'character' }, [text]);

  it('has about as many steps as the text in memory', () => {
    const options = { batch: 4, length: 16, block: 128 };
    const steps = new ByteStreamBatches(file(text), tokenizer, options).stepsPerEpoch;
    const inMemory = new StreamBatches(tokenizer.encode(text), 4, 16).stepsPerEpoch;
    expect(Math.abs(steps / inMemory - 1)).toBeLessThan(0.15);
  });

  it('reads a part of the file, normalised', () => {
    const bytes = new TextEncoder().encode(`\ufeffä${'b\r\nc'.repeat(40)}ü`);
    const batches = new ByteStreamBatches(source(bytes), tokenizer, {
      batch: 1,
      length: 8,
      block: 10,
      from: 4,
      to: 155,
    });
    expect(tokenizer.decode(batches.at(0).inputs)).toBe('b\ncb\ncb\n');
    const whole = new ByteStreamBatches(source(bytes), tokenizer, { batch: 1, length: 4, block: 10 });
    expect(tokenizer.decode(whole.at(0).inputs)).toBe('äb\nc'.replace('ä', tokenizer.decode(tokenizer.encode('ä'))));
  });

  it('refuses what is too short, no text, or a damaged place', () => {
    const options = { batch: 4, length: 16 };
    expect(() => new ByteStreamBatches(file(''), tokenizer, options)).toThrow(/big\.txt is too short for one step/);
    expect(() => new ByteStreamBatches(file('abc'), tokenizer, options)).toThrow(UserError);
    expect(() => new ByteStreamBatches(source(new Uint8Array(999).fill(0xff)), tokenizer, options)).toThrow(
      /not valid UTF-8/,
    );
    const batches = new ByteStreamBatches(file(text), tokenizer, options);
    for (const bad of [
      [],
      [1],
      [0, 0, 0, 0, 0, 0, 0, 0, -1],
      [0, 1e9, 0, 0, 0, 0, 0, 0, 0],
      [0.5, 0, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      expect(() => batches.seek(bad)).toThrow(UserError);
    }
  });
});
