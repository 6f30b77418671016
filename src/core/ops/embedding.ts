import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, registerKernelGradient, runKernel } from './kernels';

/**
 * Rows of a table: y[n] = table[ids[n]].
 *
 * @param table [V, E]
 * @param ids [N] int32, each in [0, V)
 * @returns [N, E]
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  if (hasKernel('Embedding')) return runKernel<tf.Tensor2D>('Embedding', { table, ids });
  return composedEmbedding(table, ids);
}

registerKernelGradient('Embedding', { inputs: ['table', 'ids'] }, ([dy], [table, ids]) => ({
  table: runKernel<tf.Tensor2D>('EmbeddingGrad', { ids, dy }, { vocabulary: table.shape[0] }),
}));

/** TF.js's own gradient of gather compares all ids with each row of the table; adding rows up directly is far quicker. */
function composedEmbedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const gather = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([ids]); // they may be gone before the gradient is asked for
    return {
      value: tf.gather(input as tf.Tensor2D, ids),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => scatterAdd(saved[0], dy, table.shape),
    };
  });
  return gather(table) as tf.Tensor2D;
}

/** out[v] = sum of dy[n] over the n with ids[n] = v. dy: [N, E]; out: [V, E]. */
function scatterAdd(ids: tf.Tensor, dy: tf.Tensor, [rows, width]: [number, number]): tf.Tensor2D {
  const sums = new Float32Array(rows * width);
  const index = ids.dataSync();
  const values = dy.dataSync();
  for (let n = 0; n < index.length; n++) {
    const to = index[n] * width;
    const from = n * width;
    for (let e = 0; e < width; e++) sums[to + e] += values[from + e];
  }
  return tf.tensor2d(sums, [rows, width]);
}
