import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe/parse';
import { Trainer } from '../../../src/core/training/trainer';
import type { HeapBackend } from '../../../src/engine/backend';
import type { PreparedBackend } from '../../../src/engine/select';
import { expectFlat, memoryInUse, startKernels } from './harness';
import { nativeBuilds } from './native-folder';

const VOCABULARY = 30;
const STEPS = 2000;
const heapOf = () => (tf.backend() as HeapBackend).heap;
const train = Int32Array.from({ length: 3000 }, (_, k) => (k * k + (k >> 2)) % VOCABULARY);

describe.each([...nativeBuilds.slice(0, 1), 'relaxed' as const])('%s', (build) => {
  let engine: PreparedBackend;
  beforeAll(async () => void (engine = await startKernels(2, { builds: [build], shareFrom: undefined })));
  afterAll(() => engine.close());

  test('2,000 steps of a trainer leave neither blocks nor memory behind', () => {
    expect(engine.build).toBe(build);
    const recipe = parseRecipe(
      {
        model: { embedding: 16, hidden: 24, layers: 2, dropout: 0.2, inputDropout: 0.1 },
        training: { batch: 4, length: 16, stride: 8, labelSmoothing: 0.1 },
      },
      '',
    );
    const trainer = new Trainer(recipe, { train, validation: new Int32Array(0), vocabulary: VOCABULARY });
    const held = () => [tf.memory().numTensors, heapOf().blocksInUse, heapOf().bytesInUse, heapOf().buffer.byteLength];
    const work = (count: number) => {
      for (let k = 0; k < count; k++) trainer.trainStep(k / count);
    };
    work(1000); // whatever is allocated once is allocated now
    const [before, memory] = [held(), memoryInUse()];
    work(STEPS);
    expect(held()).toEqual(before);
    expectFlat(memory);
    trainer.dispose();
  });
});
