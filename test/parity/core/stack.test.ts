import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { RecurrentStack } from '../../../src/core/layers/recurrent-stack';
import { RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { setValues } from '../../../src/core/ops/variables';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { Random } from '../../../src/core/random';
import { recipeSchema } from '../../../src/core/recipe/schema';
import type { ModelOf } from '../../../src/core/recipe/schema/model';
import { expectClose, noise } from '../engine/harness';
import { dense, numericalGradients, softmaxCrossEntropy as referenceLoss, type Numbers } from './reference';
import { stack as reference, type Named } from './reference-stack';

const [TIME, BATCH, INPUTS, HIDDEN] = [4, 3, 3, 3];
const LENGTHS = [4, 2, 1];
type Options = Partial<ModelOf<'recurrent'>>;

const shapeOf = (options: object) =>
  recipeSchema.parse({ model: { embedding: INPUTS, hidden: HIDDEN, ...options } }).model as ModelOf<'recurrent'>;
const values = (parameters: { name: string; variable: tf.Variable }[]): Named =>
  Object.fromEntries(parameters.map(({ name, variable }) => [name, Float64Array.from(variable.dataSync())]));
/** A larger spread than the initial one, so that nothing is in its linear range. */
function spread(parameters: { variable: tf.Variable }[]): void {
  parameters.forEach(({ variable }, k) =>
    setValues(
      variable,
      noise(variable.size, 50 + k).map((value) => 0.9 * value),
    ),
  );
}

beforeAll(() => tf.setBackend('cpu'));

describe('gradients of a stack', () => {
  const cells = [
    { cell: 'lstm' },
    { cell: 'gru' },
    { cell: 'gru', resetBefore: true },
    { cell: 'rnn' },
    { cell: 'rnn', activation: 'relu' },
    { cell: 'layernorm-lstm' },
  ];
  const forms = [
    { layers: 2 },
    { layers: 3, recurrentLayers: 1, residual: true },
    { layers: 2, bidirectional: 'concat' },
    { layers: 2, bidirectional: 'sum', residual: true },
    { layers: 3, recurrentLayers: 2, bidirectional: 'concat' },
  ];
  const cases = [
    ...cells.map((cell) => ({ ...cell, ...forms[2] })),
    ...forms.map((form) => ({ cell: 'gru', ...form })),
    { cell: 'lstm', ...forms[3] },
  ];
  test.each(cases.flatMap((options) => [LENGTHS, undefined].map((lengths) => ({ options, lengths }))))(
    '$options, lengths $lengths',
    ({ options, lengths }) => {
      const shape = shapeOf(options);
      const stack = new RecurrentStack({ ...shape, inputs: INPUTS }, new Random(1));
      spread(stack.parameters);
      const x = noise(TIME * BATCH * INPUTS, 1);
      const states = stack.stateNames().map((_, k) => noise(BATCH * HIDDEN, 20 + k));
      const stateValues = Object.fromEntries(stack.stateNames().map((name, k) => [name, states[k]]));
      const weights = noise(TIME * BATCH * stack.outputSize, 3);
      const names = stack.parameters.map(({ name }) => name);
      const loss = (inputs: Numbers[]): number => {
        const named = Object.fromEntries(names.map((name, k) => [name, inputs[k]]));
        const result = reference(shape, { ...named, ...stateValues }, x, BATCH, lengths);
        const last = stack.stateNames().map((name) => result.states[name]);
        const sum = (all: Numbers, scale: Numbers) => Array.from(all).reduce((s, value, i) => s + value * scale[i], 0);
        return sum(result.y, weights) + last.reduce((s, state, k) => s + sum(state, states[k]), 0);
      };
      tf.tidy(() => {
        const state = { tensors: states.map((array) => tf.tensor2d(array.slice(), [BATCH, HIDDEN])) };
        const { value, grads } = tf.variableGrads(() => {
          const result = stack.forward(tf.tensor3d(x.slice(), [TIME, BATCH, INPUTS]), state, {
            lengths: lengths && tf.tensor1d(lengths, 'int32'),
          });
          expect(result.y.shape).toEqual([TIME, BATCH, stack.outputSize]);
          expect(result.layers).toHaveLength(shape.layers);
          const parts = result.state.tensors.map((tensor, k) => tf.sum(tf.mul(tensor, state.tensors[k])));
          return tf.addN([tf.sum(tf.mul(result.y, tf.tensor(weights, result.y.shape))), ...parts]) as tf.Scalar;
        });
        const at = stack.parameters.map(({ variable }) => variable.dataSync());
        expect(value.dataSync()[0]).toBeCloseTo(loss(at), 4);
        const gradients = stack.parameters.map(({ variable }) => grads[variable.name].dataSync());
        expectClose(gradients, numericalGradients(loss, at), names, 2e-5);
      });
      tf.dispose(stack.parameters.map(({ variable }) => variable));
    },
  );
});

describe('gradients of a language model', () => {
  const VOCABULARY = 5;
  test.each<Options>([
    { layers: 2 },
    { tied: true },
    { tied: true, layers: 2, residual: true },
    { input: 'one-hot', cell: 'gru' },
    { input: 'one-hot', hidden: VOCABULARY, cell: 'rnn', residual: true },
    { frozen: true, embeddingFile: 'vectors.txt' },
  ])('%j', (options) => {
    const shape = shapeOf(options);
    const model = new RecurrentLanguageModel({ ...shape, vocabulary: VOCABULARY }, new Random(1));
    spread(model.parameters);
    const tokens = (seed: number) =>
      Int32Array.from(noise(TIME * BATCH, seed), (u) => Math.floor(((u + 1) / 2) * VOCABULARY));
    const [inputs, targets] = [tokens(1), tokens(2)];
    const trained = model.parameters.filter(({ name }) => !model.frozen.has(name));
    expect(trained.length).toBe(model.parameters.length - (options.frozen ? 1 : 0));
    const fixed = values(model.parameters);
    const zeros = Object.fromEntries(model.stateNames().map((name) => [name, new Float64Array(BATCH * shape.hidden)]));
    const loss = (arrays: Numbers[]): number => {
      const named = { ...fixed, ...zeros, ...Object.fromEntries(trained.map(({ name }, k) => [name, arrays[k]])) };
      const width = shape.input === 'one-hot' ? VOCABULARY : INPUTS;
      const x = Float64Array.from({ length: TIME * BATCH * width }, (_, k) => {
        const [row, column] = [Math.floor(k / width), k % width];
        if (shape.input === 'one-hot') return inputs[row] === column ? 1 : 0;
        return named['embedding.weight'][inputs[row] * width + column];
      });
      const { y } = reference(shape, named, x, BATCH);
      const logits = dense(y, named[shape.tied ? 'embedding.weight' : 'output.weight'], named['output.bias']);
      return referenceLoss(logits, targets, new Float64Array(TIME * BATCH).fill(1));
    };
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => {
          const { logits } = model.forward(tf.tensor1d(inputs, 'int32'), model.zeroState(BATCH));
          return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.ones([TIME * BATCH]));
        },
        trained.map(({ variable }) => variable),
      );
      const at = trained.map(({ variable }) => variable.dataSync());
      expect(value.dataSync()[0]).toBeCloseTo(loss(at), 5);
      expectClose(
        trained.map(({ variable }) => grads[variable.name].dataSync()),
        numericalGradients(loss, at),
        trained.map(({ name }) => name),
        2e-5,
      );
    });
    model.dispose();
  });

  test('of each dropout, along a random direction with the masks held', () => {
    const dropouts: Options[] = [
      ...[
        { dropout: 0.4 },
        { inputDropout: 0.4 },
        { embeddingDropout: 0.4 },
        { hiddenDropout: 0.4 },
        { dropConnect: 0.4 },
      ],
      ...[
        { dropout: 0.4, variational: true },
        { inputDropout: 0.4, variational: true },
      ],
    ];
    for (const options of dropouts) {
      const shape = shapeOf({ layers: 2, ...options });
      const model = new RecurrentLanguageModel({ ...shape, vocabulary: VOCABULARY }, new Random(1));
      spread(model.parameters);
      const variables = model.parameters.map(({ variable }) => variable);
      const ids = Int32Array.from({ length: TIME * BATCH }, (_, k) => (k * k) % VOCABULARY);
      const loss = () => {
        const training = { random: new Random(9) };
        const { logits } = model.forward(tf.tensor1d(ids, 'int32'), model.zeroState(BATCH), { training });
        return softmaxCrossEntropy(logits, tf.tensor1d(ids, 'int32'), tf.ones([TIME * BATCH]));
      };
      tf.tidy(() => {
        const { grads } = tf.variableGrads(loss, variables);
        const start = variables.map((variable) => Float32Array.from(variable.dataSync()));
        const directions = start.map((array, k) => noise(array.length, 70 + k));
        const slope = variables.reduce(
          (sum, { name }, k) =>
            sum + grads[name].dataSync<'float32'>().reduce((s, g, i) => s + g * directions[k][i], 0),
          0,
        );
        const at = (h: number) => {
          variables.forEach((variable, k) =>
            setValues(
              variable,
              start[k].map((value, i) => value + h * directions[k][i]),
            ),
          );
          return loss().dataSync()[0];
        };
        const h = 2e-3;
        expect((at(h) - at(-h)) / (2 * h), JSON.stringify(options)).toBeCloseTo(slope, 2);
        expect(Math.abs(slope)).toBeGreaterThan(0.02);
      });
      model.dispose();
    }
  });
});

test('one-hot input equals an embedding with identity weights', () => {
  const size = 6;
  for (const cell of ['lstm', 'gru', 'rnn', 'layernorm-lstm'] as const) {
    const oneHot = new RecurrentStack({ ...shapeOf({ cell, layers: 2 }), inputs: size }, new Random(2));
    tf.tidy(() => {
      for (const ids of [
        tf.tensor1d([1, 5, 0, 2], 'int32'),
        tf.tensor1d(
          [...Array(40).keys()].map((k) => (k * 7) % size),
          'int32',
        ),
      ]) {
        const state = oneHot.zeroState(2);
        const a = oneHot.forward({ oneHot: size, ids }, state).y.dataSync();
        const b = oneHot.forward({ table: tf.eye(size), ids }, state).y.dataSync();
        a.forEach((value, k) => expect(Math.abs(value - b[k])).toBeLessThan(1e-6));
      }
    });
    tf.dispose(oneHot.parameters.map(({ variable }) => variable));
  }
});

test('padding changes nothing: each sequence of a batch gives what it gives alone', () => {
  for (const options of [
    { cell: 'lstm', layers: 2, bidirectional: 'concat' },
    { cell: 'gru', layers: 3, recurrentLayers: 1, bidirectional: 'sum', residual: true },
    { cell: 'layernorm-lstm', layers: 2, bidirectional: 'concat' },
  ]) {
    const stack = new RecurrentStack({ ...shapeOf(options), inputs: INPUTS }, new Random(3));
    spread(stack.parameters);
    tf.tidy(() => {
      const x = tf.tensor3d(noise(TIME * BATCH * INPUTS, 5), [TIME, BATCH, INPUTS]);
      const lengths = tf.tensor1d(LENGTHS, 'int32');
      const together = stack.forward(x, stack.zeroState(BATCH), { lengths });
      LENGTHS.forEach((length, b) => {
        const own = tf.slice(x, [0, b, 0], [length, 1, INPUTS]);
        const alone = stack.forward(own, stack.zeroState(1));
        const part = tf.slice(together.y, [0, b, 0], [length, 1, stack.outputSize]).dataSync();
        alone.y.dataSync().forEach((value, k) => expect(Math.abs(value - part[k])).toBeLessThan(1e-6));
        const rest = tf.slice(together.y, [length, b, 0], [TIME - length, 1, stack.outputSize]).dataSync();
        expect(rest.every((value) => value === 0)).toBe(true);
        alone.state.tensors.forEach((tensor, k) => {
          const same = tf.slice(together.state.tensors[k], [b, 0], [1, HIDDEN]).dataSync();
          tensor.dataSync().forEach((value, i) => expect(Math.abs(value - same[i])).toBeLessThan(1e-6));
        });
      });
    });
    tf.dispose(stack.parameters.map(({ variable }) => variable));
  }
});

/** As test/reference/make-pytorch-stack-vectors.py writes them. */
interface TorchCase {
  cell: 'lstm' | 'gru' | 'rnn';
  layers: number;
  hidden: number;
  lengths: number[];
  weights: Record<string, { shape: number[]; values: number[] }>;
  x: { shape: [number, number, number]; values: number[] };
  y: { shape: number[]; values: number[] };
  last: { shape: number[]; values: number[] }[];
}
const { cases: torchCases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../reference/pytorch-stack-vectors.json'), 'utf8'),
) as { cases: TorchCase[] };

test.each(torchCases)(
  "a bidirectional $cell of $layers layers on padded sequences computes what PyTorch's does",
  (given) => {
    const { cell, layers, hidden, lengths, x } = given;
    const shape = shapeOf({ cell, layers, hidden, bidirectional: 'concat' });
    const stack = new RecurrentStack({ ...shape, inputs: x.shape[2] }, new Random(1));
    expect(stack.parameters.map(({ name }) => name).sort()).toEqual(
      Object.keys(given.weights)
        .map((name) => `rnn.${name}`)
        .sort(),
    );
    for (const { name, variable } of stack.parameters) {
      const { shape: size, values: numbers } = given.weights[name.slice(4)];
      expect(variable.shape, name).toEqual(size);
      setValues(variable, numbers);
    }
    tf.tidy(() => {
      const result = stack.forward(tf.tensor3d(x.values, x.shape), stack.zeroState(x.shape[1]), {
        lengths: tf.tensor1d(lengths, 'int32'),
      });
      const names = stack.stateNames();
      const last = ['h', 'c']
        .slice(0, given.last.length)
        .map((kind) => tf.stack(result.state.tensors.filter((_, k) => names[k].startsWith(kind))));
      [result.y, ...last].forEach((ours, k) => {
        const theirs = [given.y, ...given.last][k];
        expect(ours.shape).toEqual(theirs.shape);
        ours.dataSync().forEach((value, i) => expect(Math.abs(value - theirs.values[i])).toBeLessThan(1e-5));
      });
    });
    tf.dispose(stack.parameters.map(({ variable }) => variable));
  },
);
