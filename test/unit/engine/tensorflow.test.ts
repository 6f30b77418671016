import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lstm } from '../../../src/core/ops/lstm';
import type { RecurrentWeights } from '../../../src/core/ops/sequence';
import { availableBackends, prepareBackend } from '../../../src/engine/select';

afterEach(() => vi.unstubAllEnvs());
const start = (threads = 0) => prepareBackend({ choice: 'tensorflow', threads });

/** Names of the kernels that an LSTM layer runs. */
function kernelsOf(options: Parameters<typeof lstm>[3]): string[] {
  const ones = (...shape: number[]) => tf.ones(shape);
  const state = { h: ones(2, 3) as tf.Tensor2D, c: ones(2, 3) as tf.Tensor2D };
  const shapes = { weightIh: [12, 5], weightHh: [12, 3], biasIh: [12], biasHh: [12] };
  const weights = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, ones(...shape)]));
  const run = vi.spyOn(tf.engine(), 'runKernel');
  tf.tidy(() => lstm(ones(4, 2, 5) as tf.Tensor3D, weights as unknown as RecurrentWeights, state, options).y);
  const names = run.mock.calls.map(([name]) => name);
  run.mockRestore();
  return names;
}

describe.skipIf(!availableBackends({}).tensorflow)('the backend tensorflow', () => {
  test('runs a plain LSTM layer as one block, also after a second start', async () => {
    for (let k = 0; k < 2; k++) {
      expect(await start()).toMatchObject({ backend: 'tensorflow', build: 'none', notes: [] });
      expect(tf.getBackend()).toBe('tensorflow');
      expect(kernelsOf({})).toContain('BlockLstm');
    }
  });

  test('composes a layer that the block cannot do', async () => {
    await start();
    const kernels = kernelsOf({ lengths: tf.tensor1d([4, 1], 'int32') });
    expect(kernels).not.toContain('BlockLstm');
    expect(kernels.filter((name) => name === 'Tanh')).toHaveLength(2 * 4);
  });

  test('says how many threads TensorFlow takes, and how to change that', async () => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '3');
    expect(await start(3)).toMatchObject({ threads: 3, notes: [] });
    expect(await start(1)).toMatchObject({
      threads: 3,
      notes: ['TensorFlow computes with 3 threads; set TF_NUM_INTRAOP_THREADS before the start to change that.'],
    });
  });
});
