import * as tf from '@tensorflow/tfjs-core';

/** Gives a variable new values, in its own memory. */
export function setValues(variable: tf.Variable, values: ArrayLike<number>): void {
  const fresh = tf.tensor(Float32Array.from(values), variable.shape);
  variable.assign(fresh);
  fresh.dispose();
}

/** A variable of zeros that no gradient is asked for. */
export function zeroVariable(shape: number[]): tf.Variable {
  const zeros = tf.zeros(shape);
  const variable = tf.variable(zeros, false);
  zeros.dispose();
  return variable;
}
