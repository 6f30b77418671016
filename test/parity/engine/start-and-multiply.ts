// A process of its own for start.test.ts: starts the kernels and multiplies, with pauses in which the threads sleep.
import * as tf from '@tensorflow/tfjs-core';
import { prepareBackend } from '../../../src/engine/select';

async function main(): Promise<void> {
  const [threadScript, nativeFolder, cacheFolder] = process.argv.slice(2);
  const own = { nativeFolder, cacheFolder };
  const engine = await prepareBackend({ choice: 'kernels', threads: 3, threadScript, shareFrom: 0, ...own });
  for (let i = 0; i < 200; i++) {
    const product = tf.tidy(() => tf.matMul(tf.ones([40, 7]), tf.ones([7, 9])).dataSync());
    if (product.some((value) => value !== 7)) throw new Error(`Product ${i} is wrong.`);
    if (i % 10 === 0) await new Promise((done) => setTimeout(done, 3));
  }
  console.log(engine.backend, engine.threads, engine.notes.join(' '));
  // Without close: idle kernel threads must not keep a process alive.
}

void main();
