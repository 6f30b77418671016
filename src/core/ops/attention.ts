import * as tf from '@tensorflow/tfjs-core';
import { dense } from './dense';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { maskedSoftmax } from './masked-softmax';

/** How well a query q fits a key k. A is the width of the space in which they are compared. */
export type AttentionScore =
  /** q · k (Luong et al., 2015) */
  | { kind: 'dot' }
  /** q · k / √H (Vaswani et al., 2017) */
  | { kind: 'scaled' }
  /** q · (W k) (Luong et al., 2015, "general"); weight: [H, H of the keys] */
  | { kind: 'general'; weight: tf.Tensor2D }
  /** v · tanh(W_q q + W_k k + b) (Bahdanau et al., 2015) */
  | {
      kind: 'additive';
      /** [A, H] */
      queryWeight: tf.Tensor2D;
      /** [A, H of the keys] */
      keyWeight: tf.Tensor2D;
      /** [A] */
      bias: tf.Tensor1D;
      /** [A] */
      v: tf.Tensor1D;
    };

export interface Attended {
  /** Σ_t weight_t · value_t: [B, Q, D]. */
  context: tf.Tensor3D;
  /** [B, Q, T]; each row sums to 1, or is 0 where there is nothing to attend to. */
  weights: tf.Tensor3D;
}

/**
 * Attention of Q queries to the T keys of their sequence.
 *
 * @param queries [B, Q, H]
 * @param keys [B, T, H] (another width only for `general` and `additive`)
 * @param values [B, T, D]
 * @param score how queries and keys are compared
 * @param lengths [B] int32: only the first `lengths[b]` keys are seen; all T if left out
 */
export function attention(
  queries: tf.Tensor3D,
  keys: tf.Tensor3D,
  values: tf.Tensor3D,
  score: AttentionScore,
  lengths?: tf.Tensor1D,
): Attended {
  const [batch, time] = keys.shape;
  const scores = scoresOf(queries, keys, score); // [B, Q, T]
  const scale = score.kind === 'scaled' ? 1 / Math.sqrt(queries.shape[2]) : 1;
  const weights = maskedSoftmax(scores, lengths ?? tf.fill([batch], time, 'int32'), scale);
  return { context: tf.matMul(weights, values), weights };
}

/**
 * Attention pooling with one learned query u (Yang et al., 2016): weights softmax(u · tanh(W s_t + b)) over a sequence.
 *
 * @param states [B, T, H]
 * @param parameters weight [A, H], bias [A], query u [A]
 * @param lengths [B] int32; all T if left out
 * @returns context [B, H] and weights [B, T]
 */
export function attentionPooling(
  states: tf.Tensor3D,
  { weight, bias, query }: { weight: tf.Tensor2D; bias: tf.Tensor1D; query: tf.Tensor1D },
  lengths?: tf.Tensor1D,
): { context: tf.Tensor2D; weights: tf.Tensor2D } {
  const [batch, time, width] = states.shape;
  const nothing = tf.zeros<tf.Rank.R3>([batch, 1, weight.shape[0]]);
  const scores = additiveScores(nothing, project(states, weight, bias), query); // [B, 1, T]
  const weights = maskedSoftmax(scores, lengths ?? tf.fill([batch], time, 'int32'));
  const context = tf.reshape(tf.matMul(weights, states), [batch, width]) as tf.Tensor2D;
  return { context, weights: tf.reshape(weights, [batch, time]) as tf.Tensor2D };
}

/** All scores but for the scale of `scaled`: [B, Q, T]. */
function scoresOf(queries: tf.Tensor3D, keys: tf.Tensor3D, score: AttentionScore): tf.Tensor3D {
  const dots = (q: tf.Tensor) => tf.matMul(q as tf.Tensor3D, keys, false, true) as tf.Tensor3D;
  const width = queries.shape[2];
  switch (score.kind) {
    case 'dot':
    case 'scaled':
      return dots(queries);
    case 'general': {
      const [batch, count] = queries.shape;
      const rows = tf.matMul(tf.reshape(queries, [batch * count, width]), score.weight); // Wᵀq, so that q·(W k) = Wᵀq·k
      return dots(tf.reshape(rows, [batch, count, keys.shape[2]]));
    }
    case 'additive': {
      const { queryWeight, keyWeight, bias, v } = score;
      const none = tf.zerosLike(bias);
      return additiveScores(project(queries, queryWeight, bias), project(keys, keyWeight, none), v);
    }
  }
}

/** W x + b for each vector of x: [B, T, H] -> [B, T, A]. */
function project(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const [batch, time, width] = x.shape;
  return tf.reshape(dense(tf.reshape(x, [batch * time, width]), weight, bias), [batch, time, weight.shape[0]]);
}

/** v · tanh(q + k) for each pair: queries [B, Q, A], keys [B, T, A], v [A] -> [B, Q, T]. */
function additiveScores(queries: tf.Tensor3D, keys: tf.Tensor3D, v: tf.Tensor1D): tf.Tensor3D {
  if (hasKernel('AdditiveScores')) return runKernel<tf.Tensor3D>('AdditiveScores', { queries, keys, v });
  const [batch, count, width] = queries.shape;
  const time = keys.shape[1];
  const sums = tf.tanh(tf.add(tf.expandDims(queries, 2), tf.expandDims(keys, 1))); // [B, Q, T, A]
  const rows = tf.reshape(sums, [batch * count * time, width]);
  return tf.reshape(tf.matMul(rows, tf.expandDims(v, 1)), [batch, count, time]);
}

registerKernelGradient('AdditiveScores', { inputs: ['queries', 'keys', 'v'] }, ([dy], [queries, keys, v]) =>
  named(['queries', 'keys', 'v'], runKernel<tf.Tensor[]>('AdditiveScoresGrad', { queries, keys, v, dy })),
);
