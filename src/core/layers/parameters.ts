import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../random';

/** A trainable tensor under the name that it has in a checkpoint. */
export interface NamedVariable {
  name: string;
  variable: tf.Variable;
}

export type Matrix = tf.Variable<tf.Rank.R2>;
export type Vector = tf.Variable<tf.Rank.R1>;

/** A new trainable matrix [rows, columns] of these values, which are the variable's from now on. */
export function matrix(values: Float32Array, rows: number, columns: number): Matrix {
  return variable(tf.tensor2d(values, [rows, columns]));
}

/** A new trainable vector of these values, which are the variable's from now on. */
export function vector(values: Float32Array): Vector {
  return variable(tf.tensor1d(values));
}

/** A new trainable tensor of these values, which are the variable's from now on. */
export function tensor3(values: Float32Array, shape: [number, number, number]): tf.Variable<tf.Rank.R3> {
  return variable(tf.tensor3d(values, shape));
}

function variable<R extends tf.Rank>(values: tf.Tensor<R>): tf.Variable<R> {
  const result = tf.variable(values);
  values.dispose(); // the variable shares its numbers
  return result;
}

/** `count` numbers, uniform in [−bound, bound). */
export function uniform(count: number, bound: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random.next() - 1) * bound);
}

/** `count` numbers, normal with mean 0 and the given deviation. */
export function normal(count: number, deviation: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random.normal() * deviation);
}
