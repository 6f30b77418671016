import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';

export interface Convolved {
  /** The strongest answer of each filter: [B, F], not negative. */
  y: tf.Tensor2D;
  /** First time step of the window that gave it, int32 [B, F]; −1 where none was above 0. */
  positions: tf.Tensor2D;
}

/** Below every answer: hides the windows that a sequence does not have. */
const HIDDEN = -3e38;

/**
 * Convolution over time, ReLU, and the maximum over time (Kim, 2014):
 *
 *     y[b, f] = max_t relu(bias[f] + Σ_k Σ_e x[b, t + k, e] · filters[k, e, f])
 *
 * Steps from `lengths[b]` on count as zeros. There are max(1, length − K + 1) windows, so a sequence that is shorter
 * than the filters has one, filled up with zeros. Of equal windows the first counts.
 *
 * @param x [B, T, E], T at least 1
 * @param filters [K, E, F]
 * @param bias [F]
 * @param lengths [B] int32, each in [0, T]; all T if left out
 */
export function convolveMaxOverTime(
  x: tf.Tensor3D,
  filters: tf.Tensor3D,
  bias: tf.Tensor1D,
  lengths?: tf.Tensor1D,
): Convolved {
  const [batch, time] = x.shape;
  const steps = lengths ?? tf.fill<tf.Rank.R1>([batch], time, 'int32');
  if (hasKernel('ConvolveMaxOverTime')) {
    const [y, positions] = runKernel<tf.Tensor[]>('ConvolveMaxOverTime', { x, filters, bias, lengths: steps });
    return { y: y as tf.Tensor2D, positions: positions as tf.Tensor2D };
  }
  const scores = tf.add(answers(x, filters, steps), bias); // [B, windows, F]
  const windows = tf.range(0, Math.max(1, time - filters.shape[0] + 1), 1, 'int32');
  const last = tf.maximum(tf.sub(steps, filters.shape[0]), 0); // [B]
  const there = tf.lessEqual(tf.expandDims(windows, 0), tf.expandDims(last, 1)); // [B, windows]
  const shown = tf.cast(tf.expandDims(there, 2), 'float32');
  const seen = tf.add(tf.mul(scores, shown), tf.mul(tf.sub(1, shown), HIDDEN));
  // Not tf.max: its gradient goes to all equal windows. (A tensor of its own, since argMax is on the gradient's way.)
  const best = tf.tensor2d(tf.argMax(seen, 1).dataSync<'int32'>(), [batch, filters.shape[2]], 'int32');
  const chosen = tf.cast(tf.equal(tf.expandDims(best, 1), tf.reshape(windows, [1, -1, 1])), 'float32');
  const y = tf.relu(tf.sum(tf.mul(seen, chosen), 1)) as tf.Tensor2D;
  return { y, positions: tf.where(tf.greater(y, 0), best, tf.fill(y.shape, -1, 'int32')) };
}

registerKernelGradient(
  'ConvolveMaxOverTime',
  { inputs: ['x', 'filters', 'lengths'], outputs: [false, true] },
  ([dy], [x, filters, lengths, positions]) =>
    named(
      ['x', 'filters', 'bias'],
      runKernel<tf.Tensor[]>('ConvolveMaxOverTimeGrad', { x, filters, lengths, positions, dy }),
    ),
);

/** The filters' answers to each window of K steps, without bias: [B, max(1, T − K + 1), F]. */
function answers(x: tf.Tensor3D, filters: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor3D {
  const [batch, time, width] = x.shape;
  const [size, , count] = filters.shape;
  const inside = tf.less(tf.expandDims(tf.range(0, time, 1, 'int32'), 0), tf.expandDims(lengths, 1)); // [B, T]
  const own = tf.mul(x, tf.cast(tf.expandDims(inside, 2), 'float32'));
  const padded =
    size > time
      ? tf.pad(own, [
          [0, 0],
          [0, size - time],
          [0, 0],
        ])
      : own;
  const windows = Math.max(1, time - size + 1);
  const parts = Array.from({ length: size }, (_, k) => tf.slice(padded, [0, k, 0], [batch, windows, width]));
  const rows = tf.reshape(tf.concat(parts, 2), [batch * windows, size * width]);
  return tf.reshape(tf.matMul(rows, tf.reshape(filters, [size * width, count])), [batch, windows, count]);
}
