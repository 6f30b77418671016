import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { modelFromCheckpoint, newLanguageModel } from '../../../src/core/models/checkpoint-model';
import { languageModelShape, RecurrentLanguageModel } from '../../../src/core/models/language-model';
import { WindowLanguageModel } from '../../../src/core/models/window';
import { Random } from '../../../src/core/random';
import { estimateMemory } from '../../../src/core/recipe';
import { recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import type { NamedTensor } from '../../../src/core/runs/safetensors';
import { setValues } from '../../../src/core/ops/variables';
import { softmaxCrossEntropy } from '../../../src/core/ops/softmax-cross-entropy';
import { weightTensors } from '../../../src/core/training/checkpoint';

const VOCABULARY = 7;
const recipeOf = (model: RecipeInput['model']) => recipeSchema.parse({ model: { embedding: 4, hidden: 6, ...model } });
const modelOf = (model: RecipeInput['model'], seed = 1) =>
  new RecurrentLanguageModel(languageModelShape(recipeOf(model), VOCABULARY), new Random(seed));

beforeAll(() => tf.setBackend('cpu'));
let tensorsBefore = 0;
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(tensorsBefore));

describe('parameters', () => {
  test.each([
    { cell: 'lstm', gates: 4 },
    { cell: 'gru', gates: 3 },
    { cell: 'rnn', gates: 1 },
  ] as const)("$cell has PyTorch's names and layouts", ({ cell, gates }) => {
    const model = modelOf({ cell, layers: 2 });
    const shapes = Object.fromEntries(model.parameters.map(({ name, variable }) => [name, variable.shape]));
    expect(shapes).toEqual({
      'embedding.weight': [7, 4],
      'rnn.weight_ih_l0': [gates * 6, 4],
      'rnn.weight_hh_l0': [gates * 6, 6],
      'rnn.bias_ih_l0': [gates * 6],
      'rnn.bias_hh_l0': [gates * 6],
      'rnn.weight_ih_l1': [gates * 6, 6],
      'rnn.weight_hh_l1': [gates * 6, 6],
      'rnn.bias_ih_l1': [gates * 6],
      'rnn.bias_hh_l1': [gates * 6],
      'output.weight': [7, 6],
      'output.bias': [7],
    });
    expect(model.groups).toEqual(['embedding', 'rnn.0', 'rnn.1', 'output']);
    expect(model.parameters.map(({ name }) => model.groupOf(name))).toEqual([0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
    const count = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(model.parameterCount).toBe(count);
    model.dispose();
  });

  test.each<RecipeInput['model'] & object>([
    { kind: 'recurrent', cell: 'layernorm-lstm', layers: 2 },
    { kind: 'recurrent', layers: 3, recurrentLayers: 1 },
    { kind: 'recurrent', input: 'one-hot', pooling: 'attention' },
    { kind: 'recurrent', tied: true, embedding: 6 },
    { kind: 'window', window: 3, embedding: 4, hidden: 6 },
  ])('are as many as the estimate says: %j', (shape) => {
    const recipe = recipeSchema.parse({
      model: shape.kind === 'window' ? shape : { embedding: 4, hidden: 6, ...shape },
    });
    const model = newLanguageModel(recipe, VOCABULARY, new Random(1));
    expect(estimateMemory(recipe, VOCABULARY).parameters).toBe(model.parameterCount);
    model.dispose();
  });

  test('start within their bounds, the same for the same seed', () => {
    const values = (model: RecurrentLanguageModel) =>
      weightTensors(model.parameters).map(({ data }) => Array.from(data));
    const [a, b, c] = [modelOf({ cell: 'gru' }, 1), modelOf({ cell: 'gru' }, 1), modelOf({ cell: 'gru' }, 2)];
    expect(values(a)).toEqual(values(b));
    values(c).forEach((array, k) => expect(array).not.toEqual(values(a)[k]));
    for (const array of values(a).slice(1)) {
      expect(Math.max(...array.map(Math.abs))).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(6)));
      expect(Math.max(...array.map(Math.abs))).toBeGreaterThan(0.2);
    }
    for (const model of [a, b, c]) model.dispose();
  });

  test("forgetBias moves the forget gate's bias_ih and nothing else", () => {
    const [plain, moved] = [modelOf({ forgetBias: 0 }), modelOf({ forgetBias: 2 })];
    const difference = plain.parameters.map(({ name, variable }, k) => {
      const other = moved.parameters[k].variable.dataSync();
      return {
        name,
        values: Array.from(variable.dataSync(), (value, i) => Math.round(1e4 * (other[i] - value)) / 1e4),
      };
    });
    for (const { name, values } of difference) {
      const expected = values.map((_, i) => (name === 'rnn.bias_ih_l0' && i >= 6 && i < 12 ? 2 : 0));
      expect(values, name).toEqual(expected);
    }
    plain.dispose();
    moved.dispose();
  });
});

describe('forward', () => {
  test.each(['lstm', 'gru', 'rnn'] as const)('%s in two parts with the state carried equals one go', (cell) => {
    const model = modelOf({ cell, layers: 2 });
    const ids = Int32Array.from([1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 3, 3]); // 4 steps of 3
    tf.tidy(() => {
      const whole = model.forward(tf.tensor1d(ids, 'int32'), model.zeroState(3));
      const first = model.forward(tf.tensor1d(ids.slice(0, 3), 'int32'), model.zeroState(3));
      const second = model.forward(tf.tensor1d(ids.slice(3), 'int32'), first.state);
      expect(whole.logits.shape).toEqual([12, VOCABULARY]);
      const parts = [...first.logits.dataSync(), ...second.logits.dataSync()];
      whole.logits.dataSync().forEach((value, k) => expect(parts[k]).toBeCloseTo(value, 6));
      whole.state.tensors.forEach((tensor, k) => {
        const other = second.state.tensors[k].dataSync();
        tensor.dataSync().forEach((value, i) => expect(other[i]).toBeCloseTo(value, 6));
      });
    });
    model.dispose();
  });

  test('dropout changes the scores, the same way for the same random state, and only when training', () => {
    const scores = (shape: RecipeInput['model'], random?: Random) => {
      const model = modelOf(shape);
      const values = tf.tidy(() => {
        const training = random && { random };
        return Array.from(
          model.forward(tf.tensor1d([1, 2, 3], 'int32'), model.zeroState(1), { training }).logits.dataSync(),
        );
      });
      model.dispose();
      return values;
    };
    for (const name of ['dropout', 'inputDropout', 'embeddingDropout', 'hiddenDropout', 'dropConnect']) {
      for (const variational of [false, true]) {
        const shape = { layers: 2, [name]: 0.5, variational };
        expect(scores(shape, new Random(3))).toEqual(scores(shape, new Random(3)));
        expect(scores(shape, new Random(3)), name).not.toEqual(scores(shape));
        expect(scores(shape)).toEqual(scores({ layers: 2 }));
      }
    }
    expect(scores({ layers: 2 }, new Random(3))).toEqual(scores({ layers: 2 }));
  });
});

describe('WindowLanguageModel', () => {
  const [window, size, hidden] = [3, 2, 4];
  const make = () =>
    new WindowLanguageModel(
      { kind: 'window', window, embedding: size, hidden, dropout: 0, vocabulary: VOCABULARY },
      new Random(1),
    );
  /** Scores after the last of these tokens, by the definition. */
  const scoresAfter = (model: WindowLanguageModel, read: number[]) => {
    const [table, weight, bias, outputWeight, outputBias] = weightTensors(model.parameters).map(({ data }) => data);
    const last = [...Array<number>(window).fill(VOCABULARY), ...read].slice(-window);
    const x = last.flatMap((id) => Array.from(table.slice(id * size, (id + 1) * size)));
    const row = (matrix: ArrayLike<number>, of: number[], k: number) =>
      of.reduce((sum, value, i) => sum + value * matrix[k * of.length + i], 0);
    const units = Array.from(bias, (b, k) => Math.tanh(b + row(weight, x, k)));
    return Array.from(outputBias, (b, k) => b + row(outputWeight, units, k));
  };

  test('sees the last tokens, and a token of its own where there are none', () => {
    const model = make();
    const texts = [
      [1, 2, 3, 4, 5],
      [6, 0, 0, 1, 2],
    ];
    const reader = model.reader(2);
    const both = (from: number, to: number) =>
      Int32Array.from({ length: (to - from) * 2 }, (_, k) => texts[k % 2][from + (k >> 1)]);
    const scores = [...reader.read(both(0, 1)), ...reader.read(both(1, 4)), ...reader.read(both(4, 5))];
    for (let t = 0; t < 5; t++) {
      texts.forEach((text, b) =>
        scoresAfter(model, text.slice(0, t + 1)).forEach((value, v) =>
          expect(scores[(t * 2 + b) * VOCABULARY + v]).toBeCloseTo(value, 5),
        ),
      );
    }
    scoresAfter(model, []).forEach((value, v) => expect(model.initialScores()[v]).toBeCloseTo(value, 5));
    reader.dispose();
    model.dispose();
  });

  test('has the gradients of finite differences', () => {
    const model = make();
    const ids = Int32Array.of(1, 2, 3, 4, 5, 6);
    const targets = [2, 3, 4, 5, 6, 0];
    const variables = model.parameters.map(({ variable }) => variable);
    const loss = () => {
      const { logits } = model.forward(tf.tensor1d(ids, 'int32'), model.zeroState(1));
      return softmaxCrossEntropy(logits, tf.tensor1d(targets, 'int32'), tf.ones([6]));
    };
    tf.tidy(() => {
      const { grads } = tf.variableGrads(loss, variables);
      variables.forEach((variable) => {
        const gradient = grads[variable.name].dataSync();
        const start = Float32Array.from(variable.dataSync());
        for (let i = 0; i < start.length; i += 3) {
          const at = (h: number) => {
            setValues(
              variable,
              start.map((value, k) => (k === i ? value + h : value)),
            );
            return loss().dataSync()[0];
          };
          expect((at(0.01) - at(-0.01)) / 0.02).toBeCloseTo(gradient[i], 3);
        }
        setValues(variable, start);
      });
    });
    model.dispose();
  });
});

describe('modelFromCheckpoint', () => {
  const saved = (): Map<string, NamedTensor> => {
    const model = modelOf({ cell: 'lstm' }, 5);
    const tensors = weightTensors(model.parameters);
    model.dispose();
    return new Map(tensors.map((tensor) => [tensor.name, tensor]));
  };

  test('takes the weights over, and leaves what belongs to training alone', () => {
    const tensors = saved();
    const extra: NamedTensor = { name: 'optimizer.m.output.bias', dtype: 'F32', shape: [1], data: new Float32Array(1) };
    tensors.set(extra.name, extra);
    const model = modelFromCheckpoint(recipeOf({ cell: 'lstm' }), VOCABULARY, tensors);
    for (const { name, data } of weightTensors(model.parameters)) expect(data).toEqual(tensors.get(name)?.data);
    model.dispose();
  });

  const change = (name: string, changes: Partial<NamedTensor>) => (tensors: Map<string, NamedTensor>) => {
    tensors.set(name, { ...(tensors.get('output.bias') as NamedTensor), name, ...changes });
  };
  test.each<[string, (tensors: Map<string, NamedTensor>) => void, RegExp]>([
    ['a missing tensor', (tensors) => tensors.delete('rnn.bias_hh_l0'), /lacks "rnn\.bias_hh_l0"/],
    ['a tensor too many', change('rnn.bias_hh_l1', {}), /"rnn\.bias_hh_l1", which this recipe's model lacks/],
    ['another shape', change('output.bias', { shape: [1, 7] }), /F32 \[1, 7\] and not F32 \[7\]/],
    ['another type', change('output.bias', { dtype: 'I32', data: new Int32Array(7) }), /is I32/],
    ['a value that is no number', change('output.bias', { data: new Float32Array(7).fill(NaN) }), /not numbers/],
  ])('refuses %s', (_, damage, message) => {
    const tensors = saved();
    damage(tensors);
    const load = () => modelFromCheckpoint(recipeOf({ cell: 'lstm' }), VOCABULARY, tensors);
    expect(load).toThrow(UserError);
    expect(load).toThrow(message);
  });

  test('refuses the weights of another cell or vocabulary', () => {
    expect(() => modelFromCheckpoint(recipeOf({ cell: 'gru' }), VOCABULARY, saved())).toThrow(UserError);
    expect(() => modelFromCheckpoint(recipeOf({ cell: 'lstm' }), VOCABULARY + 1, saved())).toThrow(UserError);
  });
});
