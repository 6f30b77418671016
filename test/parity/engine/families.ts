import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../../../src/core/ops/attention';
import { convolveMaxOverTime } from '../../../src/core/ops/convolution';
import { crfDecode, crfLogLikelihood, crfMarginals } from '../../../src/core/ops/crf';
import { layerNorm } from '../../../src/core/ops/layer-norm';
import { createOptimiser, type OptimiserName } from '../../../src/core/ops/optimiser';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { noise, sizeOf } from './harness';

/** An operation with kernels of its own: its inputs, and its outputs, of which the first has a gradient. */
export interface Family {
  name: string;
  inputs: number[][];
  run: (inputs: tf.Tensor[]) => tf.Tensor[];
}
const wholes = (values: number[]) => tf.tensor1d(values, 'int32');
const lengthsOf = (batch: number, time: number) =>
  wholes(Array.from({ length: batch }, (_, b) => (b * 5 + time) % (time + 1)));
const tagsOf = (batch: number, time: number, count: number) =>
  tf.tensor2d(Int32Array.from({ length: batch * time }, (_, k) => (k * 7) % count), [batch, time], 'int32'); // prettier-ignore

const attentionOf = (batch: number, count: number, time: number, width: number): Family => ({
  name: `additive attention ${batch}, ${count}, ${time}, ${width}`,
  inputs: [[batch, count, width], [batch, time, width], [width, width], [width, width], [width], [width]], // prettier-ignore
  run: (parts) => {
    const [q, k, queryWeight, keyWeight, bias, v] = parts as [tf.Tensor3D, tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D]; // prettier-ignore
    const score = { kind: 'additive', queryWeight, keyWeight, bias, v } as const;
    const { context, weights } = attention(q, k, k, score, lengthsOf(batch, time));
    return [context, weights, attention(q, k, k, { kind: 'scaled' }).context];
  },
});
const convolutionOf = (batch: number, time: number, width: number, size: number, count: number): Family => ({
  name: `convolution ${batch}, ${time}, ${width}, ${size}, ${count}`,
  inputs: [[batch, time, width], [size, width, count], [count]], // prettier-ignore
  run: ([x, filters, bias]) => {
    const lengths = lengthsOf(batch, time);
    const { y, positions } = convolveMaxOverTime(
      x as tf.Tensor3D,
      filters as tf.Tensor3D,
      bias as tf.Tensor1D,
      lengths,
    );
    return [y, positions];
  },
});
const crfOf = (batch: number, time: number, count: number): Family => ({
  name: `CRF ${batch}, ${time}, ${count}`,
  inputs: [[batch, time, count], [count, count], [count], [count]], // prettier-ignore
  run: (parts) => {
    const [emissions, ...rest] = parts as [tf.Tensor3D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
    const lengths = lengthsOf(batch, time);
    const likelihood = crfLogLikelihood(emissions, tagsOf(batch, time, count), lengths, ...rest);
    const { tags, scores } = crfDecode(emissions, lengths, ...rest);
    return [likelihood, crfMarginals(emissions, lengths, ...rest), tags, scores];
  },
});
const lossOf = (rows: number, classes: number): Family => ({
  name: `smoothed cross-entropy ${rows}, ${classes}`,
  inputs: [[rows, classes]],
  run: ([logits]) => {
    const labels = wholes(Array.from({ length: rows }, (_, k) => (k * 11) % classes));
    const weights = tf.tensor1d(Array.from({ length: rows }, (_, k) => (k % 3) / 2 + Number(k === 0)));
    const classWeights = tf.tensor1d(Array.from({ length: classes }, (_, k) => 0.5 + (k % 2)));
    return [softmaxCrossEntropy(logits as tf.Tensor2D, labels, weights, { smoothing: 0.1, classWeights })];
  },
});
const normOf = (...shape: number[]): Family => ({
  name: `layer normalisation ${shape}`,
  inputs: [shape, [shape[shape.length - 1]], [shape[shape.length - 1]]],
  run: ([x, gain, bias]) => [layerNorm(x, gain as tf.Tensor1D, bias as tf.Tensor1D)],
});
/** Every operation that has kernels of its own besides the recurrent ones, at several sizes. */
export const FAMILIES = [
  ...[attentionOf(1, 1, 1, 1), attentionOf(3, 5, 7, 17), attentionOf(2, 33, 20, 70)],
  ...[
    convolutionOf(1, 1, 1, 1, 1),
    convolutionOf(3, 9, 5, 4, 7),
    convolutionOf(7, 20, 33, 3, 70),
    convolutionOf(2, 2, 9, 5, 33),
  ],
  ...[crfOf(1, 1, 1), crfOf(5, 6, 7), crfOf(3, 20, 35)],
  ...[lossOf(1, 1), lossOf(7, 33), lossOf(65, 130)],
  ...[attentionOf(0, 2, 3, 4), convolutionOf(0, 5, 3, 2, 4), crfOf(0, 3, 4), lossOf(0, 3), normOf(0, 5)],
  ...[normOf(1, 1), normOf(5, 3, 33), normOf(65, 130)],
];

/** All outputs, then the gradients of a weighting of the first. */
export function answerOf({ inputs, run }: Family): Float32Array[] {
  return tf.tidy(() => {
    const tensors = inputs.map((shape, k) => tf.tensor(noise(sizeOf(shape), k + 1), shape));
    const outputs = run(tensors);
    const dy = tf.tensor(noise(outputs[0].size, 99), outputs[0].shape);
    const gradients = tf.grads((...parts: tf.Tensor[]) => run(parts)[0])(tensors, dy);
    return [...outputs, ...gradients].map((tensor) => Float32Array.from(tensor.dataSync()));
  });
}

export const OPTIMISERS: OptimiserName[] = ['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'asgd'];

/** Parameters and slots after three steps. */
export function optimised(optimiser: OptimiserName): Float32Array[] {
  const shapes = [[1], [3, 5], [9000]];
  const variables = shapes.map((shape, k) => tf.tidy(() => tf.variable(tf.tensor(noise(sizeOf(shape), k), shape))));
  const rates = { beta1: 0.9, beta2: 0.99, epsilon: 1e-2, momentum: 0.9, nesterov: true, decay: 0.9 };
  const own = createOptimiser(variables, { optimiser, ...rates, weightDecay: 0.1, clip: 20, clipValue: 0.4 });
  for (let step = 1; step <= 3; step++)
    tf.tidy(
      () =>
        void own.apply(
          shapes.map((shape, k) => tf.tensor(noise(sizeOf(shape), 9 * step + k), shape)),
          0.01,
        ),
    );
  const answer = [...variables.map((variable) => variable.dataSync().slice() as Float32Array)];
  answer.push(...Object.values(own.state().slots).flat());
  own.dispose();
  tf.dispose(variables);
  return answer;
}
