import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { composedSequence, type ComposedStep } from './composed-sequence';
import { hasOptions, projectInput, type RecurrentWeights, type SequenceInput, type SequenceOptions } from './sequence';

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
  const x = projectInput(input, weights, h.shape[0]); // [T, B, 3H]
  if (!hasKernel('GruSequence') || options.resetBefore || hasOptions(options)) {
    const { weightHh, biasHh } = weights;
    const step = options.resetBefore ? gruStepResetBefore(weightHh, biasHh) : gruStep(weightHh, biasHh);
    const { y, state } = composedSequence(x, [h], options, step);
    return { y, h: state[0] };
  }
  const inputs = { x, weight: weights.weightHh, bias: weights.biasHh, h0: h };
  const [y, last] = runKernel<tf.Tensor[]>('GruSequence', inputs);
  return { y: y as tf.Tensor3D, h: last as tf.Tensor2D };
}

registerKernelGradient(
  'GruSequence',
  { inputs: ['weight', 'bias', 'h0'], outputs: [true, false, true] },
  ([dy, dhN], [weight, bias, h0, y, reserve]) => {
    const inputs = { weight, bias, h0, y, reserve, dy, dhN };
    return named(['x', 'weight', 'bias', 'h0'], runKernel<tf.Tensor[]>('GruSequenceGrad', inputs));
  },
);

/** One step with TF.js's own ops. weight: [3H, H], bias: [3H] */
function gruStep(weight: tf.Tensor2D, bias: tf.Tensor1D): ComposedStep {
  return (x, read, [h]) => {
    const [xr, xz, xn] = tf.split(x, 3, 1); // each [B, H]
    const [hr, hz, hn] = tf.split(tf.add(tf.matMul(read, weight, false, true), bias), 3, 1);
    const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
    return [update(tf.sigmoid(tf.add(xz, hz)), n, h)];
  };
}

function gruStepResetBefore(weight: tf.Tensor2D, bias: tf.Tensor1D): ComposedStep {
  const units = weight.shape[1];
  const parts = [2 * units, units]; // r and z together, then n
  const [weightRz, weightN] = tf.split(weight, parts, 0);
  const [biasRz, biasN] = tf.split(bias, parts, 0);
  return (x, read, [h]) => {
    const [xrz, xn] = tf.split(x, parts, 1);
    const rz = tf.add(xrz, tf.add(tf.matMul(read, weightRz, false, true), biasRz));
    const [r, z] = tf.split(tf.sigmoid(rz), 2, 1); // each [B, H]
    const n = tf.tanh(tf.add(xn, tf.add(tf.matMul(tf.mul(r, read), weightN, false, true), biasN)));
    return [update(z, n, h)];
  };
}

/** (1 − z) ⊙ n + z ⊙ h */
function update(z: tf.Tensor, n: tf.Tensor, h: tf.Tensor2D): tf.Tensor2D {
  return tf.add(n, tf.mul(z, tf.sub(h, n)));
}
