import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Program } from '../program';
import { expectInRange, expectShape, register } from './kernel';

/**
 * Embedding: table [V, E] float32, ids [N] int32 -> [N, E]; throws for a number outside the table.
 * EmbeddingGrad: ids, dy [N, E], attribute vocabulary V -> [V, E], the sum of dy over equal ids.
 */
export function registerEmbedding(backendName: string): void {
  register<{ table: TensorInfo; ids: TensorInfo }>(backendName, 'Embedding', ({ table, ids }, _, backend) => {
    const [vocabulary, width] = table.shape;
    const count = ids.shape[0];
    expectInRange('Embedding', backend.values(ids) as Int32Array, vocabulary, 'id');
    const rows = backend.output([count, width]);
    const addresses = [backend.address(table), backend.address(ids), backend.address(rows)];
    backend.run(() => new Program().small('embedding', [count, width, vocabulary], addresses, count * width));
    return rows;
  });

  register<{ ids: TensorInfo; dy: TensorInfo }, { vocabulary: number }>(
    backendName,
    'EmbeddingGrad',
    ({ ids, dy }, { vocabulary }, backend) => {
      const [count, width] = dy.shape;
      expectShape('EmbeddingGrad', 'ids', ids, [count]);
      const dtable = backend.output([vocabulary, width]);
      const addresses = [backend.address(ids), backend.address(dy), backend.address(dtable)];
      const work = (count + vocabulary) * width;
      backend.run(() => new Program().small('embeddingBackward', [count, width, vocabulary], addresses, work));
      return dtable;
    },
  );
}
