import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { HeapBackend } from '../backend';
import { Program } from '../program';
import { expectLengths, expectShape, register } from './kernel';
import { copyWords } from './strides';

interface ConvolutionInputs {
  x: TensorInfo;
  filters: TensorInfo;
  bias: TensorInfo;
  lengths: TensorInfo;
}

interface GradientInputs extends Omit<ConvolutionInputs, 'bias'> {
  positions: TensorInfo;
  dy: TensorInfo;
}

/** Checks what both directions have in common; `words` begin their operations, see kernels/convolution.c. */
function sizesOf(kernel: string, { x, filters, lengths }: Omit<ConvolutionInputs, 'bias'>, backend: HeapBackend) {
  const [batch, time, width] = x.shape;
  const [size, , count] = filters.shape;
  expectShape(kernel, 'filters', filters, [size, width, count]);
  expectLengths(kernel, lengths, batch, time, backend);
  const padded = Math.max(time, size);
  const words = [batch, time, width, padded, size, count, backend.address(lengths)];
  return { batch, time, width, size, count, padded, words, window: size * width };
}

/**
 * ConvolveMaxOverTime: x [B, T, E], filters [K, E, F], bias [F], lengths [B] int32 -> y [B, F], positions [B, F] int32;
 * see core/ops/convolution.ts.
 * ConvolveMaxOverTimeGrad: x, filters, lengths, positions, dy [B, F] -> dx, dfilters, dbias.
 */
export function registerConvolution(backendName: string): void {
  register<ConvolutionInputs>(backendName, 'ConvolveMaxOverTime', (inputs, _, backend) => {
    const sizes = sizesOf('ConvolveMaxOverTime', inputs, backend);
    const { batch, width, size, count, padded, words, window } = sizes;
    expectShape('ConvolveMaxOverTime', 'bias', inputs.bias, [count]);
    const y = backend.output([batch, count]);
    const positions = backend.output([batch, count], 'int32');
    const rows = batch * padded;
    if (rows * count === 0) return [y, positions];
    const [x, filters, bias] = [inputs.x, inputs.filters, inputs.bias].map((tensor) => backend.address(tensor));
    const atResults = [backend.address(y), backend.address(positions)];
    const copied = (rows + size - 1) * width;
    // Scratch: x with zeros behind each end, then every window's answers.
    backend.run(
      (atRows) => {
        const atScores = atRows + copied * 4;
        return new Program()
          .add('timeRows', [...words, x, atRows, 0, 0, 0], copied)
          .multiply({
            ...{ rows, columns: count, depth: window },
            a: { address: atRows, row: width, column: 1 }, // overlapping windows
            b: { address: filters, row: count, column: 1 },
            c: { address: atScores, row: count },
            start: bias,
          })
          .add('maxOverTime', [...words, atScores, ...atResults, 0, 0], rows * count);
      },
      copied + rows * count,
    );
    return [y, positions];
  });

  register<GradientInputs>(backendName, 'ConvolveMaxOverTimeGrad', (inputs, _, backend) => {
    const { batch, count, words, window } = sizesOf('ConvolveMaxOverTimeGrad', inputs, backend);
    const { x, filters, positions, dy } = inputs;
    expectShape('ConvolveMaxOverTimeGrad', 'positions', positions, [batch, count]);
    expectShape('ConvolveMaxOverTimeGrad', 'dy', dy, [batch, count]);
    const [dx, dfilters, dbias] = [x.shape, filters.shape, [count]].map((shape) => backend.output(shape));
    const at = (tensor: TensorInfo) => backend.address(tensor);
    const work = batch * count * window;
    const [turn, back] = [
      copyWords([window, count], [1, window], [count, 1]),
      copyWords([window, count], [count, 1], [1, window]),
    ];
    // Scratch: the filters, then their gradient, both [F, K·E].
    backend.run(
      (atTurned) => {
        const atGradient = atTurned + window * count * 4;
        return new Program()
          .add('copy', [...back, at(filters), atTurned], window * count)
          .add('inputGradient', [...words, atTurned, at(positions), at(dy), at(dx), 0], work)
          .add('filterGradient', [...words, at(x), at(positions), at(dy), atGradient, at(dbias)], work)
          .add('copy', [...turn, atGradient, at(dfilters)], window * count);
      },
      2 * window * count + 1,
    );
    return [dx, dfilters, dbias];
  });
}
