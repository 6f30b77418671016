import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeapBackend } from '../../../src/engine/backend';
import type { PreparedBackend } from '../../../src/engine/select';
import { FAMILIES, OPTIMISERS, answerOf, optimised } from './families';
import { expectFlat, memoryInUse, noisy, run, startKernels } from './harness';

let engine: PreparedBackend;
beforeAll(async () => void (engine = await startKernels(2)));
afterAll(() => engine.close());

const heapOf = () => (tf.backend() as HeapBackend).heap;

/** Every compiled kernel once, forward and back, in a tidy as a training step is. */
function everything(time: number, batch: number, units: number): void {
  tf.tidy(() => {
    const t = (...shape: number[]) => noisy(shape, shape.length).tensor;
    const state = () => t(batch, units);
    const cell = (gates: number) => ({
      x: t(time, batch, gates * units),
      weight: t(gates * units, units),
      bias: t(gates * units),
      h0: state(),
    });
    const dy = t(time, batch, units);
    const lstm = { ...cell(4), c0: state() };
    const [y, , , reserve] = run('LstmSequence', lstm);
    run('LstmSequenceGrad', {
      weight: lstm.weight,
      h0: lstm.h0,
      c0: lstm.c0,
      y,
      reserve,
      dy,
      dhN: state(),
      dcN: state(),
    });
    const gru = cell(3);
    const [gruY, , gruReserve] = run('GruSequence', gru);
    run('GruSequenceGrad', {
      weight: gru.weight,
      bias: gru.bias,
      h0: gru.h0,
      y: gruY,
      reserve: gruReserve,
      dy,
      dhN: state(),
    });
    const rnn = cell(1);
    const [rnnY] = run('RnnSequence', rnn, { activation: 'tanh' });
    run('RnnSequenceGrad', { weight: rnn.weight, h0: rnn.h0, y: rnnY, dy, dhN: state() }, { activation: 'tanh' });
    const rows = time * batch;
    const [weight, bias] = [t(7, units), t(7)];
    const flat = tf.reshape(y, [rows, units]);
    const [logits] = run('Dense', { x: flat, weight, bias });
    run('DenseGrad', { x: flat, weight, dy: logits });
    const labels = tf.zeros([rows], 'int32');
    const [, lossReserve] = run('SoftmaxCrossEntropy', { logits, labels, weights: tf.ones([rows]) });
    run('SoftmaxCrossEntropyGrad', { reserve: lossReserve, dloss: tf.scalar(1) }, { rows, classes: 7 });
    run('Embedding', { table: weight, ids: labels });
    run('EmbeddingGrad', { ids: labels, dy: flat }, { vocabulary: 7 });
    const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentum: 0, decay: 0, step: 1, average: 1 };
    const parameters = { p0: weight, g0: t(7, units), a0: t(7, units), b0: tf.ones([7, units]) };
    const limits = { clip: 1, clipValue: 0.5, weightDecay: 0 };
    run('OptimiserStep', parameters, { rule: 'adam', count: 1, ...rates, ...limits });
    tf.matMul(tf.matMul(flat, flat, true), tf.add(flat, 1), false, true).dataSync();
  });
}

test('tensors and blocks are given back', () => {
  everything(3, 2, 5);
  const [tensors, blocks, bytes] = [tf.memory().numTensors, heapOf().blocksInUse, heapOf().bytesInUse];
  for (let i = 0; i < 20; i++) everything(3, 2, 5);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(heapOf().blocksInUse).toBe(blocks);
  expect(heapOf().bytesInUse).toBe(bytes);
});

test('2,000 steps leave no tensor, no block and no memory behind', { timeout: 300_000 }, () => {
  const small = FAMILIES.filter(({ inputs }) => inputs.every((shape) => shape.every((size) => size <= 9)));
  expect(small.length).toBeGreaterThan(4);
  const step = (k: number) => {
    everything(3, 2, 5);
    answerOf(small[k % small.length]);
    if (k % 10 === 0) optimised(OPTIMISERS[(k / 10) % OPTIMISERS.length]);
  };
  const held = () => [tf.memory().numTensors, heapOf().blocksInUse, heapOf().bytesInUse, heapOf().buffer.byteLength];
  for (let k = 0; k < 1000; k++) step(k); // whatever is allocated once is allocated now
  const [before, memory] = [held(), memoryInUse()];
  for (let k = 0; k < 2000; k++) step(k);
  expect(held()).toEqual(before);
  expectFlat(memory);
});

test('sequences of ever changing length do not make the memory grow for ever', () => {
  const lengths = Array.from({ length: 60 }, (_, i) => 1 + ((i * 37) % 50));
  for (const length of lengths) everything(length, 4, 16);
  const bytes = heapOf().buffer.byteLength;
  for (let round = 0; round < 3; round++) for (const length of lengths) everything(length, 4, 16);
  expect(heapOf().buffer.byteLength).toBe(bytes);
});

test('a failing kernel gives its scratch back', () => {
  tf.tidy(() => {
    const blocks = heapOf().blocksInUse;
    const bad = { x: tf.ones([2, 3]), weight: tf.ones([4, 5]), bias: tf.ones([4]) };
    expect(() => run('Dense', bad)).toThrow('Dense: weight must be [4,3], not [4,5].');
    expect(heapOf().blocksInUse).toBe(blocks);
  });
});
