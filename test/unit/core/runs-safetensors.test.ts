import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import {
  decodeSafetensors,
  encodeSafetensors,
  safetensorsBlocks,
  type NamedTensor,
} from '../../../src/core/runs/safetensors';

/** Printed by test/reference/make-safetensors-fixture.py with safetensors 0.8.0. */
const REFERENCE =
  'cAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiZ3LDtsOfZSIsImZvcm1hdCI6InB0In0sImVtcHR5Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUi' +
  'OlswLDNdLCJkYXRhX29mZnNldHMiOlswLDBdfSwib3V0cHV0LmJpYXMiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzVdLCJkYXRhX29mZnNldHMiOlsw' +
  'LDIwXX0sInJubi53ZWlnaHRfaWhfbDAiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzIwLDQ0XX0sImdyw7bDn2Ui' +
  'OnsiZHR5cGUiOiJJMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls0NCw1Ml19LCJzdGVwIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOltdLCJk' +
  'YXRhX29mZnNldHMiOls1Miw1Nl19fSAgICAgIM3MzD3NzEw+mpmZPs3MzD4AAAA/AAAAPwAAoL/IqiAAAACAf8rySXEAAACA/////wIAAAD///9/';

const PYTHON = process.env.SEQUENCE_LAB_PYTHON ?? 'python3';
const hasReference = ((): boolean => {
  try {
    execFileSync(PYTHON, ['-c', 'import safetensors, numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const f32 = (name: string, shape: number[], data: number[]): NamedTensor => ({
  name,
  dtype: 'F32',
  shape,
  data: Float32Array.from(data),
});
const i32 = (name: string, shape: number[], data: number[]): NamedTensor => ({
  name,
  dtype: 'I32',
  shape,
  data: Int32Array.from(data),
});
const example = [
  f32('rnn.weight', [2, 2], [1, -0, Infinity, 1e-40]),
  i32('step', [], [-7]),
  f32('none', [0, 3], []),
  f32('b', [1], [NaN]),
];

/** A file with any header, true or false. */
function file(header: unknown, dataBytes: number, headerLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('safetensors', () => {
  it('gives back what was written', () => {
    const tensor = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      shape: fc.array(fc.nat(4), { maxLength: 4 }),
      float: fc.boolean(),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(tensor, { selector: (t) => t.name, maxLength: 6 }),
        fc.dictionary(fc.string(), fc.string()),
        (specs, metadata) => {
          const tensors = specs
            .filter(({ name }) => name !== '__metadata__')
            .map(({ name, shape, float, seed }) => {
              const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.imul(seed, i + 1));
              return float ? f32(name, shape, values) : i32(name, shape, values);
            });
          const bytes = encodeSafetensors(tensors, metadata);
          const shift = new Uint8Array(bytes.length + 3);
          shift.set(bytes, 3);
          for (const input of [bytes, shift.subarray(3)]) {
            const read = decodeSafetensors(input, 'x');
            expect([...read.tensors.values()]).toEqual(tensors);
            expect({ ...read.metadata }).toEqual({ ...metadata });
          }
        },
      ),
    );
  });

  it('aligns the tensors to eight bytes and copies only where alignment forces it', () => {
    const bytes = encodeSafetensors(example, { format: 'pt' });
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    expect(bytes.length).toBe(8 + headerLength + 4 * 6);
    expect(decodeSafetensors(bytes, 'x').tensors.get('b')?.data.buffer).toBe(bytes.buffer);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect([...decodeSafetensors(shared, 'x').tensors.values()]).toEqual(example);
  });

  it('comes in blocks that make the same file, with tensors that are only made when their turn comes', () => {
    const values = Float32Array.from({ length: 3 * 200_001 }, (_, k) => k / 7);
    const rows = (name: string): NamedTensor => ({
      ...({ name, dtype: 'F32', shape: [200_001, 3] } as const),
      *parts() {
        for (let from = 0; from < values.length; from += 3) yield values.subarray(from, from + 3);
      },
      get data(): Float32Array {
        throw new Error('All of it was asked for.');
      },
    });
    const whole = encodeSafetensors([...example, { ...f32('rows', [200_001, 3], []), data: values }], { a: 'b' });
    const blocks = [...safetensorsBlocks([...example, rows('rows')], { a: 'b' })].map((block) => block.length);
    expect(Math.max(...blocks)).toBe(2 ** 20);
    const pieces: Uint8Array[] = [];
    for (const block of safetensorsBlocks([...example, rows('rows')], { a: 'b' })) pieces.push(block.slice());
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    expect(Buffer.from(encodeSafetensors([...example, rows('rows')], { a: 'b' })).equals(whole)).toBe(true);
    const wrong: NamedTensor = { ...f32('rows', [2], []), parts: () => [Float32Array.of(1)] };
    expect(() => [...safetensorsBlocks([wrong], {})]).toThrow(RangeError);
  });

  it('reads what the reference implementation wrote', () => {
    const { tensors, metadata } = decodeSafetensors(Buffer.from(REFERENCE, 'base64'), 'x');
    expect(metadata).toEqual({ format: 'pt', note: 'größe' });
    expect(tensors.size).toBe(5);
    expect(tensors.get('rnn.weight_ih_l0')).toEqual(
      f32('rnn.weight_ih_l0', [2, 3], [0.5, -1.25, 3e-39, Infinity, 1e30, -0]),
    );
    expect(tensors.get('output.bias')).toEqual(f32('output.bias', [5], [0.1, 0.2, 0.3, 0.4, 0.5]));
    expect(tensors.get('step')).toEqual(i32('step', [], [2147483647]));
    expect(tensors.get('empty')).toEqual(f32('empty', [0, 3], []));
    expect(tensors.get('größe')).toEqual(i32('größe', [2], [-1, 2]));
  });

  it.skipIf(!hasReference)('is read by the reference implementation (Python with safetensors and numpy)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
    try {
      const path = join(folder, 'ours.safetensors');
      writeFileSync(
        path,
        encodeSafetensors(
          [f32('w', [2, 2], [1, 2.5, -3, 1e-40]), i32('größe', [3], [1, -2, 3]), f32('none', [0], [])],
          { kind: 'best' },
        ),
      );
      const script = join(__dirname, '../../reference/check-safetensors.py');
      const read = JSON.parse(execFileSync(PYTHON, [script, path], { encoding: 'utf8' })) as unknown;
      expect(read).toEqual({
        tensors: {
          w: { dtype: 'float32', shape: [2, 2], data: [1, 2.5, -3, Math.fround(1e-40)] },
          größe: { dtype: 'int32', shape: [3], data: [1, -2, 3] },
          none: { dtype: 'float32', shape: [0], data: [] },
        },
        metadata: { kind: 'best' },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const tensor = (dtype: unknown, shape: unknown, offsets: unknown): object => ({
    dtype,
    shape,
    data_offsets: offsets,
  });
  const good = encodeSafetensors(example, {});
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /has 0 bytes and is cut short/],
    ['seven bytes', good.subarray(0, 7), /has 7 bytes and is cut short/],
    ['a header longer than the file', file({}, 0, 100), /header should have 100 bytes, and the file has 10/],
    ['a header of 2^63 bytes', file({}, 0, Number.MAX_SAFE_INTEGER), /header should have 9007199254740991 bytes/],
    [
      'a header past the limit',
      file(`{${' '.repeat(16 * 1024 * 1024)}}`, 0),
      /header of 16777218 bytes is longer than 16777216/,
    ],
    ['a header that is no JSON', file('{"a":', 0), /header is not valid JSON/],
    ['a header that begins with a space', file(' {}', 0), /header is not a JSON object/],
    ['a header that is a list', file('[]', 0), /header is not a JSON object/],
    ['invalid UTF-8', file('{}', 0).map((byte, i) => (i === 8 ? 0xff : byte)), /header is not valid JSON/],
    ['a cut at the end', good.subarray(0, good.length - 1), /lies outside the file, which may be cut short/],
    ['bytes too many', file({ a: tensor('F32', [1], [0, 4]) }, 5), /1 bytes at its end belong to no tensor/],
    ['a gap', file({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [8, 12]) }, 12), /gap between its tensors/],
    ['an overlap', file({ a: tensor('F32', [2], [0, 8]), b: tensor('F32', [1], [4, 8]) }, 8), /tensors overlap/],
    ['one place for two', file({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [0, 4]) }, 4), /tensors overlap/],
    ['an end before its beginning', file({ a: tensor('F32', [1], [4, 0]) }, 4), /lies outside the file/],
    ['a negative offset', file({ a: tensor('F32', [1], [-4, 0]) }, 4), /no valid offsets/],
    ['a fraction', file({ a: tensor('F32', [1], [0, 4.5]) }, 5), /no valid offsets/],
    ['three offsets', file({ a: tensor('F32', [1], [0, 4, 4]) }, 4), /no valid offsets/],
    ['a wrong shape', file({ a: tensor('F32', [2], [0, 4]) }, 4), /has 4 bytes, and its shape needs 8/],
    [
      'a shape whose product overflows',
      file({ a: tensor('F32', [2 ** 31, 2 ** 31, 4], [0, 4]) }, 4),
      /impossible shape/,
    ],
    [
      'a shape whose product would wrap to fit',
      file({ a: tensor('F32', [2 ** 32, 2 ** 32], [0, 0]) }, 0),
      /impossible shape/,
    ],
    [
      'a shape past whole numbers',
      file('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,0]}}', 0),
      /no valid shape/,
    ],
    ['a negative shape', file({ a: tensor('F32', [-1, -1], [0, 4]) }, 4), /no valid shape/],
    ['a shape that is no list', file({ a: tensor('F32', 1, [0, 4]) }, 4), /no valid shape/],
    [
      'another type',
      file({ a: tensor('BF16', [2], [0, 4]) }, 4),
      /tensor "a" has the type "BF16", and only F32 and I32 can be read/,
    ],
    ['no type', file({ a: tensor(undefined, [1], [0, 4]) }, 4), /has the type undefined/],
    ['a tensor that is none', file({ a: 4 }, 0), /tensor "a" has no description/],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
      /has a name twice/,
    ],
    ['metadata that is no table', file({ __metadata__: { a: 1 } }, 0), /metadata is not a table of texts/],
    ['nesting without end', file(`{"a":${'['.repeat(200_000)}`, 0), /header is not valid JSON/],
  ])('refuses %s in one sentence', (_, bytes, reason) => {
    const read = (): unknown => decodeSafetensors(bytes, 'last.safetensors');
    expect(read).toThrow(UserError);
    expect(read).toThrow(reason);
    expect(read).toThrow(
      /^last\.safetensors is not a usable safetensors file \(.{1,200}\): use another checkpoint or train again\.$/,
    );
  });

  it('cuts long names short', () => {
    const bytes = file({ ['n'.repeat(10_000)]: 1 }, 0);
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(`${'n'.repeat(60)}…`);
  });

  it('does not write a tensor that contradicts itself', () => {
    const bad = [
      [f32('a', [3], [1])],
      [{ ...f32('a', [1], [1]), dtype: 'I32' as const }],
      [f32('a', [1], [1]), f32('a', [1], [1])],
      [f32('__metadata__', [1], [1])],
    ];
    for (const tensors of bad) expect(() => encodeSafetensors(tensors, {})).toThrow(RangeError);
  });
});
