import * as tf from '@tensorflow/tfjs-core';
import { attentionPooling } from '../ops/attention';
import { embedding } from '../ops/embedding';
import type { Random } from '../random';
import { matrix, uniform, vector, type Matrix, type NamedVariable, type Vector } from './parameters';

export type PoolingKind = 'last' | 'mean' | 'max' | 'attention';

/** Added to what must not be chosen: far below any state, and finite, so that nothing becomes NaN. */
const EXCLUDED = -1e9;

/**
 * Turns the states of a sequence into one vector.
 *
 *     last       y of the last step; of a bidirectional layer's second half that of the first step, where its reading ends
 *     mean, max  over the steps of the sequence, element by element
 *     attention  Σ_t α_t y_t with α = softmax over the steps of wᵀ tanh(V y_t + b) (Yang et al., 2016)
 *
 * Padding has no share in any of them.
 */
export class Pooling {
  readonly parameters: NamedVariable[];
  private readonly key?: { weight: Matrix; bias: Vector; query: Vector };

  /**
   * @param size D, the width of the states
   * @param backwardFrom index from which on the units read from the end; `size` where none do
   */
  constructor(
    private readonly kind: PoolingKind,
    private readonly size: number,
    private readonly backwardFrom: number,
    random: Random,
  ) {
    this.parameters = [];
    if (kind !== 'attention') return;
    const bound = 1 / Math.sqrt(size);
    const weight = matrix(uniform(size * size, bound, random), size, size);
    const bias = vector(uniform(size, bound, random));
    const query = vector(uniform(size, bound, random));
    this.key = { weight, bias, query };
    this.parameters = Object.entries(this.key).map(([name, variable]) => ({ name: `pooling.${name}`, variable }));
  }

  /**
   * @param y [T, B, D], 0 past each length
   * @param lengths [B], each from 0 to T; a sequence of length 0 gives zeros ("max" too)
   * @returns [B, D]
   */
  pool(y: tf.Tensor3D, lengths: Int32Array): tf.Tensor2D {
    switch (this.kind) {
      case 'last':
        return this.last(y, lengths);
      case 'mean':
        return tf.div(tf.sum(y, 0), tf.tensor2d(Float32Array.from(lengths, atLeastOne), [lengths.length, 1]));
      case 'max':
        return maximum(y, lengths);
      case 'attention':
        return this.attend(y, lengths).context;
    }
  }

  /** The pooled vectors and the share [B, T] that each step has in them; only for "attention". */
  attend(y: tf.Tensor3D, lengths: Int32Array): { context: tf.Tensor2D; weights: tf.Tensor2D } {
    if (!this.key) throw new Error('Only attention pooling has shares.');
    return attentionPooling(tf.transpose(y, [1, 0, 2]), this.key, tf.tensor1d(lengths, 'int32'));
  }

  private last(y: tf.Tensor3D, lengths: Int32Array): tf.Tensor2D {
    const [time, batch] = y.shape;
    const rows: tf.Tensor2D = tf.reshape(y, [time * batch, this.size]);
    const at = Int32Array.from(lengths, (length, b) => Math.max(0, length - 1) * batch + b);
    const last = embedding(rows, tf.tensor1d(at, 'int32')); // [B, D]
    if (this.backwardFrom >= this.size) return last;
    const first = tf.slice(rows, 0, batch); // step 0 of each
    const forward = tf.slice(last, [0, 0], [batch, this.backwardFrom]);
    return tf.concat([forward, tf.slice(first, [0, this.backwardFrom])], 1);
  }
}

function maximum(y: tf.Tensor3D, lengths: Int32Array): tf.Tensor2D {
  const masked = tf.add(y, tf.expandDims(outside(y.shape[0], lengths, EXCLUDED), 2));
  const there = Float32Array.from(lengths, (length) => (length > 0 ? 1 : 0));
  return tf.mul(tf.max(masked, 0), tf.tensor2d(there, [lengths.length, 1]));
}

/** [T, B]: 0 within a sequence, `value` past its length. */
function outside(time: number, lengths: Int32Array, value: number): tf.Tensor2D {
  const batch = lengths.length;
  const values = new Float32Array(time * batch);
  lengths.forEach((length, b) => {
    for (let t = length; t < time; t++) values[t * batch + b] = value;
  });
  return tf.tensor2d(values, [time, batch]);
}

function atLeastOne(length: number): number {
  return Math.max(1, length);
}
