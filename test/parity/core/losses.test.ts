import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { sigmoidCrossEntropy } from '../../../src/core/ops/sigmoid-cross-entropy';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { noise } from '../engine/harness';
import { checkOperation, onEachBackend } from './check';
import * as reference from './reference-losses';

const labelsOf = (rows: number, classes: number) => Int32Array.from({ length: rows }, (_, k) => (k * 7 + 1) % classes);
/** Some are 0. */
const weightsOf = (count: number) => Float32Array.from({ length: count }, (_, k) => (k === 0 ? 1.5 : (k % 3) / 2));

onEachBackend(() => {
  const sizes = [
    [1, 1],
    [1, 5],
    [7, 3],
    [5, 65],
    [3, 131],
  ];
  test.each([0, 0.1, 0.9].flatMap((smoothing) => sizes.map(([rows, classes]) => ({ rows, classes, smoothing }))))(
    'softmax cross-entropy with class weights: $rows rows, $classes classes, smoothing $smoothing',
    ({ rows, classes, smoothing }) => {
      const [labels, weights] = [labelsOf(rows, classes), weightsOf(rows)];
      const classWeights = Float32Array.from({ length: classes }, (_, v) => 0.3 + (v % 4));
      const uniform = new Float32Array(classes).fill(1);
      for (const own of [classWeights, undefined]) {
        checkOperation({
          inputs: { logits: [rows, classes] },
          reference: ([logits]) => [
            [reference.smoothedCrossEntropy(logits, labels, weights, own ?? uniform, smoothing)],
          ],
          op: ([logits]) => [
            softmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, 'int32'), tf.tensor1d(weights), {
              smoothing,
              classWeights: own && tf.tensor1d(own),
            }),
          ],
          scale: 4,
        });
      }
    },
  );

  test('smoothed cross-entropy: no weight gives 0, large scores stay finite, NaN passes', () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, 2], 'int32');
      const loss = (logits: number[], weights: number[]) =>
        tf.valueAndGrad((z: tf.Tensor) =>
          softmaxCrossEntropy(z as tf.Tensor2D, labels, tf.tensor1d(weights), { smoothing: 0.3 }),
        )(tf.tensor2d(logits, [2, 3]));
      const none = loss([1, 2, 3, 4, 5, 6], [0, 0]);
      expect([...none.value.dataSync(), ...none.grad.dataSync()].map(Math.abs)).toEqual(new Array(7).fill(0));
      // The targets of a row are 0.8, 0.1, 0.1.
      expect(loss([900, 0, 0, 0, 0, -900], [1, 1]).value.dataSync()[0]).toBeCloseTo((180 + 720 + Math.LN2 / 1) / 2, 0);
      expect(loss([NaN, 0, 0, 0, 0, 0], [1, 1]).value.dataSync()[0]).toBeNaN();
    });
  });

  test.each([
    [1, 1],
    [7, 3],
    [4, 33],
  ])('sigmoid cross-entropy: %i rows, %i labels', (rows, labels) => {
    const targets = noise(rows * labels, 9).map((value) => (value > 0.5 ? 0.25 : Number(value > 0)));
    const weights = weightsOf(rows);
    checkOperation({
      inputs: { logits: [rows, labels] },
      reference: ([logits]) => [[reference.sigmoidCrossEntropy(logits, targets, weights)]],
      op: ([logits]) => [
        sigmoidCrossEntropy(logits as tf.Tensor2D, tf.tensor2d(targets, [rows, labels]), tf.tensor1d(weights)),
      ],
      scale: 4,
    });
  });

  test('sigmoid cross-entropy at 0, far out, without weight and with NaN', () => {
    tf.tidy(() => {
      const loss = (logits: number[], targets: number[], weights: number[]) => {
        const { value, grad } = tf.valueAndGrad((z: tf.Tensor) =>
          sigmoidCrossEntropy(z as tf.Tensor2D, tf.tensor2d(targets, [2, 1]), tf.tensor1d(weights)),
        )(tf.tensor2d(logits, [2, 1]));
        return [...value.dataSync(), ...grad.dataSync()];
      };
      const [value, ...gradient] = loss([0, 0], [1, 0], [1, 1]);
      expect(value).toBeCloseTo(Math.LN2, 5);
      expect(gradient).toEqual([-0.25, 0.25]);
      expect(loss([2000, -2000], [0, 1], [1, 1])).toEqual([2000, 0.5, -0.5]);
      expect(loss([NaN, 0], [0, 1], [0, 1])[0]).toBeCloseTo(Math.LN2, 5);
      expect(loss([NaN, 0], [0, 1], [1, 1])[0]).toBeNaN();
      expect(loss([1, 2], [0, 1], [0, 0])).toEqual([0, 0, 0]);
    });
  });
});
