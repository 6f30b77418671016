import * as tf from '@tensorflow/tfjs-core';
import { hiddenMask, inputOfSteps, type ProjectedInput, type SequenceOptions } from './sequence';

/**
 * One step of a cell.
 * @param x the input's share of the gates at this step, [B, G·H]
 * @param read what the recurrent products read: h, or h under the dropout mask, [B, H]
 * @param state before the step, h first, each [B, H]
 * @returns the state after it, and the gates after their activations, in the order of the weights, each [B, H]
 */
export type ComposedStep = (
  x: tf.Tensor2D,
  read: tf.Tensor2D,
  state: tf.Tensor2D[],
) => { state: tf.Tensor2D[]; gates: tf.Tensor[] };

/**
 * Walks a cell through time with TF.js's own ops, for backends without the fused kernel.
 *
 * @param input the input's share of the gates
 * @param state before the first step, h first, each [B, H]
 * @returns y [T, B, H], the h of every step (0 past a sequence's length), and the state after each one's last step
 */
export function composedSequence(
  input: ProjectedInput,
  state: tf.Tensor2D[],
  options: SequenceOptions,
  step: ComposedStep,
): { y: tf.Tensor3D; state: tf.Tensor2D[] } {
  const [batch, units] = state[0].shape;
  const steps = splitSteps(inputOfSteps(input, batch));
  const mask = hiddenMask(options, [batch, units]);
  const lengths = options.lengths && tf.tile(tf.reshape(options.lengths, [batch, 1]), [1, units]);
  options.probe?.begin(steps.length);
  const ys = new Array<tf.Tensor2D>(steps.length);
  for (let k = 0; k < steps.length; k++) {
    const t = options.reversed ? steps.length - 1 - k : k;
    const { state: next } = step(steps[t], mask ? tf.mul(state[0], mask) : state[0], state);
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
  return { y: stackSteps(ys, [batch, units]), state };
}

/** The gates [T, B, G·H] and, if the cell has one, the cell states [T, B, H] of the same walk. */
export function composedTrace(
  input: ProjectedInput,
  state: tf.Tensor2D[],
  options: SequenceOptions,
  step: ComposedStep,
): tf.Tensor[] {
  const [gates, cells]: [tf.Tensor2D[], tf.Tensor2D[]] = [[], []];
  const recording: ComposedStep = (x, read, before) => {
    const after = step(x, read, before);
    gates.push(tf.concat(after.gates, 1) as tf.Tensor2D);
    if (after.state.length > 1) cells.push(after.state[1]);
    return after;
  };
  composedSequence(input, state, options, recording);
  const inOrder = (steps: tf.Tensor2D[]) => stackSteps(options.reversed ? steps.reverse() : steps, state[0].shape);
  return cells.length > 0 ? [inOrder(gates), inOrder(cells)] : [inOrder(gates)];
}

function stackSteps(steps: tf.Tensor2D[], shape: [number, number]): tf.Tensor3D {
  return steps.length === 0 ? tf.zeros([0, ...shape]) : (tf.stack(steps) as tf.Tensor3D);
}

/** The steps of x [T, B, W], each [B, W]. (The gradient of `tf.unstack` fails where there is only one.) */
function splitSteps(x: tf.Tensor3D): tf.Tensor2D[] {
  const [time, batch, width] = x.shape;
  if (time === 0) return [];
  return time === 1 ? [tf.reshape(x, [batch, width])] : (tf.unstack(x) as tf.Tensor2D[]);
}
