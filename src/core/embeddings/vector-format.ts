import { UserError } from '../errors';
import { BinaryVectorReader } from './binary-reader';
import { FastTextReader } from './fasttext-reader';
import { TextVectorReader } from './text-reader';
import type { ReadingOptions, VectorReader } from './vector-table';
import type { WordVectors } from './word-vectors';

/** The formats that can be written. */
export const VECTOR_FORMATS = ['text', 'binary'] as const;
export type VectorFormat = (typeof VECTOR_FORMATS)[number];

/** First four bytes of fastText's own .bin files: MAGIC, little-endian. */
const FASTTEXT = [0xba, 0x16, 0x4f, 0x2f];
/** Floats of a block that is written at once. */
const BLOCK = 1 << 16;

/**
 * A reader for the file that begins with `head` (some kilobytes). A first line of two numbers with a vector behind it
 * that is not written in digits means word2vec's binary format, all else text.
 */
export function readerFor(head: Uint8Array, options: ReadingOptions): VectorReader {
  if (FASTTEXT.every((byte, k) => head[k] === byte)) return new FastTextReader(options);
  const start = String.fromCharCode(...head.subarray(0, 8192));
  const match = /^\d+ \d+[ \t\r]*\n\n?([^ \n]+) ([^]*)$/.exec(start);
  const isBinary = match !== null && !/^[-+.0-9eE]+([ \t\r\n]|$)/.test(match[2]);
  return isBinary ? new BinaryVectorReader(options) : new TextVectorReader(options);
}

/** The file's bytes, piece by piece, in word2vec's text or binary format. Throws UserError when a word does not fit. */
export function* writeVectors({ words, size, values }: WordVectors, format: VectorFormat): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const word of words) refuseBlank(word);
  yield encoder.encode(`${words.length} ${size}\n`);
  const step = Math.max(1, Math.floor(BLOCK / size));
  for (let first = 0; first < words.length; first += step) {
    const some = words.slice(first, first + step);
    const row = (k: number) => values.subarray((first + k) * size, (first + k + 1) * size);
    if (format === 'text') yield encoder.encode(some.map((word, k) => `${word} ${digitsOf(row(k))}\n`).join(''));
    else
      yield joined(some.flatMap((word, k) => [encoder.encode(`${word} `), littleEndian(row(k)), encoder.encode('\n')]));
  }
}

function refuseBlank(word: string): void {
  if (word !== '' && !/[ \t\n\r]/.test(word)) return;
  throw new UserError(
    `The word ${JSON.stringify(word)} has a blank, which word2vec's formats cannot hold: take fewer words with --words, or rename it.`,
  );
}

/** The shortest of 7 to 9 digits that give each number back exactly. */
function digitsOf(row: Float32Array): string {
  const texts = new Array<string>(row.length);
  for (let k = 0; k < row.length; k++) {
    let digits = 7;
    let value = Number(row[k].toPrecision(digits));
    while (digits < 9 && Math.fround(value) !== row[k]) value = Number(row[k].toPrecision(++digits));
    texts[k] = String(value);
  }
  return texts.join(' ');
}

function littleEndian(row: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(row.length * 4));
  row.forEach((value, k) => view.setFloat32(k * 4, value, true));
  return new Uint8Array(view.buffer);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
