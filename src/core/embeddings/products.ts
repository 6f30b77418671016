import { matMul, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Dot products of some vectors with the rows of a table, on the current backend.
 *
 * Not in a `tidy` that returns them: it would look for tensors in every one of the numbers.
 *
 * @param vectors [n, E]
 * @param table [T, E]
 * @returns [n, T]
 */
export function productsWith(vectors: Float32Array, table: Tensor2D): Float32Array {
  const size = table.shape[1];
  const rows = tensor2d(vectors, [vectors.length / size, size]);
  const products = matMul(rows, table, false, true);
  const values = Float32Array.from(products.dataSync<'float32'>());
  rows.dispose();
  products.dispose();
  return values;
}
