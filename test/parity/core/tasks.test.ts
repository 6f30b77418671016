import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { CnnClassifier } from '../../../src/core/models/cnn-classifier';
import { LabelToSequenceModel } from '../../../src/core/models/label-to-sequence';
import { RecurrentClassifier } from '../../../src/core/models/recurrent-classifier';
import type { SequenceClassifier } from '../../../src/core/models/sequence-classifier';
import { SeriesModel } from '../../../src/core/models/series-model';
import { Random } from '../../../src/core/random';
import { hasModel, recipeSchema, type RecipeInput } from '../../../src/core/recipe/schema';
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/runs/safetensors';
import type { Sequences } from '../../../src/core/text/sequence-batch';
import { batchOf } from '../../../src/core/text/sequence-batch';
import { ExampleLearner, type ExampleTask } from '../../../src/core/training/example-learner';
import type { Evaluation } from '../../../src/core/training/learner';
import {
  ClassificationTask,
  predictAll,
  type ClassificationData,
} from '../../../src/core/training/tasks/classification';
import { LabelToSequenceTask } from '../../../src/core/training/tasks/label-to-sequence';
import { scaled, scalingOf } from '../../../src/core/training/tasks/scaling';
import { SeriesTask } from '../../../src/core/training/tasks/series';
import { onEachBackend } from './check';
import { spelling } from './spelling';

const VOCABULARY = 6;
const CLASSES = 3;

function classifier(model: RecipeInput['model'], seed = 3): SequenceClassifier {
  const recipe = recipeSchema.parse({ task: 'classification', model });
  const random = new Random(seed);
  if (hasModel(recipe, 'cnn')) {
    return new CnnClassifier({ ...recipe.model, vocabulary: VOCABULARY, classes: CLASSES }, random);
  }
  if (!hasModel(recipe, 'recurrent')) throw new Error('no classifier');
  return new RecurrentClassifier({ ...recipe.model, reads: { vocabulary: VOCABULARY }, classes: CLASSES }, random);
}

const MODELS: [string, RecipeInput['model']][] = [
  ['LSTM, last', { cell: 'lstm', embedding: 3, hidden: 4 }],
  ['GRU both ways, mean', { cell: 'gru', embedding: 3, hidden: 4, bidirectional: 'concat', pooling: 'mean' }],
  ['RNN both ways, last', { cell: 'rnn', embedding: 3, hidden: 4, bidirectional: 'concat', layers: 2 }],
  ['LSTM, max, one-hot', { cell: 'lstm', input: 'one-hot', hidden: 4, pooling: 'max' }],
  ['GRU, attention', { cell: 'gru', embedding: 3, hidden: 4, pooling: 'attention' }],
  ['sum of both ways, mean, step layer above', { cell: 'lstm', embedding: 3, hidden: 4, bidirectional: 'sum', pooling: 'mean', layers: 2, recurrentLayers: 1 }], // prettier-ignore
  ['CNN', { kind: 'cnn', embedding: 3, widths: [2, 3], filters: 4, dropout: 0 }],
  ['CNN, every dropout', { kind: 'cnn', embedding: 3, widths: [2], filters: 4, dropout: 0.3, inputDropout: 0.3, embeddingDropout: 0.3 }], // prettier-ignore
];
const TEXTS: Sequences = {
  kind: 'ids',
  items: [[1, 2, 3, 4, 5], [5], [2, 2, 4], [4, 1, 3, 5], [3, 1]].map((ids) => Int32Array.from(ids)),
};

onEachBackend((backend) => {
  describe.each(MODELS)('%s', (_, model) => {
    test('padding changes no score', () => {
      const made = classifier(model);
      const together = predictAll(made, TEXTS, false);
      TEXTS.items.forEach((_, index) => {
        const [alone] = predictAll(made, { kind: 'ids', items: [TEXTS.items[index] as Int32Array] }, false);
        alone.forEach((share, k) => expect(together[index][k]).toBeCloseTo(share, 5));
      });
      made.dispose();
    });

    test('the gradient is the slope of the loss in any direction', () => {
      const made = classifier(model);
      const data = labelled([0, 1, 2, 1, 0]);
      const task = new ClassificationTask(recipeSchema.parse({ task: 'classification', model }), made, data);
      const variables = made.parameters.map(({ variable }) => variable);
      const random = new Random(5);
      const loss = () => tf.tidy(() => task.loss(Int32Array.from([0, 1, 2, 3, 4]), new Random(1)).dataSync()[0]);
      const grads = tf.tidy(
        () => tf.variableGrads(() => task.loss(Int32Array.from([0, 1, 2, 3, 4]), new Random(1)), variables).grads,
      );
      const before = variables.map((variable) => variable.dataSync().slice());
      const direction = before.map((values) => values.map(() => random.normal()));
      let slope = 0;
      variables.forEach(({ name }, k) =>
        grads[name].dataSync().forEach((value, i) => (slope += value * direction[k][i])),
      );
      const moved = (step: number) => {
        variables.forEach((variable, k) => {
          const values = tf.tensor(before[k].map((value, i) => value + step * direction[k][i]), variable.shape); // prettier-ignore
          variable.assign(values);
          values.dispose();
        });
        return loss();
      };
      const h = 2e-3;
      expect(slope).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 2);
      tf.dispose(grads);
      made.dispose();
    });
  });

  test.each(['dropout', 'inputDropout', 'embeddingDropout'])("the CNN's %s acts in training, not on answers", (key) => {
    const whole = classifier({ kind: 'cnn', embedding: 6, filters: 4, dropout: 0 });
    const dropping = classifier({ kind: 'cnn', embedding: 6, filters: 4, dropout: 0, [key]: 0.5 });
    const scores = (made: SequenceClassifier, random?: Random) =>
      tf.tidy(() => [...made.logits(batchOf(TEXTS, [0, 3]), random).dataSync()]);
    expect(scores(dropping)).toEqual(scores(whole));
    expect(scores(dropping, new Random(1))).not.toEqual(scores(whole, new Random(1)));
    whole.dispose();
    dropping.dispose();
  });

  test.skipIf(backend === 'cpu')('order counts for a recurrent network: "not good" and "good not"', () => {
    // 0 1 is one class, 1 0 another, and there are words between that say nothing.
    const random = new Random(8);
    const items = Array.from({ length: 120 }, (_, n) => {
      const filler = () => Array.from({ length: random.integer(4) }, () => 2 + random.integer(4));
      return Int32Array.from([...filler(), n % 2, ...filler(), 1 - (n % 2), ...filler()]);
    });
    const labels = items.map((_, n) => n % 2);
    const recipe = recipeSchema.parse({
      task: 'classification',
      model: { cell: 'gru', embedding: 8, hidden: 12 },
      training: { batch: 16, rate: 0.02 },
    });
    const data = { ...labelled(labels.slice(0, 90), items.slice(0, 90)), validation: { sequences: { kind: 'ids' as const, items: items.slice(90) }, labels: labels.slice(90).map((label) => Int32Array.of(label)) } }; // prettier-ignore
    const weights = new Random(1);
    const learner = new ExampleLearner(recipe, new ClassificationTask(recipe, classifier(recipe.model), data), weights);
    const { accuracy, confusion, classes } = train(learner, 150);
    expect(accuracy).toBe(1);
    expect(confusion?.[0][0]).toBe(15);
    expect(classes?.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
    learner.dispose();
  });

  test('resuming goes on exactly', () => {
    const recipe = recipeSchema.parse({
      task: 'classification',
      model: { cell: 'gru', embedding: 3, hidden: 4, dropout: 0.3 },
      training: { batch: 2, optimiser: 'asgd', rate: 0.5, labelSmoothing: 0.1, classWeights: 'balanced' },
    });
    const make = () => {
      const random = new Random(recipe.seed);
      const model = new RecurrentClassifier({ ...(recipe.model as Extract<typeof recipe.model, { kind: 'recurrent' }>), reads: { vocabulary: VOCABULARY }, classes: CLASSES }, random); // prettier-ignore
      return new ExampleLearner(recipe, new ClassificationTask(recipe, model, labelled([0, 1, 2, 1, 0])), random);
    };
    const run = (learner: ExampleLearner, from: number, to: number) =>
      Array.from({ length: to - from }, (_, k) => learner.trainStep((from + k) / 20));
    const whole = make();
    const expected = run(whole, 0, 20);
    const first = make();
    const results = run(first, 0, 9);
    const saved = first.checkpoint('last');
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(saved.tensors, saved.metadata), 'last');
    const second = make();
    second.restore({ tensors, metadata });
    expect([...results, ...run(second, 9, 20)]).toEqual(expected);
    expect(finish(second)).toEqual(finish(whole));
    for (const learner of [whole, first, second]) learner.dispose();
  });

  test.skipIf(backend === 'cpu')('a series is foretold better than by its last value', () => {
    const values = Array.from({ length: 400 }, (_, t) => Float64Array.of(10 + 3 * Math.sin(t / 4)));
    const scaling = scalingOf(values, ['wave']);
    const data = { columns: ['wave'], scaling, train: scaled(values.slice(0, 320), scaling), validation: scaled(values.slice(320), scaling) }; // prettier-ignore
    const recipe = recipeSchema.parse({
      task: 'series',
      model: { hidden: 16 },
      training: { batch: 8, length: 32, rate: 0.02 },
    });
    const random = new Random(1);
    const shape = recipe.model as Extract<typeof recipe.model, { kind: 'recurrent' }>;
    const task = new SeriesTask(new SeriesModel({ ...shape, columns: 1 }, random), data, 32);
    const learner = new ExampleLearner(recipe, task, random);
    const { rmse = Infinity } = train(learner, 200);
    const persistence = Math.sqrt(values.slice(320).reduce((sum, [x], t) => sum + (x - values[319 + t][0]) ** 2, 0) / 80); // prettier-ignore
    expect(rmse).toBeLessThan(persistence / 3);
    expect([...task.sampleInSlices(0)].join('')).toMatch(/wave \d+\.\d+ \(expected \d+\.\d+\)/);
    learner.dispose();
  });

  test.skipIf(backend === 'cpu')('a label is written out', () => {
    const { tokenizer, ids, labels } = spelling();
    const recipe = recipeSchema.parse({
      task: 'label-to-sequence',
      model: { cell: 'gru', embedding: 8, hidden: 24 },
      training: { batch: 8, rate: 0.02 },
      evaluation: { temperature: 0 },
    });
    const random = new Random(1);
    const shape = recipe.model as Extract<typeof recipe.model, { kind: 'recurrent' }>;
    const model = new LabelToSequenceModel({ ...shape, vocabulary: tokenizer.size, labels: 3, begin: 2 }, random);
    const data = { train: { ids, labels }, validation: { ids, labels }, labels: ['one', 'two', 'three'], tokenizer };
    const task = new LabelToSequenceTask(recipe, model, data);
    const learner = new ExampleLearner(recipe, task, random);
    expect(train(learner, 120).accuracy).toBe(1);
    expect([...task.sampleInSlices(0)].join('')).toBe('one: abc\ntwo: cab\nthree: bbbb\n');
    const reader = model.of(1).reader(2);
    const pair = reader.read(Int32Array.of(6, 6));
    expect(pair.slice(0, tokenizer.size)).toEqual(pair.slice(tokenizer.size));
    reader.dispose();
    learner.dispose();
  });
});

function labelled(labels: number[], items = TEXTS.items as Int32Array[]): ClassificationData {
  const part = { sequences: { kind: 'ids' as const, items }, labels: labels.map((label) => Int32Array.of(label)) };
  return {
    train: part,
    validation: part,
    labels: ['a', 'b', 'c'],
    multiple: false,
    decode: () => '',
    show: (index) => `text ${index}`,
  };
}

function train(learner: ExampleLearner, steps: number): Evaluation {
  for (let step = 0; step < steps; step++) learner.trainStep(step / steps);
  return finish(learner);
}

function finish(learner: Pick<ExampleTask, 'evaluateInSlices'>): Evaluation {
  const slices = learner.evaluateInSlices();
  for (let slice = slices.next(); ; slice = slices.next()) if (slice.done) return slice.value;
}

test('a batch is padded to its longest sequence', () => {
  const { time, batch, lengths, ids } = batchOf(TEXTS, [1, 2]);
  expect({ time, batch, lengths, ids }).toEqual({
    time: 3,
    batch: 2,
    lengths: Int32Array.of(1, 3),
    ids: Int32Array.of(5, 2, 0, 2, 0, 4),
  });
  const vectors = batchOf(
    { kind: 'vectors', size: 2, items: [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6)] },
    [0, 1],
  );
  expect(vectors.values).toEqual(Float32Array.of(1, 2, 5, 6, 3, 4, 0, 0));
});
