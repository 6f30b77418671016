import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '../../src/core/runs/safetensors';
import { resultOrSentence } from './outcome';

const valid = encodeSafetensors(
  [
    { name: 'rnn.weight_ih_l0', dtype: 'F32', shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i / 7) },
    { name: 'step', dtype: 'I32', shape: [1], data: Int32Array.from([77]) },
    { name: 'output.bias', dtype: 'F32', shape: [5], data: new Float32Array(5) },
  ],
  { kind: 'last' },
);
const headerEnd = 8 + Number(new DataView(valid.buffer).getBigUint64(0, true));

/** A result is right when its tensors' shapes fit and all of its numbers are bytes of the file, none of them twice. */
function check(bytes: Uint8Array): SafetensorsFile | undefined {
  const file = resultOrSentence(() => decodeSafetensors(bytes, 'last.safetensors'));
  let total = 0;
  for (const { shape, data } of file?.tensors.values() ?? []) {
    expect(shape.reduce((product, n) => product * n, 1)).toBe(data.length);
    total += data.byteLength;
  }
  expect(total).toBeLessThanOrEqual(bytes.length);
  return file;
}

describe('hostile safetensors', () => {
  it('random bytes, with and without a plausible length in front', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void check(bytes)),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,0129eE.-FIaA3\\u '), maxLength: 60 }), (header) => {
        const text = new TextEncoder().encode(`{${header}`);
        const bytes = new Uint8Array(8 + text.length + 8);
        new DataView(bytes.buffer).setUint32(0, text.length, true);
        bytes.set(text, 8);
        check(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it('a good file with bytes changed, cut or added', () => {
    const change = fc.record({ at: fc.nat(headerEnd + 4), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.integer({ min: -20, max: 20 }), (changes, difference) => {
        const bytes = new Uint8Array(valid.length + difference);
        bytes.set(valid.subarray(0, bytes.length));
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        const file = check(bytes);
        if (difference !== 0 && changes.length === 0) expect(file).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
  });

  it('any JSON as description of the tensors', () => {
    const number = fc.oneof(fc.nat(40), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e300));
    const entry = fc.oneof(
      fc.record({
        dtype: fc.constantFrom('F32', 'I32', 'F64', 'BOOL', 7, null),
        shape: fc.oneof(fc.array(number, { maxLength: 4 }), fc.anything()),
        data_offsets: fc.oneof(fc.tuple(number, number), fc.anything()),
      }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), entry, { maxKeys: 4 }), fc.nat(40), (header, dataBytes) => {
        const text = new TextEncoder().encode(
          JSON.stringify(header, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
        );
        const bytes = new Uint8Array(8 + text.length + dataBytes);
        new DataView(bytes.buffer).setUint32(0, text.length, true);
        bytes.set(text, 8);
        check(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
