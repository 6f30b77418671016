import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { availableBackends, prepareBackend } from '../../../src/engine/select';
import { findTensorflow } from '../../../src/engine/tensorflow/load';
import { threadScript } from '../../parity/engine/thread-script';

const newFolder = () => mkdtempSync(join(tmpdir(), 'sequence-lab-'));
const built = resolve(dirname(fileURLToPath(import.meta.url)), '../../../src/engine/kernels/built');

describe('prepareBackend', () => {
  // A TensorFlow that this machine has must not be found.
  beforeEach(() => vi.stubEnv('SEQUENCE_LAB_TENSORFLOW', newFolder()));

  test('auto takes the relaxed build, and computes', async () => {
    const { close, ...engine } = await prepareBackend({
      choice: 'auto',
      threads: 2,
      threadScript: await threadScript(),
    });
    expect(engine).toMatchObject({ backend: 'heap', build: 'relaxed', threads: 2, notes: [] });
    expect(tf.getBackend()).toBe('heap');
    expect(tf.tidy(() => tf.sum(tf.ones([3, 4])).dataSync()[0])).toBe(12);
    await close();
  });

  test('a build from a folder, and a second start after closing', async () => {
    for (const build of ['plain', 'relaxed'] as const) {
      const engine = await prepareBackend({ choice: 'kernels', threads: 1, kernelFolder: built, builds: [build] });
      expect(engine.build).toBe(build);
      expect(tf.tidy(() => tf.matMul(tf.ones([3, 4]), tf.ones([4, 2])).dataSync()[5])).toBe(4);
      await engine.close();
    }
  });

  test('broken kernels fall back to cpu with one note each', async () => {
    const kernelFolder = newFolder();
    writeFileSync(join(kernelFolder, 'plain.wasm'), 'not a module');
    const engine = await prepareBackend({ choice: 'auto', threads: 1, kernelFolder });
    expect(engine).toMatchObject({ backend: 'cpu', build: 'none', threads: 1 });
    expect(engine.notes).toHaveLength(3);
    expect(engine.notes[0]).toMatch(/^The relaxed SIMD kernels do not run here: ENOENT/);
    expect(engine.notes[1]).toMatch(/^The plain SIMD kernels do not run here: WebAssembly.Module/);
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.tidy(() => tf.ones([2]).dataSync()[1])).toBe(1);
  });

  test('without a script for threads one thread computes, and a note says so', async () => {
    const engine = await prepareBackend({ choice: 'kernels', threads: 2 });
    expect(engine).toMatchObject({
      backend: 'heap',
      threads: 1,
      notes: ['No script for kernel threads was given, so one thread computes.'],
    });
    await engine.close();
  });

  test('cpu is taken without a note', async () => {
    expect(await prepareBackend({ choice: 'cpu', threads: 0 })).toMatchObject({ backend: 'cpu', notes: [] });
  });

  test('a missing TensorFlow is said in one sentence with what to do', async () => {
    const wanted = prepareBackend({ choice: 'tensorflow', threads: 0, tensorflowFolders: [newFolder()] });
    await expect(wanted).rejects.toThrow('TensorFlow is not installed; run the command "Set Up TensorFlow Runtime"');
  });

  test('a TensorFlow that does not load says why', async () => {
    const folder = newFolder();
    const home = join(folder, 'node_modules/@tensorflow/tfjs-node');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"name":"@tensorflow/tfjs-node","main":"index.js"}');
    writeFileSync(join(home, 'index.js'), 'throw new Error("libtensorflow.so.2: cannot open")');
    expect(findTensorflow([newFolder(), folder])).toBe(join(home, 'index.js'));
    expect(availableBackends({ tensorflowFolders: [folder] })).toEqual({
      builds: ['relaxed', 'plain'],
      tensorflow: true,
    });
    const wanted = prepareBackend({ choice: 'tensorflow', threads: 0, tensorflowFolders: [folder] });
    await expect(wanted).rejects.toThrow('TensorFlow is installed but does not load (libtensorflow.so.2: cannot open)');
  });
});
