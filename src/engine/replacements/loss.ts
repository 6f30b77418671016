import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program, floatWord } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/** Work of one exponential, in multiplications. */
const EXPONENTIAL = 16;

interface LossInputs {
  logits: TensorInfo;
  labels: TensorInfo;
  weights: TensorInfo;
  classWeights?: TensorInfo;
}

/** Writes what each row counts, its weight times that of its label's class; a row of weight 0 may have any label. */
function writeTotals(totals: Float32Array, { labels, weights, classWeights }: LossInputs, backend: HeapBackend): void {
  const amounts = backend.values(weights);
  const own = classWeights && backend.values(classWeights);
  const numbers = backend.values(labels);
  for (let row = 0; row < totals.length; row++)
    totals[row] = amounts[row] === 0 || !own ? amounts[row] : amounts[row] * own[numbers[row]];
}

/**
 * SoftmaxCrossEntropy: logits [N, V], labels [N] int32, weights [N], classWeights [V] or none, attribute smoothing ->
 * loss (a scalar, see core/ops/softmax-cross-entropy.ts), reserve [1]. A row of weight 0 takes no part, and may have
 * any label; with no weight at all, loss and gradient are 0.
 * SoftmaxCrossEntropyGrad: reserve, dloss (a scalar), attributes rows N and classes V -> dlogits [N, V].
 */
export function registerLoss(backendName: string): void {
  register<LossInputs, { smoothing?: number }>(
    backendName,
    'SoftmaxCrossEntropy',
    (inputs, { smoothing = 0 }, backend) => {
      const { logits, labels, weights, classWeights } = inputs;
      const [rows, classes] = logits.shape;
      expectShape('SoftmaxCrossEntropy', 'labels', labels, [rows]);
      expectShape('SoftmaxCrossEntropy', 'weights', weights, [rows]);
      if (classWeights) expectShape('SoftmaxCrossEntropy', 'classWeights', classWeights, [classes]);
      const [numbers, amounts] = [backend.values(labels) as Int32Array, backend.values(weights) as Float32Array];
      expectInRange('SoftmaxCrossEntropy', numbers, classes, 'label', amounts);
      const loss = backend.output([]);
      const reserve = backend.output([1], 'float32', rows * classes);
      const [atLogits, atLabels, atWeights] = [logits, labels, weights].map((tensor) => backend.address(tensor));
      const work = rows * classes * EXPONENTIAL;
      // Scratch: losses and totals of the rows.
      backend.run(
        (atLosses) => {
          const program = new Program();
          const atTotals = classWeights ? atLosses + rows * 4 : atWeights;
          if (classWeights) writeTotals(backend.scratchView('float32', atTotals, rows), inputs, backend);
          const atGradient = backend.address(reserve);
          if (smoothing === 0) {
            const addresses = [atLogits, atLabels, atTotals, atGradient, atLosses];
            program.small('softmaxCrossEntropy', [rows, classes], addresses, work);
          } else {
            const atClasses = classWeights ? backend.address(classWeights) : 0;
            const addresses = [atLogits, atLabels, atWeights, atTotals, atClasses, atGradient, atLosses];
            program.add('smoothedCrossEntropy', [rows, classes, floatWord(smoothing), ...addresses], work);
          }
          return program.small('meanLoss', [rows], [atLosses, atTotals, backend.address(loss)], rows);
        },
        Math.max(1, 2 * rows),
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
