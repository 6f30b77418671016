import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { Utf8Reader } from '../../../src/core/text/utf8';

/** Reads `bytes` in chunks of the given sizes (the last size repeats). */
function read(bytes: Uint8Array, sizes: number[] = [bytes.length || 1]): string {
  const reader = new Utf8Reader('notes.txt');
  let text = '';
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)];
    text += reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return text + reader.end();
}

function message(bytes: number[] | Uint8Array, sizes?: number[]): string {
  try {
    read(Uint8Array.from(bytes), sizes);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  return 'no error';
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

describe('Utf8Reader', () => {
  it('gives the text back however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), sizes, (raw, cut) => {
        // eslint-disable-next-line no-control-regex
        const text = Buffer.from(raw.replace(/[\u0000-\u001f\u007f]/g, 'x')).toString();
        expect(read(new TextEncoder().encode(text), cut)).toBe(text);
      }),
    );
  });

  it('refuses what the platform refuses, at the same place however it is cut', () => {
    const dirty = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xc0, 0xe0, 0xed, 0xef, 0xa0, 0xf0, 0xf4, 0x90, 0xf5, 0xff, 0xfe),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(dirty, sizes, (bytes, cut) => {
        const data = Uint8Array.from(bytes);
        let valid = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(data);
        } catch {
          valid = false;
        }
        const whole = message(data);
        expect(whole === 'no error').toBe(valid);
        expect(message(data, cut)).toBe(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('names the byte offset of invalid UTF-8', () => {
    const expected = 'notes.txt is not valid UTF-8 (byte 0xFF at offset 5): save it as UTF-8 and try again.';
    const bytes = [0x61, 0xe2, 0x82, 0xac, 0x62, 0xff, 0x63];
    for (const cut of [[7], [1], [2], [3], [5], [6]]) expect(message(bytes, cut)).toBe(expected);
    expect(message([0x61, 0xe2, 0x82, 0x61])).toContain('byte 0xE2 at offset 1');
    expect(message([0xed, 0xa0, 0x80])).toContain('byte 0xED at offset 0');
    expect(message([0x61, 0xe2, 0x82], [2])).toBe(
      'notes.txt ends in the middle of a UTF-8 character (at byte offset 1): the file may be cut short; save it again as UTF-8.',
    );
  });

  it('tells binary files from text', () => {
    const zero = [...new TextEncoder().encode('twelve bytes'), 0, 1];
    for (const cut of [[14], [1], [12], [13]]) {
      expect(message(zero, cut)).toBe(
        'notes.txt is not a text file (a zero byte at offset 12): open a text and train on that.',
      );
    }
    expect(message([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])).toContain('57 % of its first 7 bytes are control characters');
    expect(message([1, 2, 3, 0xff])).toContain('not a text file');
    const log = new TextEncoder().encode(`\u001b[32m${'all the lines are green '.repeat(9)}\u001b[0m\t\r\n\f`);
    expect(read(log)).toContain('green');
  });

  it('looks at the first 64 KB only', () => {
    const long = new Uint8Array(70_000).fill(0x61);
    long[66_000] = 0;
    expect(read(long, [1000])).toHaveLength(70_000);
    const early = long.slice();
    early[65_535] = 0;
    expect(message(early, [999])).toContain('a zero byte at offset 65535');
    const controls = new Uint8Array(70_000).fill(0x61);
    controls.fill(1, 0, 7000);
    expect(message(controls, [5000])).toContain('11 % of its first 65536 bytes');
  });

  it('names UTF-16', () => {
    for (const bytes of [
      [0xff, 0xfe, 0x61, 0],
      [0xfe, 0xff, 0, 0x61],
    ]) {
      for (const cut of [[4], [1]]) expect(message(bytes, cut)).toContain('UTF-16');
    }
  });

  it('counts bytes, reads nothing from nothing, and keeps the byte order mark for the normaliser', () => {
    const reader = new Utf8Reader('x');
    expect(reader.push(new Uint8Array(0))).toBe('');
    expect(reader.push(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61])) + reader.end()).toBe('\uFEFFa');
    expect(reader.bytes).toBe(4);
    expect(read(new Uint8Array(0))).toBe('');
  });
});
