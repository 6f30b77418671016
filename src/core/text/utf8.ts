import { UserError } from '../errors';

/** Bytes at the start of a file that are looked at to tell text from binary. */
const INSPECTED = 65_536;
/** More control characters than this share of the inspected bytes make a file binary. */
const CONTROL_SHARE = 0.1;

/**
 * Streaming UTF-8 reader: bytes in chunks of any size go in, text comes out, and sequences may be split over chunk
 * borders. A byte order mark comes out as U+FEFF. `push` and `end` throw UserError, naming the label and the byte
 * offset, when the bytes are not UTF-8 (RFC 3629), and when the file is binary: a zero byte, or more than 10 % control
 * characters other than tab, line feed, form feed and carriage return, in its first 64 KB.
 */
export class Utf8Reader {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Bytes of earlier chunks. */
  private consumed = 0;
  /** The unfinished sequence at the end of the earlier chunks, 0 to 3 bytes; the decoder holds the same. */
  private pending = new Uint8Array(0);
  /** A first chunk of one byte, kept back because the first two bytes together tell UTF-16. */
  private lone: Uint8Array | undefined;
  private controls = 0;

  /** @param label what a person calls the file. */
  constructor(private readonly label: string) {}

  /** Bytes read so far. */
  get bytes(): number {
    return this.consumed;
  }

  /** Text of the sequences that are complete. Throws UserError. */
  push(bytes: Uint8Array): string {
    if (bytes.length === 0) return '';
    if (this.lone !== undefined) {
      const joined = join(this.lone, bytes);
      this.lone = undefined;
      return this.decode(joined);
    }
    if (this.consumed > 0 || bytes.length > 1) return this.decode(bytes);
    this.lone = bytes.slice();
    return '';
  }

  /** To be called once after the last chunk. Throws UserError when a sequence is unfinished. */
  end(): string {
    const last = this.lone === undefined ? '' : this.decode(this.lone);
    this.lone = undefined;
    if (this.consumed < INSPECTED) this.refuseControls(this.consumed);
    if (this.pending.length > 0) {
      const offset = this.consumed - this.pending.length;
      throw new UserError(
        `${this.label} ends in the middle of a UTF-8 character (at byte offset ${offset}): the file may be cut short; save it again as UTF-8.`,
      );
    }
    return last + this.decoder.decode();
  }

  private decode(bytes: Uint8Array): string {
    this.inspect(bytes);
    let text: string;
    try {
      text = this.decoder.decode(bytes, { stream: true });
    } catch {
      throw this.invalid(bytes);
    }
    this.pending = unfinished(join(this.pending, bytes.subarray(Math.max(0, bytes.length - 3))));
    this.consumed += bytes.length;
    return text;
  }

  /** Looks for signs of a binary file in the part of `bytes` that lies in the first 64 KB. */
  private inspect(bytes: Uint8Array): void {
    if (this.consumed >= INSPECTED) return;
    if (this.consumed === 0 && (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))) {
      throw new UserError(`${this.label} is UTF-16 text, and only UTF-8 can be read: save it as UTF-8 and try again.`);
    }
    const count = Math.min(bytes.length, INSPECTED - this.consumed);
    for (let i = 0; i < count; i++) {
      const byte = bytes[i];
      if (byte === 0) throw this.binary(`a zero byte at offset ${this.consumed + i}`);
      if (isControl(byte)) this.controls++;
    }
    if (this.consumed + count === INSPECTED) this.refuseControls(INSPECTED);
  }

  /** @param looked bytes among which `controls` were counted */
  private refuseControls(looked: number): void {
    if (this.controls <= CONTROL_SHARE * looked) return;
    const share = Math.round((100 * this.controls) / looked);
    throw this.binary(`${share} % of its first ${looked} bytes are control characters`);
  }

  private binary(sign: string): UserError {
    return new UserError(`${this.label} is not a text file (${sign}): open a text and train on that.`);
  }

  /** The error for a chunk that the decoder refused. */
  private invalid(bytes: Uint8Array): UserError {
    this.refuseControls(Math.min(this.consumed + bytes.length, INSPECTED));
    const joined = join(this.pending, bytes);
    const index = firstInvalid(joined);
    const byte = joined[index].toString(16).toUpperCase().padStart(2, '0');
    const offset = this.consumed - this.pending.length + index;
    return new UserError(
      `${this.label} is not valid UTF-8 (byte 0x${byte} at offset ${offset}): save it as UTF-8 and try again.`,
    );
  }
}

function startsWith(bytes: Uint8Array, first: number, second: number): boolean {
  return bytes[0] === first && bytes[1] === second;
}

function isControl(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d);
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

/** Length in bytes of the sequence that a lead byte opens, 0 for a byte that opens none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** The unfinished sequence at the end of valid UTF-8, possibly empty. */
function unfinished(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    return sequenceLength(byte) > back ? bytes.slice(bytes.length - back) : new Uint8Array(0);
  }
  return new Uint8Array(0);
}

/** Index of the lead byte of the first sequence that cannot be UTF-8; the caller knows that there is one. */
function firstInvalid(bytes: Uint8Array): number {
  let i = 0;
  while (i < bytes.length) {
    const length = sequenceLength(bytes[i]);
    if (length === 0) return i;
    for (let k = 1; k < length && i + k < bytes.length; k++) {
      const [low, high] = k === 1 ? secondByteRange(bytes[i]) : [0x80, 0xbf];
      if (bytes[i + k] < low || bytes[i + k] > high) return i;
    }
    i += length;
  }
  return Math.max(0, bytes.length - 1);
}

/** Narrower ranges keep out overlong forms, surrogates and code points past U+10FFFF. */
function secondByteRange(lead: number): [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** Bytes of well-formed text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // The two halves of a pair are four bytes together, all else from U+0800 on is three.
    bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes;
}
