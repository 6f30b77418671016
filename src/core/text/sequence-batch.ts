import type { EncodedSentence } from './tagged/vocabulary';

/**
 * Examples of one data set: token ids, maybe with the same tokens as a biLM spells them, or feature vectors of one size
 * ([T·F], step after step).
 */
export type Sequences =
  | { kind: 'ids'; items: Int32Array[]; contexts?: EncodedSentence[] }
  | { kind: 'vectors'; size: number; items: Float32Array[] };

/** Sequences side by side, time-major: step t of sequence b at t·B + b. What lies past a sequence's length is padding. */
export interface SequenceBatch {
  /** T, the longest length, 1 at least. */
  time: number;
  /** B */
  batch: number;
  /** [B] */
  lengths: Int32Array;
  /** [T·B]; padding is 0. */
  ids?: Int32Array;
  /** [T·B·F]; padding is 0. */
  values?: Float32Array;
  /** The tokens as a biLM spells them, where a model reads one. */
  contexts?: EncodedSentence[];
}

/** Steps of each sequence. */
export function lengthsOf(sequences: Sequences): Int32Array {
  const width = widthOf(sequences);
  return Int32Array.from({ length: sequences.items.length }, (_, n) => sequences.items[n].length / width);
}

/** Pads the sequences at `indices` to the longest of them. */
export function batchOf(sequences: Sequences, indices: ArrayLike<number>): SequenceBatch {
  const batch = indices.length;
  const width = widthOf(sequences);
  const lengths = Int32Array.from(indices, (index) => sequences.items[index].length / width);
  const time = lengths.reduce((longest, length) => Math.max(longest, length), 1);
  const size = time * batch * width;
  const padded = sequences.kind === 'ids' ? { ids: new Int32Array(size) } : { values: new Float32Array(size) };
  const target = padded.ids ?? padded.values;
  for (let b = 0; b < batch; b++) {
    const item = sequences.items[indices[b]];
    for (let t = 0; t < lengths[b]; t++) {
      const to = (t * batch + b) * width;
      for (let f = 0; f < width; f++) target[to + f] = item[t * width + f];
    }
  }
  const all = sequences.kind === 'ids' ? sequences.contexts : undefined;
  const contexts = all && Array.from(indices, (index) => all[index]);
  return { time, batch, lengths, ...padded, ...(contexts && { contexts }) };
}

/** One example as a data set of its own. */
export function onlyOne(sequences: Sequences, index: number): Sequences {
  if (sequences.kind === 'vectors') return { ...sequences, items: [sequences.items[index]] };
  const { items, contexts } = sequences;
  return { kind: 'ids', items: [items[index]], ...(contexts && { contexts: [contexts[index]] }) };
}

function widthOf(sequences: Sequences): number {
  return sequences.kind === 'ids' ? 1 : sequences.size;
}
