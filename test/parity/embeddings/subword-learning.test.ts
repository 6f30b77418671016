import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aliasTable, huffmanPaths } from '../../../src/core/embeddings/chances';
import { SubwordLearner, type SubwordLearningOptions } from '../../../src/core/embeddings/subword-learner';
import { subwordRows } from '../../../src/core/embeddings/subwords';
import { UNKNOWN } from '../../../src/core/embeddings/word-counter';
import { Random } from '../../../src/core/random';
import { prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { below, roll, sigmoid } from './word-learning-reference';

/** "aaaaaa" holds n-grams that stand twice, the others share some. */
const words = ['aaaaaa', 'singing', 'bringing', 'the', 'x', 'thé', 'other', 'ring'];
const counts = [90, 60, 40, 30, 20, 12, 9, 7];
const base: SubwordLearningOptions = {
  model: 'skipgram',
  dimension: 10,
  window: 3,
  negative: 4,
  sample: 0,
  rate: 0.3,
  seed: 7,
  minGram: 2,
  maxGram: 4,
  buckets: 50, // so few that n-grams share buckets
};

/** fastText by its formulas in float64: every prediction changes all rows at once. */
function learnPlainly(ids: readonly number[], options: SubwordLearningOptions): number[][] {
  const { model, window, negative, rate, dimension, seed } = options;
  const random = new Random(seed);
  const dice: [number, number] = [random.integer(2 ** 32) | 1, random.integer(2 ** 32) | 1];
  const { start, rows, used } = subwordRows(words, options);
  const input = Array.from({ length: words.length + used.length }, () =>
    Array.from({ length: dimension }, () => Math.fround((random.next() - 0.5) * 2 * (1 / dimension))),
  );
  const output = words.map(() => new Array<number>(dimension).fill(0));
  const { chance, alias } = aliasTable(counts, 0.5);
  const paths = huffmanPaths(counts);
  const of = (word: number) => Array.from(rows.subarray(start[word], start[word + 1]));
  const mean = (list: number[]) => output[0].map((_, k) => list.reduce((sum, r) => sum + input[r][k], 0) / list.length);
  const targetsOf = (word: number): [number, number][] => {
    if (negative === 0)
      return Array.from(paths.path.slice(paths.start[word], paths.start[word + 1]), (step) => [
        step >> 1,
        1 - (step & 1),
      ]);
    const targets: [number, number][] = [[word, 1]];
    while (targets.length <= negative) {
      let drawn = below(dice, words.length);
      if (roll(dice) > chance[drawn] >>> 0) drawn = alias[drawn];
      if (drawn !== word) targets.push([drawn, 0]);
    }
    return targets;
  };
  const predict = (list: number[], word: number) => {
    const h = mean(list);
    const errors = targetsOf(word).map(([t, label]): [number, number] => [
      t,
      rate * (label - sigmoid(h.reduce((s, x, k) => s + x * output[t][k], 0))),
    ]);
    const gradient = h.map(() => 0);
    for (const [t, g] of errors) {
      for (let k = 0; k < dimension; k++) {
        gradient[k] += g * output[t][k];
        output[t][k] += g * h[k];
      }
    }
    for (const row of list) gradient.forEach((g, k) => (input[row][k] += g));
  };
  const sentence = ids.filter((id) => id >= 0 && roll(dice) <= 0xffffffff);
  sentence.forEach((word, at) => {
    const reach = window - below(dice, window);
    const around = sentence.flatMap((other, j) => (j !== at && Math.abs(j - at) <= reach ? [other] : []));
    if (around.length === 0) return;
    if (model === 'skipgram') for (const other of around) predict(of(word), other);
    else predict(around.flatMap(of), word);
  });
  return words.map((_, word) => mean(of(word)));
}

describe.each(['plain', 'relaxed'] as const)('%s build, one thread', (build) => {
  let backend: PreparedBackend;
  beforeAll(async () => void (backend = await prepareBackend({ choice: 'kernels', threads: 1, builds: [build] })));
  afterAll(() => backend.close());

  test.each([
    ['skipgram', 4],
    ['skipgram', 0],
    ['cbow', 4],
    ['cbow', 0],
  ] as const)('%s over n-grams with %i negatives takes the steps of the formula in float64', (model, negative) => {
    const options = { ...base, model, negative };
    const random = new Random(1);
    const ids = Array.from({ length: 300 }, () => (random.integer(9) === 0 ? UNKNOWN : random.integer(words.length)));
    const learner = new SubwordLearner({ words, counts }, options, 1);
    const before = learner.vectors(words).values;
    const loss = learner.learn(Int32Array.from(ids), 0, 0);
    expect(loss).toBeGreaterThan(0);
    const { values } = learner.vectors(words);
    learner.dispose();
    const expected = learnPlainly(ids, options).flat();
    expect(Math.max(...expected.map((value, k) => Math.abs(value - before[k])))).toBeGreaterThan(0.1);
    expected.forEach((value, k) => expect(Math.abs(values[k] - value)).toBeLessThan(1e-4));
  });

  test('goes on from a saved state exactly as without the stop', () => {
    const ids = Int32Array.from({ length: 60 }, (_, k) => (k * 5) % 8);
    const learner = new SubwordLearner({ words, counts }, base, 1);
    learner.learn(ids, 0, 0.5);
    const state = new Map(learner.state().map((each) => [each.name, { ...each, data: each.data.slice() }]));
    learner.learn(ids, 0.5, 1);
    const again = new SubwordLearner({ words, counts }, { ...base, seed: 3 }, 1);
    again.restore(state);
    again.learn(ids, 0.5, 1);
    expect(again.vectors(words).values).toEqual(learner.vectors(words).values);
    expect(again.vectors(words).vectorOf('unseen')).toEqual(learner.vectors(words).vectorOf('unseen'));
    learner.dispose();
    again.dispose();
  });
});
