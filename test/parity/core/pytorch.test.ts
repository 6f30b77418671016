import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelFromCheckpoint } from '../../../src/core/models/checkpoint-model';
import { languageModelShape } from '../../../src/core/models/language-model';
import { gru } from '../../../src/core/ops/gru';
import { lstm } from '../../../src/core/ops/lstm';
import { rnn } from '../../../src/core/ops/rnn';
import type { RecurrentWeights } from '../../../src/core/ops/sequence';
import { recipeSchema } from '../../../src/core/recipe/schema';
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/runs/safetensors';
import { Trainer } from '../../../src/core/training/trainer';
import { expectClose } from '../engine/harness';
import { onEachBackend } from './check';
import { runCell } from './run-cell';

interface Numbers {
  shape: number[];
  values: number[];
}
/** As test/reference/make-pytorch-vectors.py writes them. */
interface Case {
  cell: 'lstm' | 'gru' | 'rnn tanh' | 'rnn relu';
  layers: number;
  weights: Record<string, Numbers>;
  x: Numbers;
  states: Numbers[];
  y: Numbers;
  last: Numbers[];
}
const REFERENCE = join(import.meta.dirname, '../../reference');
/** One bidirectional layer over packed sequences, with the gradients of Σ v·cos v over y and the last states. */
interface PackedCase {
  cell: Case['cell'];
  lengths: number[];
  weights: Record<string, Numbers>;
  weightGradients: Record<string, Numbers>;
  x: Numbers;
  xGradient: Numbers;
  /** [2, B, H] each: forward, then reversed. */
  states: Numbers[];
  stateGradients: Numbers[];
  /** [T, B, 2H] */
  y: Numbers;
  last: Numbers[];
}
const { cases, packed } = JSON.parse(readFileSync(join(REFERENCE, 'pytorch-vectors.json'), 'utf8')) as {
  cases: Case[];
  packed: PackedCase[];
};

const tensor = ({ values, shape }: Numbers) => tf.tensor(values, shape);

/** All layers of a case with our ops: y, then each state of all layers, [layers, batch, hidden]. */
function runLayers({ cell, layers, weights, x, states }: Case): tf.Tensor[] {
  let y = tensor(x) as tf.Tensor3D;
  const last: tf.Tensor2D[][] = states.map(() => []);
  for (let layer = 0; layer < layers; layer++) {
    const weight = (name: string) => tensor(weights[`${name}_l${layer}`]);
    const own = {
      weightIh: weight('weight_ih'),
      weightHh: weight('weight_hh'),
      biasIh: weight('bias_ih'),
      biasHh: weight('bias_hh'),
    } as RecurrentWeights;
    const [h, c] = states.map((state) => tf.unstack(tensor(state))[layer] as tf.Tensor2D);
    if (cell === 'lstm') {
      const result = lstm(y, own, { h, c });
      y = result.y;
      last[0].push(result.state.h);
      last[1].push(result.state.c);
    } else {
      const result = cell === 'gru' ? gru(y, own, h) : rnn(y, own, h, cell === 'rnn relu' ? 'relu' : 'tanh');
      y = result.y;
      last[0].push(result.h);
    }
  }
  return [y, ...last.map((parts) => tf.stack(parts))];
}

const NAMES = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];
const DIRECTIONS = ['_l0', '_l0_reverse'];

/** Both directions of a packed case: y, then each state, [2, B, H]. Parts: x, the weights of each direction, the states. */
function runPacked({ cell, lengths, states }: PackedCase, [x, ...parts]: tf.Tensor[]): tf.Tensor[] {
  const steps = tf.tensor1d(lengths, 'int32');
  const outputs = DIRECTIONS.map((_, direction) => {
    const weights = parts.slice(direction * NAMES.length, (direction + 1) * NAMES.length);
    const own = parts.slice(DIRECTIONS.length * NAMES.length).map((state) => tf.unstack(state)[direction]);
    return runCell(cell, x as tf.Tensor3D, [...weights, ...own], { lengths: steps, reversed: direction === 1 });
  });
  const [forward, reversed] = outputs;
  return [
    tf.concat([forward[0], reversed[0]], 2),
    ...states.map((_, k) => tf.stack([forward[k + 1], reversed[k + 1]])),
  ];
}

function expectEqual(ours: tf.Tensor, theirs: Numbers, what: string): void {
  expect(ours.shape, what).toEqual(theirs.shape);
  expectClose([ours.dataSync<'float32'>()], [theirs.values], [what], 1e-5);
}

onEachBackend(() => {
  test.each(packed)("$cell, packed and bidirectional, computes what PyTorch's does", (given) => {
    tf.tidy(() => {
      const names = DIRECTIONS.flatMap((direction) => NAMES.map((name) => name + direction));
      const parts = [given.x, ...names.map((name) => given.weights[name]), ...given.states].map(tensor);
      const theirs = [given.y, ...given.last];
      runPacked(given, parts).forEach((ours, k) => expectEqual(ours, theirs[k], `output ${k}`));
      const loss = (...all: tf.Tensor[]) =>
        tf.addN(runPacked(given, all).map((output) => tf.sum(tf.mul(output, tf.cos(output))))) as tf.Scalar;
      const gradients = [given.xGradient, ...names.map((name) => given.weightGradients[name]), ...given.stateGradients];
      tf.grads(loss)(parts).forEach((ours, k) => expectEqual(ours, gradients[k], `gradient ${k}`));
    });
  });

  test.each(cases)("$cell with $layers layers computes what PyTorch's does", (given) => {
    tf.tidy(() => {
      runLayers(given).forEach((ours, k) => {
        const theirs = [given.y, ...given.last][k];
        expect(ours.shape).toEqual(theirs.shape);
        const difference = ours
          .dataSync<'float32'>()
          .reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs.values[i])), 0);
        expect(difference).toBeLessThan(1e-5);
      });
    });
  });
});

const PYTHON = process.env.SEQUENCE_LAB_TORCH_PYTHON ?? 'python3';
const hasTorch = ((): boolean => {
  try {
    execFileSync(PYTHON, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('cpu', () => {
  let folder = '';
  beforeAll(async () => {
    await tf.setBackend('cpu');
    folder = mkdtempSync(join(tmpdir(), 'sequence-lab-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const models = [
    { cell: 'lstm', layers: 1 },
    { cell: 'lstm', layers: 2 },
    { cell: 'gru', layers: 2 },
    { cell: 'rnn', layers: 1, activation: 'relu' },
    { cell: 'rnn', layers: 2, activation: 'tanh' },
  ] as const;
  test.skipIf(!hasTorch).each(models)(
    'PyTorch loads our checkpoint (needs Python with torch): $cell, $layers layers',
    (shape) => {
      const recipe = recipeSchema.parse({
        model: { ...shape, embedding: 6, hidden: 11 },
        training: { batch: 2, length: 8 },
      });
      const [time, batch, vocabulary] = [9, 3, 10];
      const train = Int32Array.from({ length: 200 }, (_, k) => (k * k + (k >> 3)) % vocabulary);
      const trainer = new Trainer(recipe, { train, validation: new Int32Array(0), vocabulary });
      for (let step = 0; step < 5; step++) trainer.trainStep(0.3);
      const file = join(folder, 'last.safetensors');
      const { tensors, metadata } = trainer.checkpoint('last');
      trainer.dispose();
      writeFileSync(file, encodeSafetensors(tensors, metadata));

      const model = modelFromCheckpoint(recipe, vocabulary, decodeSafetensors(readFileSync(file), file).tensors);
      const ids = train.slice(0, time * batch);
      const logits = tf.tidy(() => model.forward(tf.tensor1d(ids, 'int32'), model.zeroState(batch)).logits.dataSync());
      model.dispose();
      const { cell, activation } = languageModelShape(recipe, vocabulary);
      const content = { cell, activation, time, batch, ids: Array.from(ids), logits: Array.from(logits) };
      writeFileSync(join(folder, 'case.json'), JSON.stringify(content));
      const script = join(REFERENCE, 'check-pytorch.py');
      const said = execFileSync(PYTHON, [script, file, join(folder, 'case.json')], { encoding: 'utf8' });
      expect(said).toMatch(/^greatest difference \d/);
    },
  );
});
