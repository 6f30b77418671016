import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectShape, register } from './kernel';

/**
 * Dense: x [N, I], weight [O, I] (PyTorch's layout), bias [O] -> y [N, O] = x · weightᵀ + bias.
 * DenseGrad: x, weight, dy [N, O] -> dx [N, I], dweight [O, I], dbias [O].
 */
export function registerDense(backendName: string): void {
  register<{ x: TensorInfo; weight: TensorInfo; bias: TensorInfo }>(
    backendName,
    'Dense',
    ({ x, weight, bias }, _, backend) => {
      const [rows, inputs] = x.shape;
      const outputs = weight.shape[0];
      expectShape('Dense', 'weight', weight, [outputs, inputs]);
      expectShape('Dense', 'bias', bias, [outputs]);
      const y = backend.output([rows, outputs]);
      if (rows === 0) return y;
      backend.run(() =>
        new Program().multiply({
          ...{ rows, columns: outputs, depth: inputs },
          a: { address: backend.address(x), row: inputs, column: 1 },
          b: { address: backend.address(weight), row: 1, column: inputs },
          c: { address: backend.address(y), row: outputs },
          start: backend.address(bias),
        }),
      );
      return y;
    },
  );

  register<{ x: TensorInfo; weight: TensorInfo; dy: TensorInfo }>(
    backendName,
    'DenseGrad',
    ({ x, weight, dy }, _, backend) => {
      const [rows, inputs] = x.shape;
      const outputs = weight.shape[0];
      expectShape('DenseGrad', 'weight', weight, [outputs, inputs]);
      expectShape('DenseGrad', 'dy', dy, [rows, outputs]);
      const dx = backend.output([rows, inputs]);
      const dweight = backend.output([outputs, inputs]);
      const dbias = backend.output([outputs]);
      if (rows === 0) {
        for (const empty of [dweight, dbias]) backend.values(empty).fill(0);
        return [dx, dweight, dbias];
      }
      const [atX, atWeight, atDy] = [x, weight, dy].map((tensor) => backend.address(tensor));
      backend.run(() =>
        new Program()
          .multiply({
            ...{ rows, columns: inputs, depth: outputs },
            a: { address: atDy, row: outputs, column: 1 },
            b: { address: atWeight, row: inputs, column: 1 },
            c: { address: backend.address(dx), row: inputs },
          })
          .multiply({
            ...{ rows: outputs, columns: inputs, depth: rows },
            a: { address: atDy, row: 1, column: outputs },
            b: { address: atX, row: inputs, column: 1 },
            c: { address: backend.address(dweight), row: inputs },
          })
          .small('columnSums', [rows, outputs], [atDy, backend.address(dbias)], rows * outputs),
      );
      return [dx, dweight, dbias];
    },
  );
}
