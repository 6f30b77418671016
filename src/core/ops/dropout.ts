import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, registerKernelGradient, runKernel } from './kernels';

/** Distance of two elements' counters: an odd number near 2³² divided by the golden ratio. */
const STEP = 0x9e3779b9;

/**
 * Inverted dropout (Srivastava et al., 2014): each element is zeroed with probability `rate`, the others are multiplied
 * by 1 / (1 − rate). Which ones depends on `seed` and the element's index only, so it is the same on every backend, and
 * the gradient draws the same mask again instead of keeping it.
 *
 * @param x any shape
 * @param rate in [0, 1); 0 returns x itself
 * @param seed an unsigned 32-bit number; a new one for each call
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, seed: number): T {
  if (rate === 0) return x;
  if (hasKernel('MaskedDropout')) return runKernel<tf.Tensor>('MaskedDropout', { x }, { rate, seed }) as T;
  const drop = tf.customGrad((input) => ({
    value: applyMask(input as tf.Tensor, rate, seed),
    gradFunc: (dy: tf.Tensor) => applyMask(dy, rate, seed),
  }));
  return drop(x) as T;
}

registerKernelGradient('MaskedDropout', { inputs: [] }, ([dy], _, { rate, seed }) => ({
  x: runKernel<tf.Tensor>('MaskedDropout', { x: dy }, { rate, seed }),
}));

/**
 * Embedding dropout (Gal and Ghahramani, 2016): leaves out whole rows of a table, so that a token is missing wherever it
 * occurs. Rate and seed as of `dropout`.
 *
 * @param table [V, E]
 */
export function embeddingDropout(table: tf.Tensor2D, rate: number, seed: number): tf.Tensor2D {
  if (rate === 0) return table;
  return tf.mul(table, dropout(tf.ones<tf.Rank.R2>([table.shape[0], 1]), rate, seed));
}

/**
 * Gaussian weight noise (Graves, 2013): weight + deviation·n with n from N(0, 1), drawn from the seed and the element's
 * index only.
 *
 * @param deviation 0 returns the weight itself
 * @param seed an unsigned 32-bit number; a new one for each call
 */
export function weightNoise<T extends tf.Tensor>(weight: T, deviation: number, seed: number): T {
  return deviation === 0 ? weight : tf.add(weight, tf.tensor(gaussian(weight.size, deviation, seed), weight.shape));
}

/** Normal numbers by the method of Box and Muller (1958), two from each pair of counters. */
function gaussian(count: number, deviation: number, seed: number): Float32Array {
  const numbers = new Float32Array(count);
  const start = scramble(seed | 0);
  for (let i = 0; i < count; i += 2) {
    const uniform = (scramble((start + Math.imul(i, STEP)) | 0) + 1) / 0x1_0000_0000; // in (0, 1]
    const angle = (2 * Math.PI * scramble((start + Math.imul(i + 1, STEP)) | 0)) / 0x1_0000_0000;
    const radius = deviation * Math.sqrt(-2 * Math.log(uniform));
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}

function applyMask(x: tf.Tensor, rate: number, seed: number): tf.Tensor {
  const values = x.dataSync();
  const kept = new Float32Array(values.length);
  const scale = 1 / (1 - rate);
  const threshold = rate * 0x1_0000_0000;
  const start = scramble(seed | 0);
  for (let i = 0; i < kept.length; i++) {
    if (scramble((start + Math.imul(i, STEP)) | 0) >= threshold) kept[i] = values[i] * scale;
  }
  return tf.tensor(kept, x.shape);
}

/** A 32-bit number that looks random, from a counter: the finaliser of MurmurHash3 (Appleby). */
function scramble(counter: number): number {
  let z = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
