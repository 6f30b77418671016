import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectLengths, expectShape, inherited, register } from './kernel';

/** Work of one exponential and of one hyperbolic tangent, in multiplications. */
const EXPONENTIAL = 16;
const TANH = 20;

/**
 * Softmax of TF.js over the last axis.
 * MaskedSoftmax: scores [B, Q, T], lengths [B] int32 -> weights [B, Q, T], over the first lengths[b], 0 behind.
 * MaskedSoftmaxGrad: weights, lengths, dy -> dscores.
 * AdditiveScores: queries [B, Q, A], keys [B, T, A], v [A] -> scores [B, Q, T] = v · tanh(query + key).
 * AdditiveScoresGrad: queries, keys, v, dy -> dqueries, dkeys, dv.
 */
export function registerAttention(backendName: string): void {
  register<{ logits: TensorInfo }, { dim: number }>(backendName, 'Softmax', ({ logits }, { dim }, backend) => {
    const { shape, dtype } = logits;
    if (dtype !== 'float32' || dim !== shape.length - 1) return inherited('Softmax', { logits }, { dim }, backend);
    const count = util.sizeFromShape(shape);
    const columns = shape[dim];
    const y = backend.output(shape);
    if (count === 0) return y;
    const words = [count / columns, columns, 1, 0, backend.address(logits), 0, backend.address(y), 0];
    backend.run(() => new Program().add('softmax', words, count * EXPONENTIAL));
    return y;
  });
  registerMasked(backendName);
  registerAdditive(backendName);
}

function registerMasked(backendName: string): void {
  register<{ scores: TensorInfo; lengths: TensorInfo }>(
    backendName,
    'MaskedSoftmax',
    ({ scores, lengths }, _, backend) => {
      const [batch, count, time] = scores.shape;
      expectLengths('MaskedSoftmax', lengths, batch, time, backend);
      const weights = backend.output(scores.shape);
      const addresses = [scores, lengths, weights].map((tensor) => backend.address(tensor));
      const rows = batch * count;
      backend.run(() =>
        new Program().add('softmax', [rows, time, count, 0, ...addresses, 0], rows * time * EXPONENTIAL),
      );
      return weights;
    },
  );

  register<{ weights: TensorInfo; lengths: TensorInfo; dy: TensorInfo }>(
    backendName,
    'MaskedSoftmaxGrad',
    ({ weights, lengths, dy }, _, backend) => {
      const [batch, count, time] = weights.shape;
      expectShape('MaskedSoftmaxGrad', 'dy', dy, weights.shape);
      const dscores = backend.output(weights.shape);
      const addresses = [weights, lengths, dy, dscores].map((tensor) => backend.address(tensor));
      const rows = batch * count;
      backend.run(() => new Program().add('softmaxBackward', [rows, time, count, 0, ...addresses], 4 * rows * time));
      return dscores;
    },
  );
}

function registerAdditive(backendName: string): void {
  const sizesOf = (kernel: string, queries: TensorInfo, keys: TensorInfo, v: TensorInfo) => {
    const [batch, count, width] = queries.shape;
    const time = keys.shape[1];
    expectShape(kernel, 'keys', keys, [batch, time, width]);
    expectShape(kernel, 'v', v, [width]);
    return [batch, count, time, width];
  };
  register<{ queries: TensorInfo; keys: TensorInfo; v: TensorInfo }>(
    backendName,
    'AdditiveScores',
    ({ queries, keys, v }, _, backend) => {
      const sizes = sizesOf('AdditiveScores', queries, keys, v);
      const scores = backend.output(sizes.slice(0, 3));
      const addresses = [queries, keys, v, scores].map((tensor) => backend.address(tensor));
      const work = util.sizeFromShape(sizes) * TANH;
      backend.run(() => new Program().add('additiveScores', [...sizes, ...addresses], work));
      return scores;
    },
  );

  register<{ queries: TensorInfo; keys: TensorInfo; v: TensorInfo; dy: TensorInfo }>(
    backendName,
    'AdditiveScoresGrad',
    ({ queries, keys, v, dy }, _, backend) => {
      const sizes = sizesOf('AdditiveScoresGrad', queries, keys, v);
      expectShape('AdditiveScoresGrad', 'dy', dy, sizes.slice(0, 3));
      const gradients = [queries, keys, v].map(({ shape }) => backend.output(shape));
      const addresses = [queries, keys, v, dy, ...gradients].map((tensor) => backend.address(tensor));
      const work = 2 * util.sizeFromShape(sizes) * TANH;
      backend.run(() => new Program().add('additiveBackward', [...sizes, ...addresses], work));
      return gradients;
    },
  );
}
