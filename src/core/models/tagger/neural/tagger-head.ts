import * as tf from '@tensorflow/tfjs-core';
import { matrix, uniform, vector, type Matrix, type NamedVariable, type Vector } from '../../../layers/parameters';
import { crfDecode, crfLogLikelihood, crfMarginals, type AllowedTransitions } from '../../../ops/crf';
import { softmaxCrossEntropy } from '../../../ops/softmax-cross-entropy';
import type { Random } from '../../../random';
import type { AllowedTags, TagScheme } from './tag-scheme';
import type { TagTargets } from './tagger-batch';

/** How tags are chosen from scores [B, T, K]. Everything runs in a tidy. */
export interface TaggerHead {
  readonly parameters: NamedVariable[];
  /** Mean over the tokens that count, in nats; 0 where none does. */
  loss(scores: tf.Tensor3D, lengths: Int32Array, targets: TagTargets, options?: LossOptions): tf.Scalar;
  /** The best tags and the probability of each tag of each token; what stands past the lengths means nothing. */
  choose(scores: tf.Tensor3D, lengths: Int32Array): { tags: tf.Tensor2D; probabilities: tf.Tensor3D };
}

/** Only where each tag is chosen by itself. */
export interface LossOptions {
  smoothing?: number;
  /** [K] */
  classWeights?: Float32Array;
}

/** Each tag by itself: softmax of its scores. */
export const softmaxHead: TaggerHead = {
  parameters: [],
  loss(scores, _, { ids, counted }, { smoothing, classWeights } = {}) {
    const rows: tf.Tensor2D = tf.reshape(scores, [-1, scores.shape[2]]);
    return softmaxCrossEntropy(rows, tf.tensor1d(ids, 'int32'), tf.tensor1d(counted), {
      smoothing,
      classWeights: classWeights && tf.tensor1d(classWeights),
    });
  },
  choose: (scores) => ({ tags: tf.argMax(scores, 2), probabilities: tf.softmax(scores) }),
};

/**
 * The best sequence of tags: a linear-chain CRF over the scores, with pytorch-crf's names and layouts, "crf.transitions"
 * [K, K] from row to column, "crf.start_transitions" and "crf.end_transitions" [K].
 */
export class CrfHead implements TaggerHead {
  readonly parameters: NamedVariable[];
  private readonly transitions: Matrix;
  private readonly start: Vector;
  private readonly end: Vector;
  private readonly allowed?: AllowedTags;

  constructor({ inner, allowed }: TagScheme, random: Random) {
    const count = inner.length;
    this.allowed = allowed;
    this.transitions = matrix(uniform(count * count, 0.1, random), count, count);
    this.start = vector(uniform(count, 0.1, random));
    this.end = vector(uniform(count, 0.1, random));
    this.parameters = [
      { name: 'crf.transitions', variable: this.transitions },
      { name: 'crf.start_transitions', variable: this.start },
      { name: 'crf.end_transitions', variable: this.end },
    ];
  }

  /** A sentence counts where all of its tokens do: the probability of a part of it is not asked for. */
  loss(scores: tf.Tensor3D, lengths: Int32Array, { ids, counted }: TagTargets): tf.Scalar {
    const [batch, time] = scores.shape;
    const whole = lengths.map((length, b) => Number(counted.subarray(b * time, b * time + length).every(Boolean)));
    const tokens = lengths.reduce((sum, length, b) => sum + whole[b] * length, 0);
    const likelihoods = crfLogLikelihood(
      scores,
      tf.tensor2d(ids, [batch, time], 'int32'),
      tf.tensor1d(lengths, 'int32'),
      ...this.chain(),
    );
    const weights = tf.tensor1d(Float32Array.from(whole, (counts) => -counts / Math.max(1, tokens)));
    return tf.sum(tf.mul(likelihoods, weights));
  }

  choose(scores: tf.Tensor3D, lengths: Int32Array): { tags: tf.Tensor2D; probabilities: tf.Tensor3D } {
    const ends = tf.tensor1d(lengths, 'int32');
    const { tags } = crfDecode(scores, ends, ...this.chain());
    return { tags, probabilities: crfMarginals(scores, ends, ...this.chain()) };
  }

  private chain(): [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, AllowedTransitions | undefined] {
    return [this.transitions, this.start, this.end, this.allowed && tensorsOf(this.allowed)];
  }
}

function tensorsOf({ transitions, start, end }: AllowedTags): AllowedTransitions {
  const count = start.length;
  return {
    transitions: tf.tensor2d(transitions, [count, count]),
    start: tf.tensor1d(start),
    end: tf.tensor1d(end),
  };
}
