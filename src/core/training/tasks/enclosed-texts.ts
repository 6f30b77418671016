import * as tf from '@tensorflow/tfjs-core';
import { argmax } from '../../generation/distribution';
import type { NextTokenModel } from '../../generation/next-token-model';
import { sampleTokens } from '../../generation/sample';
import { scoped } from '../../ops/scope';
import { softmaxCrossEntropy } from '../../ops/softmax-cross-entropy';
import type { Random } from '../../random';
import { batchOf, type SequenceBatch } from '../../text/sequence-batch';
import { countCodePoints } from '../../text/split';
import type { Tokenizer } from '../../text/tokenizer';
import type { Evaluation } from '../learner';

/** Scores of the next token at every step of some texts; a weight of 0 marks padding. */
export interface NextTokenScores {
  /** [(T − 1)·B, V] */
  logits: tf.Tensor2D;
  /** [(T − 1)·B] */
  targets: Int32Array;
  weights: Float32Array;
}

/** Texts that are measured in one slice. */
const SLICE = 64;

/** Ids of a text between <bos> and <eos>. */
export function enclosed(ids: Int32Array, { special }: Tokenizer): Int32Array {
  if (special.begin === undefined || special.end === undefined) throw new Error('The tokenizer lacks <bos> or <eos>.');
  return Int32Array.of(special.begin, ...ids, special.end);
}

/**
 * Reads the texts at `indices` side by side, each from its <bos>; padding comes after a text's end and changes nothing.
 * Run it in a tidy.
 * @param read scores [(T − 1)·B, V] after each of the inputs [(T − 1)·B]
 */
export function scoreEnclosed(
  items: Int32Array[],
  indices: ArrayLike<number>,
  read: (inputs: tf.Tensor1D) => tf.Tensor2D,
): NextTokenScores {
  const { inputs, targets, weights } = shifted(batchOf({ kind: 'ids', items }, indices));
  return { logits: read(tf.tensor1d(inputs, 'int32')), targets, weights };
}

/** Mean loss over all tokens that are no padding. */
export function enclosedLoss({ logits, targets, weights }: NextTokenScores, smoothing: number): tf.Scalar {
  return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.tensor1d(weights), { smoothing });
}

/**
 * Figures on texts that stand by themselves, a slice at each `next()`: each token is predicted, and each end.
 * @param read scores of the texts at some indices; runs in a tidy
 */
export function* evaluateEnclosed(
  count: number,
  read: (indices: Int32Array) => NextTokenScores,
): Generator<void, Evaluation & { accuracy: number }> {
  let [loss, right, tokens] = [0, 0, 0];
  for (let from = 0; from < count; from += SLICE) {
    const indices = Int32Array.from({ length: Math.min(SLICE, count - from) }, (_, k) => from + k);
    scoped(() => {
      const scores = read(indices);
      const { logits, targets, weights } = scores;
      const own = weights.reduce((sum, weight) => sum + weight, 0);
      loss += enclosedLoss(scores, 0).dataSync()[0] * own;
      tokens += own;
      const values = logits.dataSync<'float32'>();
      const [, classes] = logits.shape;
      weights.forEach((weight, row) => {
        if (weight > 0 && argmax(values, row * classes, classes) === targets[row]) right++;
      });
    });
    yield;
  }
  return { loss: loss / tokens, accuracy: right / tokens, tokens };
}

/**
 * Writes a text up to <eos>, piece by piece.
 * @param start what is read before the first token
 */
export function* writeEnclosed(
  model: NextTokenModel,
  start: Int32Array,
  tokenizer: Tokenizer,
  options: { length: number; temperature: number; random: Random },
): Generator<string, void> {
  const { end, begin, pad, unknown } = tokenizer.special;
  const forbidden = [begin, pad, unknown].filter((id) => id !== undefined);
  const ids: number[] = [];
  let told = 0;
  for (const { id } of sampleTokens(model, start, { ...options, forbidden })) {
    if (id === end) return;
    ids.push(id);
    const text = tokenizer.decode(ids);
    yield text.slice(told);
    told = text.length;
  }
}

/**
 * Characters that texts and their ends stand for, an end being one as a line's is; of what was cut off none. It is what
 * bits per character are counted by.
 * @param ids of each text, at most `maxLength`
 */
export function charactersOf(texts: string[], ids: Int32Array[], tokenizer: Tokenizer, maxLength: number): number {
  return texts.reduce((sum, text, n) => {
    const read = ids[n].length < maxLength ? text : tokenizer.decode(ids[n]);
    return sum + countCodePoints(read) + 1;
  }, 0);
}

/** Inputs (all but the last token), targets (all but the first) and 1 where there is a target: each [(T − 1)·B]. */
function shifted({ ids, time, batch, lengths }: SequenceBatch) {
  const all = ids ?? new Int32Array(time * batch);
  const weights = new Float32Array((time - 1) * batch);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length - 1; t++) weights[t * batch + b] = 1;
  });
  return { inputs: all.slice(0, (time - 1) * batch), targets: all.slice(batch), weights };
}
