import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { Cancelled } from '../../../src/core/errors';
import type { HeapBackend } from '../../../src/engine/backend';
import type { StopSignal } from '../../../src/engine/kernel-instance';
import { compileKernels } from '../../../src/engine/modules';
import { Program } from '../../../src/engine/program';
import { KernelPool } from '../../../src/engine/threads';
import { noisy, run, startKernels } from '../../parity/engine/harness';
import { threadScript } from '../../parity/engine/thread-script';

const STOP = 2;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const newSignal = (): StopSignal => ({ buffer: new SharedArrayBuffer(64), cell: 3, value: STOP });

/** Sets or clears a signal, as a host does. */
function say({ buffer, cell }: StopSignal, value: number): void {
  const cells = new Int32Array(buffer);
  Atomics.store(cells, cell, value);
  Atomics.notify(cells, cell);
}

/** A thread that sets the signal a moment after it is told to; the one that computes cannot. */
async function stopperOf(signal: StopSignal): Promise<() => void> {
  const code = `const { parentPort, workerData: { buffer, cell, value } } = require('node:worker_threads');
    const cells = new Int32Array(buffer);
    parentPort.on('message', () => setTimeout(() => { Atomics.store(cells, cell, value); Atomics.notify(cells, cell); }, 100));
    parentPort.postMessage('ready');`;
  const worker = new Worker(code, { eval: true, workerData: signal });
  closing.push(() => worker.terminate());
  await new Promise((resolve) => worker.once('message', resolve));
  return () => worker.postMessage('soon');
}

/** Matrices of zeros whose product takes seconds, in a memory of their own; C begins as sevens. */
async function longProduct(threads: number, stop: StopSignal) {
  const size = 4096;
  const floats = size * size;
  const memory = new WebAssembly.Memory({ initial: 4096, maximum: 8192, shared: true });
  const module = compileKernels('plain');
  const pool = await KernelPool.start({ module, memory, threads, script: await threadScript(), stop });
  closing.push(() => pool.close());
  const at = Math.ceil(pool.end / 4096) * 4096;
  const c = new Float32Array(memory.buffer, at + 8 * floats, floats).fill(7);
  const program = (rows: number) =>
    new Program().multiply({
      ...{ rows, columns: size, depth: size },
      a: { address: at, row: size, column: 1 },
      b: { address: at + 4 * floats, row: size, column: 1 },
      c: { address: c.byteOffset, row: size },
    });
  return { pool, c, size, program };
}

describe('a program', () => {
  test.each([1, 2])('is cut short in the middle of one product, on %i threads', async (threads) => {
    const signal = newSignal();
    const { pool, c, size, program } = await longProduct(threads, signal);
    const stopSoon = await stopperOf(signal);
    pool.heedsStop = true;
    stopSoon();
    expect(() => pool.run(program(size))).toThrow(Cancelled);
    expect(c[c.length - 1], 'the last rows were never reached').toBe(7);
    // As long as Stop is wanted nothing runs; afterwards everything does.
    expect(() => pool.run(program(8))).toThrow(Cancelled);
    say(signal, 0);
    pool.run(program(8));
    expect(c[8 * size - 1]).toBe(0);
  });

  test('does not heed Stop outside of a job, nor an old wish in the next one', async () => {
    const signal = newSignal();
    const { pool, c, size, program } = await longProduct(2, signal);
    say(signal, STOP);
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the watcher has passed it on
    pool.run(program(8));
    expect(c[8 * size - 1]).toBe(0);
    c.fill(7);
    say(signal, 0);
    pool.heedsStop = true;
    pool.run(program(8));
    expect(c[8 * size - 1]).toBe(0);
  });
});

test('a kernel that is cut short gives its memory back; one that changes its inputs is not cut', async () => {
  const signal = newSignal();
  const engine = await startKernels(2, { stop: signal });
  closing.push(() => engine.close());
  const { heap } = tf.backend() as HeapBackend;
  tf.tidy(() => {
    const t = (...shape: number[]) => noisy(shape, shape.length).tensor;
    const inputs = { x: t(3, 2, 16), weight: t(16, 4), bias: t(16), h0: t(2, 4), c0: t(2, 4) };
    const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1, clip: 1, weightDecay: 0 };
    const step = () =>
      run('AdamStep', { p0: inputs.weight, g0: t(16, 4), m0: t(16, 4), v0: tf.ones([16, 4]) }, { count: 1, ...rates });
    run('LstmSequence', inputs);
    step();
    const blocks = heap.blocksInUse;
    engine.heedStop(true);
    say(signal, STOP);
    // The watcher's turn may come a moment later.
    const cutShort = () => {
      const [y] = tf.tidy(() => run('LstmSequence', inputs).map((tensor) => tensor.dataSync()));
      return y;
    };
    expect(() => {
      for (let k = 0; k < 1e6; k++) cutShort();
    }).toThrow(Cancelled);
    expect(heap.blocksInUse).toBe(blocks);
    expect(step()[0].dataSync()[1]).toBeGreaterThan(0);
    engine.heedStop(false);
    expect(cutShort()).toHaveLength(24);
  });
});
