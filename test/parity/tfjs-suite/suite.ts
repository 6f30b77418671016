import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import Jasmine from 'jasmine';
import type { HeapBackend } from '../../../src/engine/backend';
import { prepareBackend } from '../../../src/engine/select';
import { KNOWN } from './known';

const [mode, threadScript] = process.argv.slice(2);

/** All tensors among a kernel's inputs. */
function* tensorsIn(inputs: unknown): Generator<tf.TensorInfo> {
  for (const input of Object.values(inputs ?? {}).flat()) if (input) yield input as tf.TensorInfo;
}

/** Makes every kernel of the heap move its numeric inputs there before it runs. */
function forceIntoHeap(): void {
  for (const config of tf.getKernelsForBackend('heap')) {
    tf.unregisterKernel(config.kernelName, 'heap');
    tf.registerKernel({
      ...config,
      kernelFunc: (params) => {
        const backend = params.backend as HeapBackend;
        for (const tensor of tensorsIn(params.inputs))
          if (tensor.dtype !== 'string' && tensor.dtype !== 'complex64' && backend.data.has(tensor.dataId as never))
            backend.address(tensor);
        return config.kernelFunc(params);
      },
    });
  }
}

async function main(): Promise<void> {
  const backendName = mode === 'cpu' ? 'cpu' : 'heap';
  if (backendName === 'heap') {
    const engine = await prepareBackend({ choice: 'kernels', threads: 2, threadScript });
    if (engine.backend !== 'heap') throw new Error(engine.notes.join(' '));
    if (mode === 'stress') forceIntoHeap();
  }
  setTestEnvs([{ name: `test-${backendName}`, backendName, flags: {}, isDataSync: true }]);
  const runner = new Jasmine();
  runner.exitOnCompletion = false;
  runner.env.configure({ random: false });
  // The suite's files register their specs with the globals that the runner has just made.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('@tensorflow/tfjs-core/dist/tests');
  runner.clearReporters();

  let passed = 0;
  const failures: string[] = [];
  const known: string[] = [];
  runner.addReporter({
    specDone(spec) {
      if (spec.status === 'passed') passed++;
      if (spec.status !== 'failed') return;
      const reason = KNOWN[spec.fullName];
      if (reason) known.push(`${spec.fullName}: ${reason}`);
      else failures.push(`${spec.fullName}: ${spec.failedExpectations[0]?.message.slice(0, 200)}`);
    },
  });
  const begin = performance.now();
  await runner.execute();
  console.log(`${mode}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  for (const line of known) console.log(`known  ${line}`);
  for (const line of failures) console.log(`FAILED ${line}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length === 0 ? 0 : 1);
}

void main();
