import { UserError } from '../errors';
import { fillColumn, type Batches, type StreamBatch } from './batches';
import { TextNormaliser } from './normalise';
import { TokenStream, type Place } from './token-stream';
import type { Tokenizer } from './tokenizer';
import { utf8Length } from './utf8';

/** A file that is read where it is asked for. */
export interface ByteSource {
  /** What people call it. */
  readonly label: string;
  /** Bytes. */
  readonly size: number;
  /** `count` bytes from `from` on, fewer at the end; valid until the next call. */
  read(from: number, count: number): Uint8Array;
}

/** Bytes at the beginning of a large file that a vocabulary is learned from; what only comes later is unknown. */
export const VOCABULARY_BYTES = 32 * 2 ** 20;
/** Bytes that a stream encodes at once. */
const BLOCK = 65_536;
/** Places in the file that are looked at to guess how many tokens it has. */
const PROBES = 16;

export interface ByteStreamOptions {
  batch: number;
  length: number;
  /** Tokens between two steps, 1 to `length`; `length` when left out. */
  stride?: number;
  /** The part of the file to read, in bytes; all of it when left out. Its borders may fall inside characters. */
  from?: number;
  to?: number;
  /** Bytes that a stream encodes at once, for tests. */
  block?: number;
}

/**
 * The steps of `StreamBatches` over a UTF-8 file that is too large for memory. The file is cut by bytes into `batch`
 * streams of equal size, each begins at the next border of tokens, and reads and encodes its part block by block as the
 * steps need it. How many tokens there are is only known afterwards, so a pass has as many steps as a few probes of the
 * file promise; a stream that comes to its end before goes on with what follows (after the end of the part, from its
 * beginning). A pass is thus a pass up to some per cent.
 *
 * Memory: for each stream one block of 64 KB, at most 65,536 tokens of 4 bytes of it, and one window, about 0.5 MB in
 * all: 16 MB for a batch of 32, whatever the size of the file.
 *
 * Each step follows from the file, the options and its number; one out of order is found by encoding the pass from its
 * beginning, or from the place that `position` gave.
 */
export class ByteStreamBatches implements Batches {
  readonly batch: number;
  readonly length: number;
  readonly stride: number;
  readonly stepsPerEpoch: number;
  readonly tokensPerStep: number;
  private readonly block: number;
  private readonly from: number;
  private readonly to: number;
  private streams: TokenStream[] = [];
  /** The step that the streams stand at. */
  private next = -1;
  private last: { step: number; batch: StreamBatch } | undefined;

  /** Throws UserError when the part has too little text for one step, or is not UTF-8 where it is probed. */
  constructor(
    private readonly source: ByteSource,
    private readonly tokenizer: Tokenizer,
    options: ByteStreamOptions,
  ) {
    this.batch = options.batch;
    this.length = options.length;
    this.stride = Math.min(options.stride ?? options.length, options.length);
    this.tokensPerStep = this.batch * this.length;
    this.block = Math.max(8, options.block ?? BLOCK);
    this.from = characterStart(source, options.from ?? 0);
    this.to = characterStart(source, options.to ?? source.size);
    const predictions = Math.floor(this.guessTokens() / this.batch) - 1;
    this.stepsPerEpoch = Math.floor((predictions - this.length) / this.stride) + 1;
    if (this.stepsPerEpoch < 1) {
      throw new UserError(
        `${source.label} is too short for one step of training.batch ${this.batch} and training.length ${this.length}: lower one of them or use a longer text.`,
      );
    }
  }

  at(step: number): StreamBatch {
    if (this.last?.step !== step) this.last = { step, batch: this.read(step) };
    return this.last.batch;
  }

  private read(step: number): StreamBatch {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const within = step - epoch * this.stepsPerEpoch;
    if (within === 0) this.start();
    else if (step !== this.next) this.walk(step, within);
    const { batch, tokensPerStep } = this;
    const result = {
      inputs: new Int32Array(tokensPerStep),
      targets: new Int32Array(tokensPerStep),
      first: within === 0,
    };
    this.streams.forEach((stream, b) => {
      fillColumn(result, stream.peek(this.length + 1), b, batch);
      stream.skip(this.stride);
    });
    this.next = step + 1;
    return result;
  }

  /** Where the streams stand, for a checkpoint: the step that comes next, then two numbers a stream. */
  position(): number[] {
    return [this.next, ...this.streams.flatMap((stream) => [stream.place.offset, stream.place.skip])];
  }

  /** Goes to a `position`. Throws UserError when it does not fit the file and the batch. */
  seek(position: number[]): void {
    const [step, ...places] = position;
    const valid =
      position.every((number) => Number.isSafeInteger(number) && number >= 0) &&
      places.length === 2 * this.batch &&
      places.every((number, at) => (at % 2 === 0 ? number >= this.from && number < this.to : number <= this.block));
    if (!valid) throw new UserError('The saved place in the text is damaged: train again from the start.');
    this.streams = Array.from({ length: this.batch }, (_, b) =>
      this.stream({ offset: places[2 * b], skip: places[2 * b + 1] }),
    );
    this.next = step;
    this.last = undefined;
  }

  private start(): void {
    this.streams = Array.from({ length: this.batch }, (_, b) => {
      const share = Math.floor(((this.to - this.from) / this.batch) * b);
      return this.stream({ offset: this.borderAfter(this.from + share), skip: 0 });
    });
  }

  private walk(step: number, within: number): void {
    this.start();
    for (const stream of this.streams) stream.skip(within * this.stride);
    this.next = step;
  }

  private stream(place: Place): TokenStream {
    return new TokenStream((offset) => this.encodeBlock(offset), place, [this.from, this.to]);
  }

  /** Tokens of the block at `offset`, which ends at the last border in it, and where the next block begins. */
  private encodeBlock(offset: number): { ids: Int32Array; next: number } {
    const text = this.textAt(offset);
    let end = text.length;
    if (offset + this.block < this.to) {
      for (end = text.length - 1; end > 0 && !this.isBorder(text, end); end--);
      if (end === 0) end = text.length;
    }
    const raw = text.slice(0, end);
    const next = end === text.length && offset + this.block >= this.to ? this.to : offset + utf8Length(raw);
    return { ids: this.tokenizer.encode(normalised(raw, offset)), next };
  }

  /** A line end of two characters is one after normalising. */
  private isBorder(text: string, at: number): boolean {
    return this.tokenizer.isBorder(text, at) && !(text[at] === '\n' && text[at - 1] === '\r');
  }

  /** The whole characters in the block at `offset`, where one begins. */
  private textAt(offset: number): string {
    const bytes = this.source.read(offset, Math.min(this.block, this.to - offset));
    const end = offset + bytes.length < this.to ? wholeEnd(bytes) : bytes.length;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
    } catch {
      throw new UserError(
        `${this.source.label} is not valid UTF-8 (near byte ${offset}): save it as UTF-8 and try again.`,
      );
    }
  }

  /** The first border of tokens from a byte on, so that a stream does not begin inside a word. */
  private borderAfter(byte: number): number {
    const offset = characterStart(this.source, byte);
    if (offset <= this.from || offset >= this.to) return this.from;
    const text = this.textAt(offset);
    let at = 1;
    while (at < text.length && !this.isBorder(text, at)) at++;
    return at < text.length ? offset + utf8Length(text.slice(0, at)) : offset;
  }

  private guessTokens(): number {
    const bytes = this.to - this.from;
    let seen = 0;
    let tokens = 0;
    if (bytes <= 0) return 0;
    const probes = Math.min(PROBES, Math.ceil(bytes / this.block));
    for (let probe = 0; probe < probes; probe++) {
      const offset = this.borderAfter(this.from + Math.floor((bytes / probes) * probe));
      const { ids, next } = this.encodeBlock(offset);
      seen += next - offset;
      tokens += ids.length;
    }
    return Math.floor((tokens / Math.max(1, seen)) * bytes);
  }
}

/** A byte order mark is one only at the beginning of the file. */
function normalised(text: string, offset: number): string {
  const normaliser = new TextNormaliser();
  if (offset > 0) normaliser.push('\n');
  return normaliser.push(text) + normaliser.end();
}

function isStart(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] & 0xc0) !== 0x80;
}

/** The end of the last whole character of bytes that may be cut inside one. */
function wholeEnd(bytes: Uint8Array): number {
  let last = bytes.length - 1;
  while (last > 0 && !isStart(bytes, last)) last--;
  const lead = bytes[last];
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return last + length <= bytes.length ? bytes.length : last;
}

/** The first place from `offset` on where a character begins. */
function characterStart(source: ByteSource, offset: number): number {
  const place = Math.min(Math.max(0, Math.floor(offset)), source.size);
  const bytes = source.read(place, Math.min(4, source.size - place));
  let skipped = 0;
  while (skipped < Math.min(3, bytes.length) && !isStart(bytes, skipped)) skipped++;
  return place + skipped;
}
