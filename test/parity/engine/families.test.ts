import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PreparedBackend } from '../../../src/engine/select';
import { FAMILIES, OPTIMISERS, answerOf, optimised } from './families';
import { error, everyBuild, startKernels } from './harness';

/** By name: what the cpu backend gives, then what each build gives. */
const known = new Map<string, Float32Array[]>();

describe.each(everyBuild)('families of kernels, $build, $threads threads', ({ threads, build }) => {
  let engine: PreparedBackend;
  const works = [
    ...FAMILIES.map((family) => ({ name: family.name, work: () => answerOf(family) })),
    ...OPTIMISERS.map((name) => ({ name: `optimiser ${name}`, work: () => optimised(name) })),
  ];
  beforeAll(async () => {
    if (known.size === 0) {
      await tf.setBackend('cpu');
      for (const { name, work } of works) known.set(name, work());
    }
    engine = await startKernels(threads, { builds: [build] });
  });
  afterAll(() => engine.close());

  test.each(works)(
    '$name: as composed on the cpu backend, the same bits for any number of threads',
    ({ name, work }) => {
      const ours = work();
      known.get(name)!.forEach((values, k) => expect(error(ours[k], values), `tensor ${k}`).toBeLessThan(3e-5));
      const key = `${build} ${name}`;
      if (known.has(key)) expect(ours).toEqual(known.get(key));
      else known.set(key, ours);
      expect(work(), 'the same bits when repeated').toEqual(ours);
    },
  );
});
