import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Cancelled } from '../../../src/core/errors';
import type { HeapBackend } from '../../../src/engine/backend';
import { STOP as WORDS, stopWords, type StopSignal } from '../../../src/engine/kernel-instance';
import { compileKernels } from '../../../src/engine/modules';
import { Program } from '../../../src/engine/program';
import { beginForward, sequenceScratch, sequenceWork } from '../../../src/engine/replacements/sequence';
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

/** A pool of kernel threads on a memory of its own, whose blocks are zeros. */
async function poolWith(threads: number, stop: StopSignal) {
  const memory = new WebAssembly.Memory({ initial: 8192, maximum: 8192, shared: true });
  const module = compileKernels('plain');
  const pool = await KernelPool.start({ module, memory, threads, script: await threadScript(), stop });
  closing.push(() => pool.close());
  let next = Math.ceil(pool.end / 4096) * 4096;
  const block = (floats: number) => (next += Math.ceil(floats / 16) * 64) - Math.ceil(floats / 16) * 64;
  const view = (address: number, floats: number) => new Float32Array(memory.buffer, address, floats);
  return { pool, block, view };
}

/** Matrices of zeros whose product takes seconds; C begins as sevens. */
async function longProduct(threads: number, stop: StopSignal, size = 4096) {
  const floats = size * size;
  const { pool, block, view } = await poolWith(threads, stop);
  const [a, b, at] = [block(floats), block(floats), block(floats)];
  const c = view(at, floats).fill(7);
  const program = (rows: number) =>
    new Program().multiply({
      ...{ rows, columns: size, depth: size },
      a: { address: a, row: size, column: 1 },
      b: { address: b, row: size, column: 1 },
      c: { address: at, row: size },
    });
  return { pool, c, size, program, block, view };
}

type Block = (floats: number) => number;
type View = (address: number, floats: number) => Float32Array;
/** Programs that take seconds, and the block that they write last to. */
const LONG: [string, (block: Block, view: View, tileColumns: number) => { program: Program; last: number }][] = [
  [
    'an LSTM of 1024 units',
    (block, _, tileColumns) => {
      const size = { time: 200, batch: 16, units: 1024, gates: 4 };
      const { time, batch, units } = size;
      const [state, steps] = [batch * units, time * batch * units];
      const [weight, h0, c0, y, x] = [4 * units * units, state, state, steps, 4 * steps].map(block);
      const kept = [state, state, 4 * steps, steps + state, steps].map(block);
      const scratch = block(sequenceScratch(size, tileColumns).floats);
      const program = new Program();
      const begin = beginForward(program, size, { weight, h0, y }, scratch, tileColumns);
      const [hLast, cLast, ...reserve] = kept;
      const words = [...begin, x, 0, block(4 * units), hLast, c0, cLast, ...reserve];
      program.add('lstmForward', words, sequenceWork(size));
      return { program, last: hLast };
    },
  ],
  [
    'the sums of a conditional random field',
    (block, view) => {
      const [batch, time, tags] = [1, 4000, 512];
      const count = batch * time * tags;
      const inputs = [block(count), block(batch), block(tags * tags), block(tags), block(tags)];
      new Int32Array(view(inputs[1], batch).buffer, inputs[1], batch).fill(time);
      const [alpha, last] = [block(count), block(batch)];
      const program = new Program().add('crfForward', [batch, time, tags, ...inputs, alpha, last, 0, 0], count * tags);
      return { program, last };
    },
  ],
  [
    'the scores of additive attention',
    (block) => {
      const [batch, count, time, width] = [8, 512, 512, 512];
      const inputs = [block(batch * count * width), block(batch * time * width), block(width)];
      const scores = block(batch * count * time);
      const program = new Program().add(
        'additiveScores',
        [batch, count, time, width, ...inputs, scores],
        batch * count * time * width,
      );
      return { program, last: scores + 4 * (batch * count * time - 1) };
    },
  ],
];

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

  test.each(LONG)('is cut short in the middle of %s', async (_, make) => {
    const signal = newSignal();
    const { pool, block, view } = await poolWith(1, signal);
    const { program, last } = make(block, view, pool.facts.tileColumns);
    view(last, 1).fill(7);
    const stopSoon = await stopperOf(signal);
    pool.heedsStop = true;
    stopSoon();
    expect(() => pool.run(program)).toThrow(Cancelled);
    expect(view(last, 1)[0], 'the end was never reached').toBe(7);
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

  test('that waits when a job ends is not cut short', async () => {
    const signal = newSignal();
    const { pool, c, size, program } = await longProduct(1, signal);
    pool.heedsStop = true;
    pool.add(program(8));
    say(signal, STOP);
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the watcher has passed it on
    pool.heedsStop = false;
    expect(c[8 * size - 1]).toBe(0);
  });
});

test.each([1, 2])(
  'an old wish that cuts a program short runs that one again, and none before it, on %i threads',
  async (threads) => {
    const { pool, c, size, program, block, view } = await longProduct(threads, newSignal(), 3072);
    const values = view(block(64), 64).fill(1);
    const factor = view(block(16), 1).fill(2);
    const [at, byTwo] = [values.byteOffset, factor.byteOffset];
    const { buffer, byteOffset } = stopWords({ buffer: c.buffer } as WebAssembly.Memory);
    const stopSoon = await stopperOf({
      buffer: buffer as SharedArrayBuffer,
      cell: byteOffset / 4 + WORDS.wanted,
      value: 1,
    });
    pool.heedsStop = true;
    pool.add(new Program().small('scale', [64], [at, byTwo, at], 64));
    pool.add(program(size));
    pool.add(new Program().small('scale', [64], [at, byTwo, at], 64));
    const forgotten = vi.spyOn(pool, 'forgetStop');
    stopSoon();
    pool.settle();
    expect(forgotten, 'the wish came while the product ran').toHaveBeenCalled();
    expect(values).toEqual(new Float32Array(64).fill(4));
    expect(c.every((value) => value === 0)).toBe(true);
  },
);

test('a kernel that is cut short gives its memory back; one that changes its inputs is not cut', async () => {
  const signal = newSignal();
  const engine = await startKernels(2, { stop: signal });
  closing.push(() => engine.close());
  const { heap } = tf.backend() as HeapBackend;
  tf.tidy(() => {
    const t = (...shape: number[]) => noisy(shape, shape.length).tensor;
    const inputs = { x: t(3, 2, 16), weight: t(16, 4), bias: t(16), h0: t(2, 4), c0: t(2, 4) };
    const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1, clip: 1, weightDecay: 0 };
    const attrs = { rule: 'adam', count: 1, clipValue: 0, momentum: 0, decay: 0, average: 0, ...rates };
    const step = () =>
      run('OptimiserStep', { p0: inputs.weight, g0: t(16, 4), a0: t(16, 4), b0: tf.ones([16, 4]) }, attrs);
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
