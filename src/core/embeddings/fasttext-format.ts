import type { LearningOptions } from './learner';
import type { SubwordOptions, SubwordTable } from './subwords';

/** First number of fastText's .bin files, and the version that is written. */
export const MAGIC = 793712314;
export const VERSION = 12;
/** Kinds of models and of losses, as fastText numbers them. */
const MODELS = { cbow: 1, skipgram: 2 } as const;
const [HIERARCHICAL, NEGATIVE] = [1, 2];
/** fastText's default for how often threads tell each other how far they are; it is in the file, we have no such thing. */
const UPDATE_RATE = 100;
/** Bytes of a block that is written at once. */
const BLOCK = 1 << 18;

/** All that fastText's .bin file holds. */
export interface FastTextModel {
  words: readonly string[];
  counts: readonly number[];
  /** Words of the text that have a vector. */
  known: number;
  options: LearningOptions & SubwordOptions & { epochs: number; minCount: number };
  /** Row of a word's own input vector, [E], without its n-grams. */
  own: (word: number) => Float32Array;
  subwords: SubwordTable;
  /** Row of a word's (negative sampling) or of an inner node's (hierarchical softmax) output vector. */
  output: (row: number) => Float32Array;
}

/** Collects little-endian numbers and hands them out in blocks. */
class Writer {
  private readonly bytes = new Uint8Array(BLOCK);
  private readonly view = new DataView(this.bytes.buffer);
  private at = 0;

  /** Whether a value more may be put; else `take` first. */
  hasRoom(bytes: number): boolean {
    return this.at + bytes <= BLOCK;
  }
  int32(value: number): void {
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }
  int64(value: number): void {
    this.view.setBigInt64(this.at, BigInt(value), true);
    this.at += 8;
  }
  float64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }
  float32s(values: Float32Array, sign: number): void {
    for (const value of values) {
      this.view.setFloat32(this.at, sign * value, true);
      this.at += 4;
    }
  }
  byte(value: number): void {
    this.bytes[this.at++] = value;
  }
  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    return taken;
  }
}

/**
 * The bytes of a model in fastText's binary format (version 12, not quantised), block by block: magic, version, options,
 * words with counts, input matrix [V + buckets, E], output matrix [V, E]. Buckets that no word of the text uses are zeros.
 */
export function* writeFastText(model: FastTextModel): Generator<Uint8Array> {
  const { words, options, subwords } = model;
  const buckets = options.maxGram === 0 ? 0 : options.buckets;
  const writer = new Writer();
  writeHead(writer, model, buckets);
  yield* writeDictionary(writer, model);
  const nothing = new Float32Array(options.dimension);
  const input = (row: number) => (row < words.length ? model.own(row) : (subwords.row(row - words.length) ?? nothing));
  yield* writeMatrix(writer, words.length + buckets, options.dimension, input, 1);
  // The library's codes of the tree are the other way round: its score of a node is minus ours.
  yield* writeMatrix(writer, words.length, options.dimension, model.output, options.negative === 0 ? -1 : 1);
  yield writer.take();
}

function writeHead(writer: Writer, { options }: FastTextModel, buckets: number): void {
  const { dimension, window, epochs, minCount, negative, model, minGram, maxGram, sample } = options;
  const loss = negative === 0 ? HIERARCHICAL : NEGATIVE;
  writer.int32(MAGIC);
  writer.int32(VERSION);
  const wordNgrams = 1;
  for (const value of [dimension, window, epochs, minCount, negative, wordNgrams, loss, MODELS[model], buckets])
    writer.int32(value);
  for (const value of [minGram, maxGram, UPDATE_RATE]) writer.int32(value);
  writer.float64(sample);
}

function* writeDictionary(writer: Writer, { words, counts, known }: FastTextModel): Generator<Uint8Array> {
  const labels = 0;
  for (const value of [words.length, words.length, labels]) writer.int32(value);
  writer.int64(known);
  writer.int64(-1); // words that pruning left: none was done
  const encoder = new TextEncoder();
  for (let id = 0; id < words.length; id++) {
    const bytes = encoder.encode(words[id]);
    if (!writer.hasRoom(bytes.length + 10)) yield writer.take();
    writer.raw(bytes);
    writer.byte(0);
    writer.int64(counts[id]);
    writer.byte(0); // a word and no label
  }
}

function* writeMatrix(
  writer: Writer,
  rows: number,
  size: number,
  row: (row: number) => Float32Array,
  sign: number,
): Generator<Uint8Array> {
  if (!writer.hasRoom(17)) yield writer.take();
  writer.byte(0); // not quantised
  writer.int64(rows);
  writer.int64(size);
  for (let r = 0; r < rows; r++) {
    if (!writer.hasRoom(size * 4)) yield writer.take();
    writer.float32s(row(r), sign);
  }
}
