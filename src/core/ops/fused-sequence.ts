import * as tf from '@tensorflow/tfjs-core';
import type { GradientProbe } from './gradient-probe';
import { hiddenMask, type ProjectedInput, type SequenceOptions } from './sequence';
import { registerKernelGradient, runKernel } from './kernels';

/** Names of a sequence kernel's own inputs after x, in order, with a gradient each; the options follow. */
interface SequenceKernel {
  name: string;
  /** Parameters and states, in the order in which the kernel's gradient returns theirs after that of x. */
  inputs: string[];
  /** Those of them that the gradient needs. */
  saved: string[];
  /** States: outputs after y. */
  states: number;
}

/** Inputs without a gradient. One that is not in use is an empty tensor, since TF.js saves each by its name. */
const OPTIONS = ['ids', 'lengths', 'mask'];

/**
 * Registers the gradient of a sequence kernel: outputs y, the last states, and a reserve; see engine/replacements.
 * @returns runs the kernel
 */
export function sequenceKernel({ name, inputs, saved, states }: SequenceKernel) {
  const lastStates = ['dhN', 'dcN'].slice(0, states);
  registerKernelGradient(
    name,
    { inputs: [...saved, ...OPTIONS], outputs: [true, ...lastStates.map(() => false), true] },
    ([dy, ...dstates], kept, attributes) => {
      const given = Object.fromEntries([...saved, ...OPTIONS, 'y', 'reserve'].map((key, i) => [key, kept[i]]));
      lastStates.forEach((key, i) => (given[key] = dstates[i]));
      const gradients = runKernel<tf.Tensor[]>(`${name}Grad`, { ...given, dy }, attributes);
      const { probe } = attributes as { probe?: GradientProbe };
      probe?.record(gradients[gradients.length - 1].dataSync());
      return Object.fromEntries(['x', ...inputs].map((key, i) => [key, gradients[i]]));
    },
  );
  /** All outputs: y, the last states, the reserve, and with `trace` the gates and (lstm) the cells. */
  return (
    input: ProjectedInput,
    own: Record<string, tf.Tensor>,
    options: SequenceOptions,
    attributes: Record<string, number | string> = {},
  ): tf.Tensor[] => {
    const { lengths, reversed, probe } = options;
    const none = tf.tensor1d([], 'int32');
    const [x, ids] = 'x' in input ? [input.x, none] : [input.table, input.ids];
    const mask = hiddenMask(options, own.h0.shape as [number, number]);
    const inputs = { x, ...own, ids, lengths: lengths ?? none, mask: mask ?? none };
    const all: Record<string, number | string | object> = { ...attributes, reversed: reversed ? 1 : 0 };
    if ('ids' in input) all.vocabulary = x.shape[0];
    if (probe) {
      probe.begin('x' in input ? x.shape[0] : ids.shape[0] / Math.max(1, own.h0.shape[0]));
      all.probe = probe;
    }
    return runKernel<tf.Tensor[]>(name, inputs, all);
  };
}
