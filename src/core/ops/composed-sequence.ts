import * as tf from '@tensorflow/tfjs-core';
import { hiddenMask, type SequenceOptions } from './sequence';

/**
 * One step of a cell.
 * @param x the input's share of the gates at this step, [B, G·H]
 * @param read what the recurrent products read: h, or h under the dropout mask, [B, H]
 * @param state before the step, h first, each [B, H]
 * @returns the state after it
 */
export type ComposedStep = (x: tf.Tensor2D, read: tf.Tensor2D, state: tf.Tensor2D[]) => tf.Tensor2D[];

/**
 * Walks a cell through time with TF.js's own ops, for backends without the fused kernel.
 *
 * @param x [T, B, G·H]
 * @param state before the first step, h first, each [B, H]
 * @returns y [T, B, H], the h of every step (0 past a sequence's length), and the state after each one's last step
 */
export function composedSequence(
  x: tf.Tensor3D,
  state: tf.Tensor2D[],
  options: SequenceOptions,
  step: ComposedStep,
): { y: tf.Tensor3D; state: tf.Tensor2D[] } {
  const [batch, units] = state[0].shape;
  const steps = stepsOf(x);
  const mask = hiddenMask(options, [batch, units]);
  const lengths = options.lengths && tf.tile(tf.reshape(options.lengths, [batch, 1]), [1, units]);
  options.probe?.begin(steps.length);
  const ys = new Array<tf.Tensor2D>(steps.length);
  for (let k = 0; k < steps.length; k++) {
    const t = options.reversed ? steps.length - 1 - k : k;
    const next = step(steps[t], mask ? tf.mul(state[0], mask) : state[0], state);
    if (options.probe) next[0] = options.probe.watch(next[0], t);
    if (!lengths) {
      state = next;
      ys[t] = next[0];
      continue;
    }
    const active = tf.greater(lengths, tf.scalar(t, 'int32')); // [B, H]
    state = state.map((before, part): tf.Tensor2D => tf.where(active, next[part], before));
    ys[t] = tf.where(active, next[0], tf.zerosLike(next[0]));
  }
  return { y: ys.length === 0 ? tf.zeros([0, batch, units]) : (tf.stack(ys) as tf.Tensor3D), state };
}

/** The steps of x [T, B, W], each [B, W]. (The gradient of `tf.unstack` fails where there is only one.) */
function stepsOf(x: tf.Tensor3D): tf.Tensor2D[] {
  const [time, batch, width] = x.shape;
  if (time === 0) return [];
  return time === 1 ? [tf.reshape(x, [batch, width])] : (tf.unstack(x) as tf.Tensor2D[]);
}
