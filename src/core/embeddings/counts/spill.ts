/** A temporary file that grows at its end and is read anywhere. The host makes it; `close` also removes it. */
export interface SpillFile {
  append(bytes: Uint8Array): void;
  /** Fills `into` from byte `at` on; all of it must have been written. */
  read(at: number, into: Uint8Array): void;
  close(): void;
}
export type SpillStore = () => SpillFile;

/**
 * Pairs of words with their counts, each pair once: first is not above second. The count of two different words is that of
 * one direction, since both are the same; of a word with itself it is all.
 */
export interface CoOccurrences {
  first: Int32Array;
  second: Int32Array;
  /** Above 0. */
  counts: Float32Array;
}

const RECORD = 12;
/** Records that are collected before they are written. */
const BUFFERED = 8192;

/** Pairs of words in a temporary file: three little blocks of numbers for every `BUFFERED` of them or fewer. */
export class PairWriter {
  private readonly bytes: Uint8Array;
  private readonly records: Int32Array;
  private readonly counts: Float32Array;
  private used = 0;
  /** Pairs so far. */
  length = 0;

  constructor(
    readonly file: SpillFile,
    private readonly buffered = BUFFERED,
  ) {
    this.bytes = new Uint8Array(buffered * RECORD);
    this.records = new Int32Array(this.bytes.buffer);
    this.counts = new Float32Array(this.bytes.buffer);
  }

  add(first: number, second: number, count: number): void {
    const at = this.used * 3;
    this.records[at] = first;
    this.records[at + 1] = second;
    this.counts[at + 2] = count;
    this.length++;
    if (++this.used === this.buffered) this.flush();
  }

  /** What was written, to be read; nothing may be added afterwards. */
  finish(): PairFile {
    this.flush();
    return new PairFile(this.file, this.length);
  }

  private flush(): void {
    this.file.append(this.bytes.subarray(0, this.used * RECORD));
    this.used = 0;
  }
}

/** Pairs of words in a temporary file. */
export class PairFile {
  constructor(
    private readonly file: SpillFile,
    readonly length: number,
  ) {}

  /** `count` pairs from the pair `from` on, or fewer at the end. */
  read(from: number, count: number): CoOccurrences {
    const size = Math.max(0, Math.min(count, this.length - from));
    const bytes = new Uint8Array(size * RECORD);
    this.file.read(from * RECORD, bytes);
    const records = new Int32Array(bytes.buffer);
    const values = new Float32Array(bytes.buffer);
    const [first, second, counts] = [new Int32Array(size), new Int32Array(size), new Float32Array(size)];
    for (let k = 0; k < size; k++) {
      first[k] = records[3 * k];
      second[k] = records[3 * k + 1];
      counts[k] = values[3 * k + 2];
    }
    return { first, second, counts };
  }

  close(): void {
    this.file.close();
  }
}
