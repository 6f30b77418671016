import { scoped } from '../../ops/scope';
import { lengthGroups } from '../../text/length-groups';
import type { EncodedSentence } from '../../text/tagged/vocabulary';
import { taggerBatch } from '../tagger/neural/tagger-batch';
import type { BidirectionalLanguageModel } from './bidirectional-language-model';

/** Tokens that are read at once, with padding. */
const SLICE = 2048;

/**
 * Vectors of every token in its sentence, a batch at each `next()`.
 *
 * @returns [sentence][layer][token]: layer 0 is made of the characters alone, so it is the same in every sentence; the
 *   others are the states of the forward and the backward model side by side (Peters et al., 2018)
 */
export function* contextualVectors(
  model: BidirectionalLanguageModel,
  sentences: readonly EncodedSentence[],
): Generator<void, Float32Array[][][]> {
  const vectors: Float32Array[][][] = [];
  for (const group of lengthGroups(
    sentences.map(({ words }) => words.length),
    SLICE,
  )) {
    const batch = taggerBatch(group.map((n) => sentences[n]));
    const layers = scoped(() =>
      model.layers(batch).map((layer) => ({ size: layer.shape[2], values: Float32Array.from(layer.dataSync()) })),
    );
    group.forEach((n, b) => {
      vectors[n] = layers.map(({ size, values }) =>
        Array.from({ length: batch.lengths[b] }, (_, t) => {
          const at = (t * batch.batch + b) * size;
          return values.slice(at, at + size);
        }),
      );
    });
    yield;
  }
  return vectors;
}
