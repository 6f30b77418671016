import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/** Work of one exponential, in multiplications. */
const EXPONENTIAL = 16;

/**
 * SoftmaxCrossEntropy: logits [N, V], labels [N] int32, weights [N] -> loss (a scalar, Σ w·nll / Σ w), reserve [1].
 * A row of weight 0 takes no part, and may have any label; with no weight at all, loss and gradient are 0.
 * SoftmaxCrossEntropyGrad: reserve, dloss (a scalar), attributes rows N and classes V -> dlogits [N, V].
 */
export function registerLoss(backendName: string): void {
  register<{ logits: TensorInfo; labels: TensorInfo; weights: TensorInfo }>(
    backendName,
    'SoftmaxCrossEntropy',
    ({ logits, labels, weights }, _, backend) => {
      const [rows, classes] = logits.shape;
      expectShape('SoftmaxCrossEntropy', 'labels', labels, [rows]);
      expectShape('SoftmaxCrossEntropy', 'weights', weights, [rows]);
      const [numbers, amounts] = [backend.values(labels) as Int32Array, backend.values(weights) as Float32Array];
      expectInRange('SoftmaxCrossEntropy', numbers, classes, 'label', amounts);
      const loss = backend.output([]);
      const reserve = backend.output([1], 'float32', rows * classes);
      const [atLogits, atLabels, atWeights] = [logits, labels, weights].map((tensor) => backend.address(tensor));
      backend.run(
        (rowLosses) => {
          const addresses = [atLogits, atLabels, atWeights, backend.address(reserve), rowLosses];
          return new Program()
            .small('softmaxCrossEntropy', [rows, classes], addresses, rows * classes * EXPONENTIAL)
            .small('meanLoss', [rows], [rowLosses, atWeights, backend.address(loss)], rows);
        },
        Math.max(1, rows),
      );
      return [loss, reserve];
    },
  );

  register<{ reserve: TensorInfo; dloss: TensorInfo }, { rows: number; classes: number }>(
    backendName,
    'SoftmaxCrossEntropyGrad',
    ({ reserve, dloss }, { rows, classes }, backend) => {
      const dlogits = backend.output([rows, classes]);
      const addresses = [backend.address(reserve), backend.address(dloss), backend.address(dlogits)];
      backend.run(() => new Program().small('scale', [rows * classes], addresses, rows * classes));
      return dlogits;
    },
  );
}
