import * as tf from '@tensorflow/tfjs-core';
import { createOptimiser } from '../src/core/ops/optimiser';
import { scoped } from '../src/core/ops/scope';
import { softmaxCrossEntropy } from '../src/core/ops/softmax-cross-entropy';
import { Random } from '../src/core/random';
import type { BenchModel } from './models';
import { outputsOf, type Work } from './works';

const BATCHES = 8;
/** As in the recipes: Adam, clipped by the global norm. */
const OPTIMISER = {
  ...{ optimiser: 'adam' as const, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1, clipValue: 0 },
  ...{ momentum: 0, nesterov: false, decay: 0 },
};
const RATE = 0.001;

/** A function that does one whole step of training on random tokens and labels, and answers with the loss. */
export function trainingStep(work: Work, model: BenchModel): () => number {
  const random = new Random(2);
  const draw = (count: number, below: number) => Int32Array.from({ length: count }, () => random.integer(below));
  const count = work.batch * work.length;
  // One label a sequence for a classifier, else one a token.
  const rows = work.model === 'text-cnn' ? work.batch : count;
  const batches = Array.from({ length: BATCHES }, () => [draw(count, work.vocabulary), draw(rows, outputsOf(work))]);
  const optimiser = createOptimiser(model.variables, OPTIMISER);
  const weights = tf.ones<tf.Rank.R1>([rows]);
  let done = 0;
  return () =>
    scoped(() => {
      const [ids, labels] = batches[done++ % BATCHES].map((values) => tf.tensor1d(values, 'int32'));
      const { value, grads } = tf.variableGrads(
        () => softmaxCrossEntropy(model.scores(ids), labels, weights),
        model.variables,
      );
      const loss = value.dataSync()[0];
      const gradients = model.variables.map(({ name }) => grads[name]);
      optimiser.apply(gradients, RATE);
      return loss;
    });
}
