import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, named, registerKernelGradient, runKernel } from './kernels';
import { projectInput, stepsOf, type RecurrentWeights, type SequenceInput } from './sequence';

/**
 * One GRU layer over a whole sequence (Cho et al., 2014, in the form with the reset gate after the product), gates in
 * PyTorch's order r, z, n:
 *
 *     r, z = σ(W_ih·x + b_ih + W_hh·h + b_hh)       n = tanh(W_in·x + b_in + r ⊙ (W_hn·h + b_hn))
 *     h = (1 − z) ⊙ n + z ⊙ h
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
): { y: tf.Tensor3D; h: tf.Tensor2D } {
  const x = projectInput(input, weights, h.shape[0]); // [T, B, 3H]
  if (!hasKernel('GruSequence')) return composedGru(x, weights.weightHh, weights.biasHh, h);
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

/** The same step by step, for backends without the kernel. x: [T, B, 3H], already projected. */
function composedGru(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D, h: tf.Tensor2D) {
  const ys: tf.Tensor2D[] = [];
  for (const xt of stepsOf(x)) {
    const [xr, xz, xn] = tf.split(xt, 3, 1); // each [B, H]
    const [hr, hz, hn] = tf.split(tf.add(tf.matMul(h, weight, false, true), bias), 3, 1);
    const r = tf.sigmoid(tf.add(xr, hr));
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(r, hn)));
    h = tf.add(n, tf.mul(z, tf.sub(h, n))); // (1 - z) n + z h
    ys.push(h);
  }
  return { y: tf.stack(ys) as tf.Tensor3D, h };
}
