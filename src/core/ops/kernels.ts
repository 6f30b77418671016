import * as tf from '@tensorflow/tfjs-core';
// tfjs-core alone knows no gradients; composed ops need those of all the ops they are made of.
import '@tensorflow/tfjs-core/dist/register_all_gradients';

/** Whether the current backend has a fused kernel of this name. Ops ask at every call, since backends can change. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Attributes of a kernel; an object is handed to its gradient as it is. */
type Attributes = Record<string, number | string | object>;

/** Runs a kernel of the current backend; for one with several outputs give T as an array of tensors. */
export function runKernel<T extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Attributes = {},
): T {
  return tf.engine().runKernel<T>(name, inputs, attributes as tf.NamedAttrMap);
}

type GradientOf = (dys: tf.Tensor[], saved: tf.Tensor[], attributes: Attributes) => Record<string, tf.Tensor>;

/**
 * Registers the gradient of a fused kernel, for every backend that has it.
 *
 * `gradient` is run once, at once, and returns the gradient of each input by name. (TF.js asks for a function for each
 * input and runs each in its own tidy; a kernel that makes all gradients together cannot be split so.)
 * `save.inputs` and `save.outputs` are what it gets as `saved`: inputs in this order, then the outputs marked true.
 */
export function registerKernelGradient(
  kernelName: string,
  save: { inputs: string[]; outputs?: boolean[] },
  gradient: GradientOf,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: save.inputs,
    outputsToSave: save.outputs,
    gradFunc: (dy, saved, attributes) => {
      const dys = Array.isArray(dy) ? dy : [dy];
      const gradients = gradient(dys, saved, attributes as unknown as Attributes);
      return Object.fromEntries(Object.entries(gradients).map(([name, value]) => [name, () => value]));
    },
  });
}

/** A gradient kernel's outputs under the names of the inputs that they are gradients of. */
export function named(names: string[], tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
}
