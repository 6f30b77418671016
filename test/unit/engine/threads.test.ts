import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileKernels } from '../../../src/engine/modules';
import { Program } from '../../../src/engine/program';
import { KernelPool, defaultThreadCount } from '../../../src/engine/threads';
import { threadScript } from '../../parity/engine/thread-script';

const module = compileKernels('plain');
const newMemory = () => new WebAssembly.Memory({ initial: 64, maximum: 1024, shared: true });

/** Doubles `count` numbers at the memory's end, on all threads unless `shareFrom` is larger. */
async function newPool(threads: number, shareFrom = 0) {
  const memory = newMemory();
  const pool = await KernelPool.start({ module, memory, threads, script: await threadScript(), shareFrom });
  memory.grow(64);
  const count = 1000;
  const at = Math.ceil(pool.end / 64) * 64;
  const values = new Float32Array(memory.buffer, at, count).fill(1);
  const factor = new Float32Array(memory.buffer, at + 8000, 1).fill(2);
  const program = (work = count) => new Program().small('scale', [count], [at, factor.byteOffset, at], work);
  const double = () => pool.run(program());
  return { pool, values, factor, program, double };
}

describe('KernelPool', () => {
  test.each([1, 2, 3, 5])('%i threads run every program to its end', async (threads) => {
    const { pool, values, double } = await newPool(threads);
    for (let i = 0; i < 100; i++) double();
    expect(values.every((value) => value === 2 ** 100)).toBe(true);
    await pool.close();
  });

  test.each([1, 2, 3])(
    'programs wait and then run in one call, one behind the other, on %i threads',
    async (threads) => {
      const { pool, values, program } = await newPool(threads, 1000);
      // Every other one is too small to be shared.
      for (let i = 0; i < 100; i++) pool.add(program(i % 2 === 0 ? 2000 : 10));
      expect(values.every((value) => value === 1)).toBe(true);
      pool.settle();
      expect(values.every((value) => value === 2 ** 100)).toBe(true);
      expect(pool.calls).toBe(1);
      pool.settle();
      expect(pool.calls).toBe(1);
      await pool.close();
    },
  );

  test('more programs than there is room for run on their way', async () => {
    const { pool, values, factor, program } = await newPool(1);
    factor[0] = -1;
    for (let i = 0; i < 9999; i++) pool.add(program());
    expect(pool.calls).toBeGreaterThan(0);
    pool.settle();
    expect(values.every((value) => value === -1)).toBe(true);
    await pool.close();
  });

  test('what is dropped never runs', async () => {
    const { pool, values, program } = await newPool(2);
    pool.add(program());
    pool.drop();
    pool.settle();
    expect(values[0]).toBe(1);
    await pool.close();
  });

  test('threads fall asleep when idle and wake up again', async () => {
    const { pool, values, double } = await newPool(2);
    double();
    await new Promise((done) => setTimeout(done, 100));
    const before = process.cpuUsage();
    await new Promise((done) => setTimeout(done, 500));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000, 'ms of processor time in 500 idle ms').toBeLessThan(250);
    double();
    expect(values[999]).toBe(4);
    await pool.close();
  });

  test('a closed pool refuses programs, and closing twice does no harm', async () => {
    const { pool, double } = await newPool(2);
    await pool.close();
    await pool.close();
    expect(double).toThrow('The kernel threads are closed.');
  });

  test('a program that breaks a thread ends the pool instead of hanging it', async () => {
    const { pool, double } = await newPool(2);
    const outside = 0x7fffff00;
    const wild = new Program().small('scale', [1000], [outside, outside, outside], 1000);
    expect(() => pool.run(wild)).toThrow(/out of bounds/);
    expect(double).toThrow();
    await pool.close();
  });

  test('a missing script and one that does not start are errors', async () => {
    const options = { module, memory: newMemory(), threads: 2 };
    await expect(KernelPool.start({ ...options, script: '/no/such/file.js' })).rejects.toThrow(
      "kernel thread's script is missing",
    );
    const script = join(tmpdir(), `no-kernel-thread-${process.pid}.cjs`);
    writeFileSync(script, 'process.exit(3)');
    await expect(KernelPool.start({ ...options, script })).rejects.toThrow('ended with code 3 before it was ready');
  });
});

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [8, 7],
  [64, 8],
])('%i physical cores give %i threads', (cores, threads) => {
  expect(defaultThreadCount(cores)).toBe(threads);
});
