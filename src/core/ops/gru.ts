import * as tf from '@tensorflow/tfjs-core';
import { composedSequence, composedTrace, type ComposedStep } from './composed-sequence';
import { sequenceKernel } from './fused-sequence';
import { hasKernel } from './kernels';
import { projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';
import { traceOf, type SequenceTrace } from './sequence-trace';

export interface GruOptions extends SequenceOptions {
  /** Apply the reset gate to the hidden state before the candidate's product, as Cho et al. do; PyTorch applies it after. */
  resetBefore?: boolean;
}

/**
 * One GRU layer over a whole sequence (Cho et al., 2014), gates in PyTorch's order r, z, n:
 *
 *     r, z = σ(W_ih·x + b_ih + W_hh·h + b_hh)       h = (1 − z) ⊙ n + z ⊙ h
 *     n = tanh(W_in·x + b_in + r ⊙ (W_hn·h + b_hn))      reset after the product (PyTorch, cuDNN)
 *     n = tanh(W_in·x + b_in + W_hn·(r ⊙ h) + b_hn)      reset before it (the paper), with `resetBefore`
 *
 * @param input [T, B, I] or tokens
 * @param weights with G = 3
 * @param h [B, H] before the first step
 * @returns y [T, B, H], the hidden state of every step, and the last one
 */
export function gru(
  input: SequenceInput,
  weights: RecurrentWeights,
  h: tf.Tensor2D,
  options: GruOptions = {},
): { y: tf.Tensor3D; h: tf.Tensor2D } {
  const { name, step, fused } = options.resetBefore ? RESET_BEFORE : RESET_AFTER;
  const x = projectInput(input, weights, h.shape[0]);
  if (!hasKernel(name)) {
    const { y, state } = composedSequence(x, [h], options, step(weights));
    return { y, h: state[0] };
  }
  const [y, last] = fused(x, kernelInputs(weights, h), options);
  return { y: y as tf.Tensor3D, h: last as tf.Tensor2D };
}

/** The gates r, z, n of the same layer. */
export function gruTrace(
  input: SequenceInput,
  weights: RecurrentWeights,
  h: tf.Tensor2D,
  options: GruOptions = {},
): SequenceTrace {
  const { name, step, fused } = options.resetBefore ? RESET_BEFORE : RESET_AFTER;
  return traceOf(h.shape, options, () => {
    const x = projectInput(input, weights, h.shape[0]);
    if (!hasKernel(name)) return composedTrace(x, [h], options, step(weights));
    return fused(x, kernelInputs(weights, h), options, { trace: 1 }).slice(3);
  });
}

/** A form of the GRU: its kernel, and its step without one. */
function form(name: string, step: (weights: RecurrentWeights) => ComposedStep) {
  const fused = sequenceKernel({ name, inputs: ['weight', 'bias', 'h0'], saved: ['weight', 'h0'], states: 1 });
  return { name, step, fused };
}
const RESET_AFTER = form('GruSequence', stepResetAfter);
const RESET_BEFORE = form('GruResetBeforeSequence', stepResetBefore);

const kernelInputs = ({ weightHh, biasHh }: RecurrentWeights, h0: tf.Tensor2D) => ({
  weight: weightHh,
  bias: biasHh,
  h0,
});

/** One step with TF.js's own ops. */
function stepResetAfter({ weightHh, biasHh }: RecurrentWeights): ComposedStep {
  return (x, read, [h]) => {
    const [xr, xz, xn] = tf.split(x, 3, 1); // each [B, H]
    const [hr, hz, hn] = tf.split(tf.add(tf.matMul(read, weightHh, false, true), biasHh), 3, 1);
    const [r, z] = [tf.sigmoid(tf.add(xr, hr)), tf.sigmoid(tf.add(xz, hz))];
    const n = tf.tanh(tf.add(xn, tf.mul(r, hn)));
    return { state: [update(z, n, h)], gates: [r, z, n] };
  };
}

function stepResetBefore({ weightHh, biasHh }: RecurrentWeights): ComposedStep {
  const units = weightHh.shape[1];
  const parts = [2 * units, units]; // r and z together, then n
  const [weightRz, weightN] = tf.split(weightHh, parts, 0);
  const [biasRz, biasN] = tf.split(biasHh, parts, 0);
  return (x, read, [h]) => {
    const [xrz, xn] = tf.split(x, parts, 1);
    const rz = tf.add(xrz, tf.add(tf.matMul(read, weightRz, false, true), biasRz));
    const [r, z] = tf.split(tf.sigmoid(rz), 2, 1); // each [B, H]
    const n = tf.tanh(tf.add(xn, tf.add(tf.matMul(tf.mul(r, read), weightN, false, true), biasN)));
    return { state: [update(z, n, h)], gates: [r, z, n] };
  };
}

/** (1 − z) ⊙ n + z ⊙ h */
function update(z: tf.Tensor, n: tf.Tensor, h: tf.Tensor2D): tf.Tensor2D {
  return tf.add(n, tf.mul(z, tf.sub(h, n)));
}
