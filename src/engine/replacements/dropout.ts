import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { register } from './kernel';

/** Work of one hash, in multiplications. */
const HASH = 4;

/**
 * MaskedDropout: x of any shape, attributes rate in [0, 1) and seed (unsigned, 32 bits) -> x with each element zeroed
 * with probability `rate`, the others times 1 / (1 - rate). The mask depends on seed and index only, as the composed
 * dropout in core/ops draws it; so the gradient is the same kernel on dy.
 */
export function registerDropout(backendName: string): void {
  register<{ x: TensorInfo }, { rate: number; seed: number }>(
    backendName,
    'MaskedDropout',
    ({ x }, { rate, seed }, backend) => {
      const count = util.sizeFromShape(x.shape);
      const y = backend.output(x.shape);
      const threshold = Math.min(2 ** 32 - 1, Math.ceil(rate * 2 ** 32));
      const addresses = [backend.address(x), backend.address(y)];
      const counts = [count, seed | 0, threshold | 0];
      backend.run(() => new Program().small('dropout', counts, addresses, count * HASH, 1 / (1 - rate)));
      return y;
    },
  );
}
