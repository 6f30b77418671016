import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aliasTable, huffmanPaths, keepChances } from '../../../src/core/embeddings/chances';
import { WordLearner, type LearningOptions } from '../../../src/core/embeddings/learner';
import { neighbours } from '../../../src/core/embeddings/queries';
import { LINE_END, UNKNOWN, WordCounter } from '../../../src/core/embeddings/word-counter';
import { Random } from '../../../src/core/random';
import { prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { threadScript } from '../engine/thread-script';
import { learnPlainly, type ReferenceState } from './word-learning-reference';

const base: LearningOptions = {
  model: 'skipgram',
  dimension: 10,
  window: 3,
  negative: 4,
  sample: 0.02,
  rate: 0.3,
  seed: 7,
};
const COUNTS = [90, 60, 40, 30, 20, 12, 9, 7, 5, 3];
const words = COUNTS.map((_, k) => `w${k}`);

/** The learner's state before its first step, built anew from the seed. */
function stateOf(options: LearningOptions): ReferenceState {
  const random = new Random(options.seed);
  const dice: [number, number] = [random.integer(2 ** 32) | 1, random.integer(2 ** 32) | 1];
  const input = COUNTS.map(() =>
    Array.from({ length: options.dimension }, () => Math.fround((random.next() - 0.5) / options.dimension)),
  );
  const { chance, alias } = aliasTable(COUNTS, 0.75);
  const { start, path: steps } = huffmanPaths(COUNTS);
  return {
    input,
    output: input.map((row) => row.map(() => 0)),
    keep: Uint32Array.from(keepChances(COUNTS, options.sample)),
    chance: Uint32Array.from(chance),
    alias,
    paths: COUNTS.map((_, word) => Array.from(steps.slice(start[word], start[word + 1]))),
    dice,
  };
}

/** Two groups of words that never stand together, and words that stand everywhere. */
function synthetic(count: number): string {
  const random = new Random(2);
  const groups = ['apple pear plum grape fig', 'bolt nut screw nail rivet'].map((text) => text.split(' '));
  return Array.from({ length: count }, () => {
    const group = groups[random.integer(2)];
    return Array.from({ length: 8 }, () => (random.integer(4) === 0 ? 'the' : group[random.integer(5)])).join(' ');
  }).join('\n');
}

const job: LearningOptions = { ...base, dimension: 16, sample: 0, rate: 0.05 };

/** Learns from a text in five passes. */
function learnText(text: string, { threads }: PreparedBackend, more: Partial<LearningOptions> = {}) {
  const counter = new WordCounter('words');
  const ids = counter.push(`${text}\n`);
  const { words: known, counts, places } = counter.vocabulary(2);
  const learner = new WordLearner(counts, { ...job, ...more }, threads);
  const block = ids.map((id) => (id < 0 ? id : places[id]));
  const losses = Array.from({ length: 5 }, (_, pass) => learner.learn(block, pass / 5, (pass + 1) / 5));
  const vectors = learner.vectors(known);
  learner.dispose();
  return { vectors, losses };
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
  ] as const)('%s with %i negatives takes the steps of the formula in float64', (model, negative) => {
    const options = { ...base, model, negative };
    const random = new Random(1);
    const ids = Array.from({ length: 300 }, () => (random.integer(9) === 0 ? UNKNOWN : random.integer(10)));
    const learner = new WordLearner(COUNTS, options, 1);
    const state = stateOf(options);
    learner.learn(Int32Array.from(ids), 0, 0);
    learnPlainly(ids, options, state);
    const { values } = learner.vectors(words);
    learner.dispose();
    const expected = state.input.flat();
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.3); // it moved far from where it began
    expected.forEach((value, k) => expect(Math.abs(values[k] - value)).toBeLessThan(2e-5));
  });

  test('goes on from a saved state exactly as without the stop', () => {
    const learner = new WordLearner(COUNTS, base, 1);
    const ids = Int32Array.from({ length: 200 }, (_, k) => (k * 7) % 10);
    learner.learn(ids, 0, 0.5);
    const state = new Map(learner.state().map((each) => [each.name, { ...each, data: each.data.slice() }]));
    learner.learn(ids, 0.5, 1);
    const expected = learner.vectors(words).values;
    learner.dispose();
    const again = new WordLearner(COUNTS, { ...base, seed: 99 }, 1);
    again.restore(state);
    again.learn(ids, 0.5, 1);
    expect(again.vectors(words).values).toEqual(expected);
    again.dispose();
    const other = new WordLearner(COUNTS.slice(1), base, 1);
    expect(() => other.restore(state)).toThrow(/belongs to other word vectors/);
    other.dispose();
  });

  test('no window crosses the end of a line', () => {
    const learner = new WordLearner(COUNTS, { ...base, sample: 0 }, 1);
    const before = learner.vectors(words).values;
    expect(learner.learn(Int32Array.of(1, LINE_END, 2, LINE_END, LINE_END, 3), 0, 0)).toBeNaN();
    expect(learner.vectors(words).values).toEqual(before);
    learner.dispose();
  });

  test.each([
    ['skipgram', 5],
    ['cbow', 5],
    ['skipgram', 0],
  ] as const)(
    '%s with %i negatives: loss falls, groups become neighbours, the same seed the same vectors',
    (model, negative) => {
      const text = synthetic(4000);
      const more = { model, negative };
      const first = learnText(text, backend, more);
      expect(first.losses.at(-1)).toBeLessThan(0.98 * first.losses[0]);
      for (const [word, group] of [
        ['apple', 'pear plum grape fig'],
        ['bolt', 'nut screw nail rivet'],
      ]) {
        const found = neighbours(first.vectors, word, 4).map((each) => each.word);
        expect(found.sort()).toEqual(group.split(' ').sort());
      }
      expect(learnText(text, backend, more).vectors.values).toEqual(first.vectors.values);
    },
  );
});

test('two threads learn from one text together', async () => {
  const backend = await prepareBackend({
    choice: 'kernels',
    threads: 2,
    builds: ['plain'],
    threadScript: await threadScript(),
  });
  const { vectors, losses } = learnText(synthetic(4000), backend);
  await backend.close();
  expect(losses.at(-1)).toBeLessThan(0.98 * losses[0]);
  expect(
    neighbours(vectors, 'fig', 4)
      .map(({ word }) => word)
      .sort(),
  ).toEqual(['apple', 'grape', 'pear', 'plum']);
});
