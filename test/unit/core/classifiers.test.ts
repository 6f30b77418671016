import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../../src/core/errors';
import type { ClassifierData, LabelledIds } from '../../../src/core/models/bag/labelled';
import { LinearClassifier } from '../../../src/core/models/bag/linear-classifier';
import { Random } from '../../../src/core/random';
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/runs/safetensors';
import {
  LogisticRegressionCounter,
  MajorityCounter,
  NaiveBayesCounter,
} from '../../../src/core/training/classifier-counter';
import type { Evaluation } from '../../../src/core/training/learner';
import { finish } from '../../helpers/finish';

type Classifier = NaiveBayesCounter | LogisticRegressionCounter | MajorityCounter;

function fitted<C extends Classifier>(counter: C): C {
  let last = 0;
  for (const share of counter.fitInSlices()) {
    expect(share).toBeGreaterThanOrEqual(last);
    last = share;
  }
  expect(last).toBe(1);
  return counter;
}

function evaluated(counter: Classifier): Evaluation {
  return finish(counter.evaluateInSlices());
}

const decode = (ids: Int32Array): string => Array.from(ids).join(' ');
const none: LabelledIds = { ids: [], labels: [] };

function part(examples: { ids: number[]; labels: number[] }[]): LabelledIds {
  return {
    ids: examples.map(({ ids }) => Int32Array.from(ids)),
    labels: examples.map(({ labels }) => Int32Array.from(labels)),
  };
}

interface Case {
  name: string;
  classes: number;
  several: boolean;
  train: { ids: number[]; labels: number[] }[];
  test: { ids: number[]; labels: number[] }[];
  probabilities: number[][];
}
/** As test/reference/make-baseline-vectors.py writes them. */
const VECTORS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../reference/baseline-vectors.json'), 'utf8'),
) as { classifiers: Case[] };

describe('beside scikit-learn (test/reference/baseline-vectors.json)', () => {
  for (const { name, classes, several, ...parts } of VECTORS.classifiers) {
    it(`${name}, ${classes} classes${several ? ', several labels at once' : ''}`, () => {
      const labels = Array.from({ length: classes }, (_, k) => `class ${k}`);
      const data = { train: part(parts.train), validation: part(parts.test), labels, multiLabel: several };
      const counter = fitted(
        name === 'naive Bayes'
          ? new NaiveBayesCounter(data, { ngrams: 2, alpha: 0.5 }, decode)
          : new LogisticRegressionCounter(data, { ngrams: 2, l2: 0.5, binary: false }, decode),
      );
      expect(counter.warnings).toEqual([]);
      let largest = 0;
      parts.test.forEach(({ ids }, i) => {
        const ours = counter.predict(Int32Array.from(ids));
        parts.probabilities[i].forEach((theirs, k) => (largest = Math.max(largest, Math.abs(theirs - ours[k]))));
      });
      expect(largest).toBeLessThan(name === 'naive Bayes' ? 1e-6 : 1e-4);
    });
  }
});

describe('what a bag can tell', () => {
  // good 0, not 1, bad 2, film 3. "not good" is negative, "good" positive; "not bad" positive, "bad" negative.
  const train = part([
    { ids: [3, 0], labels: [1] },
    { ids: [0, 3], labels: [1] },
    { ids: [1, 2], labels: [1] },
    { ids: [3, 1, 2], labels: [1] },
    { ids: [1, 0], labels: [0] },
    { ids: [3, 1, 0], labels: [0] },
    { ids: [2, 3], labels: [0] },
    { ids: [3, 2], labels: [0] },
  ]);
  const data = { train, validation: train, labels: ['neg', 'pos'], multiLabel: false };
  const notGood = Int32Array.of(1, 0);
  const goodNot = Int32Array.of(0, 1);

  test.each(['naive Bayes', 'logistic regression'])('"not good" and "good not", with %s', (name) => {
    const make = (ngrams: number): Classifier =>
      fitted(
        name === 'naive Bayes'
          ? new NaiveBayesCounter(data, { ngrams, alpha: 1 }, decode)
          : new LogisticRegressionCounter(data, { ngrams, l2: 0.1, binary: false }, decode),
      );
    const words = make(1);
    expect(Array.from(words.predict(notGood))).toEqual(Array.from(words.predict(goodNot)));
    // No word alone tells the two apart, pairs do.
    const pairs = make(2);
    expect(pairs.predict(notGood)[0]).toBeGreaterThan(0.55);
    expect(pairs.predict(notGood)[0]).toBeGreaterThan(pairs.predict(goodNot)[0] + 0.05);
  });

  it('shows what it learned, in the words of the text', () => {
    const words = ['good', 'not', 'bad', 'film'];
    const counter = fitted(
      new LogisticRegressionCounter(data, { ngrams: 2, l2: 0.1, binary: true }, (ids) =>
        Array.from(ids, (id) => words[id]).join(' '),
      ),
    );
    const [negative, positive] = [...counter.sampleInSlices()];
    expect(negative).toMatch(/^neg: not good · /);
    expect(positive).toMatch(/^pos: not bad · /);
    expect(counter.name).toBe('logistic regression, n-grams up to 2');
  });
});

describe('counters', () => {
  const random = new Random(3);
  const examples = (count: number): LabelledIds =>
    part(
      Array.from({ length: count }, () => {
        const label = random.integer(3);
        return { ids: Array.from({ length: 6 }, () => label * 3 + random.integer(5)), labels: [label] };
      }),
    );
  const data: ClassifierData = {
    train: examples(300),
    validation: examples(100),
    labels: ['a', 'b', 'c'],
    multiLabel: false,
  };

  it('measure what they predict', () => {
    for (const counter of [
      new NaiveBayesCounter(data, { ngrams: 1, alpha: 1 }, decode),
      new LogisticRegressionCounter(data, { ngrams: 1, l2: 1, binary: false }, decode),
      new MajorityCounter(data),
    ]) {
      fitted(counter);
      const { loss, tokens, accuracy, confusion, classes, f1 } = evaluated(counter);
      let sum = 0;
      let right = 0;
      data.validation.ids.forEach((ids, i) => {
        const p = Array.from(counter.predict(ids));
        const [label] = data.validation.labels[i];
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
        sum -= Math.log(p[label]);
        if (p.indexOf(Math.max(...p)) === label) right++;
      });
      expect(tokens).toBe(100);
      expect(loss).toBeCloseTo(sum / 100, 10);
      expect(accuracy).toBe(right / 100);
      expect(confusion?.flat().reduce((a, b) => a + b, 0)).toBe(100);
      expect(classes?.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
      expect(f1).toBeGreaterThan(counter instanceof MajorityCounter ? 0.1 : 0.8);
    }
  });

  it('survive a checkpoint, and refuse a damaged one', () => {
    const counter = fitted(new NaiveBayesCounter(data, { ngrams: 2, alpha: 1 }, decode));
    const { tensors, metadata } = counter.checkpoint();
    const file = decodeSafetensors(encodeSafetensors(tensors, metadata), 'best.safetensors');
    const back = LinearClassifier.fromCheckpoint(file.tensors, file.metadata);
    expect(back.parameterCount).toBe(counter.parameterCount);
    for (const ids of data.validation.ids) expect(back.predict(ids)).toEqual(counter.predict(ids));
    const change = (name: string, at: number, value: number): void => {
      const copy = new Map(tensors.map((tensor) => [tensor.name, { ...tensor, data: tensor.data.slice() }]));
      (copy.get(name) as { data: Float32Array }).data[at] = value;
      expect(() => LinearClassifier.fromCheckpoint(copy, metadata)).toThrow(UserError);
    };
    change('index.parent', 3, 3);
    change('index.parent', 3, -2);
    change('index.token', 3, -1);
    change('weight', 0, NaN);
    change('bias', 0, Infinity);
    const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const changed: Record<string, string>[] = [
      { labels: '["a","b"]' },
      { labels: '["a","a","c"]' },
      { labels: '{' },
      { ngrams: '1' },
      { model: 'ngram' },
    ];
    for (const wrong of changed) {
      expect(() => LinearClassifier.fromCheckpoint(named, { ...metadata, ...wrong })).toThrow(UserError);
    }
  });

  it('predict several labels, also one that all or none have', () => {
    const several = (labels: number[][]): LabelledIds =>
      part(labels.map((own) => ({ ids: own.map((label) => label + 5), labels: own })));
    const multi = {
      train: several([[0, 1], [0], [0, 1], [0], [0, 1], [0]]),
      validation: several([[0, 1], [0]]),
      labels: ['all', 'some', 'none'],
      multiLabel: true,
    };
    const nb = fitted(new NaiveBayesCounter(multi, { ngrams: 1, alpha: 1 }, decode));
    const lr = fitted(new LogisticRegressionCounter(multi, { ngrams: 1, l2: 0.01, binary: false }, decode));
    for (const counter of [nb, lr]) {
      expect(evaluated(counter)).toMatchObject({ tokens: 6, accuracy: 1, f1: 1 });
      expect(Number.isFinite(evaluated(counter).loss)).toBe(true);
    }
    const majority = fitted(new MajorityCounter(multi));
    expect(Array.from(majority.predict(Int32Array.of(1)))).toEqual(
      [7 / 8, 4 / 8, 1 / 8].map((p) => expect.closeTo(p, 6) as number),
    );
  });

  it('keep a finite loss where a probability underflows', () => {
    const train = part([
      { ids: [0], labels: [0] },
      { ids: [1], labels: [1] },
    ]);
    const validation = part([{ ids: new Array<number>(5000).fill(0), labels: [1] }]);
    const counter = fitted(
      new NaiveBayesCounter(
        { train, validation, labels: ['x', 'y'], multiLabel: false },
        { ngrams: 1, alpha: 0.01 },
        decode,
      ),
    );
    expect(evaluated(counter).loss).toBeGreaterThan(1000);
    expect(evaluated(counter).loss).toBeLessThan(Infinity);
  });

  it('refuse data that has nothing to tell apart', () => {
    const one = { train: part([{ ids: [1], labels: [0] }]), validation: none, labels: ['a'], multiLabel: false };
    expect(() => new MajorityCounter(one)).toThrow('A classifier needs examples of two labels at least');
    expect(() => new MajorityCounter({ ...one, train: none, labels: ['a', 'b'] })).toThrow(UserError);
    expect(
      () => new MajorityCounter({ ...one, labels: ['a', 'b'], train: part([{ ids: [1], labels: [0, 1] }]) }),
    ).toThrow(RangeError);
    expect(() => new MajorityCounter(data).predict(Int32Array.of(1))).toThrow(RangeError);
  });
});

const POLARITY = join(import.meta.dirname, '../../../../shared/data/rt_polarity');

describe.skipIf(!existsSync(POLARITY))('sentence polarity, ten folds (../shared/data/rt_polarity)', () => {
  /** Words of two letters or digits at least, the tokens of the published figures (scikit-learn's default). */
  const words = (line: string): string[] => line.match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  const ids = new Map<string, number>();
  const examples = (name: string, label: number): { ids: number[]; labels: number[] }[] =>
    readFileSync(join(POLARITY, name), 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => ({
        ids: words(line).map((word) => ids.get(word) ?? ids.set(word, ids.size).size - 1),
        labels: [label],
      }));

  /** Mean accuracy in percent; every tenth sentence of each class is held out in turn. */
  function accuracy(make: (data: ClassifierData) => Classifier): number {
    const classes = [examples('rt-polarity.neg', 0), examples('rt-polarity.pos', 1)];
    let sum = 0;
    for (let fold = 0; fold < 10; fold++) {
      const train = classes.flatMap((own) => own.filter((_, i) => i % 10 !== fold));
      const validation = classes.flatMap((own) => own.filter((_, i) => i % 10 === fold));
      const counter = make({
        train: part(train),
        validation: part(validation),
        labels: ['neg', 'pos'],
        multiLabel: false,
      });
      finish(counter.fitInSlices());
      sum += evaluated(counter).accuracy ?? 0;
    }
    return sum * 10;
  }

  it('naive Bayes reaches the published 78.9 with words and pairs, 77.9 with words (Wang and Manning, 2012: 79.0, 77.9)', () => {
    expect(accuracy((data) => new NaiveBayesCounter(data, { ngrams: 2, alpha: 1 }, decode))).toBeGreaterThan(78.6);
    expect(accuracy((data) => new NaiveBayesCounter(data, { ngrams: 1, alpha: 1 }, decode))).toBeGreaterThan(77.6);
    expect(accuracy((data) => new MajorityCounter(data))).toBeCloseTo(50, 0);
  });
});
