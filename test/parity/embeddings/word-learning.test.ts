import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aliasTable, huffmanPaths, keepChances } from '../../../src/core/embeddings/chances';
import { WordLearner, type LearningOptions } from '../../../src/core/embeddings/learner';
import { DEFAULT_OPTIONS } from '../../../src/core/embeddings/models';
import { neighbours } from '../../../src/core/embeddings/queries';
import { LINE_END, UNKNOWN } from '../../../src/core/embeddings/word-counter';
import { Random } from '../../../src/core/random';
import { prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { learnEmbeddings, type EmbeddingJob } from '../../../src/worker/learn-embeddings';
import { temporaryFolder } from '../../helpers/temporary';
import { threadScript } from '../engine/thread-script';
import { learnPlainly, type ReferenceState } from './word-learning-reference';

const folder = temporaryFolder();
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

const job: EmbeddingJob = {
  ...DEFAULT_OPTIONS,
  ...base,
  dimension: 16,
  sample: 0,
  rate: 0.05,
  epochs: 5,
  minCount: 2,
  rule: 'words',
};

async function learnFile(
  file: string,
  backend: PreparedBackend,
  more: Partial<EmbeddingJob> = {},
  stopAfter = Infinity,
) {
  const losses: number[] = [];
  const learned = await learnEmbeddings(
    file,
    { ...job, ...more },
    {
      threads: backend.threads,
      isStopped: () => losses.length >= stopAfter,
      onProgress: ({ loss }) => void losses.push(loss),
    },
  );
  return { ...learned, losses };
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
    const state = new Map(learner.state().map((each) => [each.name, each]));
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
    async (model, negative) => {
      const file = path.join(folder, 'groups.txt');
      writeFileSync(file, synthetic(4000));
      const more = { model, negative };
      const first = await learnFile(file, backend, more);
      expect(first.losses.at(-1)).toBeLessThan(0.98 * first.losses[0]);
      for (const [word, group] of [
        ['apple', 'pear plum grape fig'],
        ['bolt', 'nut screw nail rivet'],
      ]) {
        const found = neighbours(first.vectors, word, 4).map((each) => each.word);
        expect(found.sort()).toEqual(group.split(' ').sort());
      }
      expect((await learnFile(file, backend, more)).vectors.values).toEqual(first.vectors.values);
      const stopped = await learnFile(file, backend, more, 2);
      expect(stopped.stopped).toBe(true);
      expect(stopped.losses).toHaveLength(2);
    },
  );

  test.each([
    ['fasttext-skipgram', 5],
    ['fasttext-cbow', 10],
    ['glove', 25],
    ['ppmi-svd', 1],
  ] as const)('%s: groups become neighbours, the same seed gives the same vectors', async (model, epochs) => {
    const file = path.join(folder, 'groups.txt');
    writeFileSync(file, synthetic(4000));
    const more = { model, epochs, shift: 1, dimension: model === 'ppmi-svd' ? 4 : 16, minGram: 3, maxGram: 3 };
    const first = await learnFile(file, backend, more);
    for (const [word, group] of [
      ['apple', 'pear plum grape fig'],
      ['bolt', 'nut screw nail rivet'],
    ]) {
      const found = neighbours(first.vectors, word, 4).map((each) => each.word);
      expect(found.sort()).toEqual(group.split(' ').sort());
    }
    expect((await learnFile(file, backend, more)).vectors.values).toEqual(first.vectors.values);
    if (model === 'fasttext-skipgram') expect(neighbours(first.vectors, 'apples', 1)[0].word).toBe('apple');
    if (model === 'ppmi-svd') return;
    const stopped = await learnFile(file, backend, more, 1);
    expect(stopped.stopped).toBe(true);
    expect(stopped.losses).toHaveLength(1);
  });

  test('what a job leaves out fits the size of the text, and one that is too small says how much is missing', async () => {
    const file = path.join(folder, 'small.txt');
    const unplanned = { epochs: undefined, minCount: undefined, sample: undefined, dimension: 4, window: 1 };
    writeFileSync(file, synthetic(2000));
    expect((await learnFile(file, backend, unplanned)).plan).toEqual({ epochs: 63, minCount: 2, sample: 1e-3 });
    expect((await learnFile(file, backend, { ...unplanned, epochs: 1 })).plan.epochs).toBe(1);
    writeFileSync(file, synthetic(40));
    await expect(learnFile(file, backend, unplanned)).rejects.toThrow(/has 320 words, and .* 680 more are missing/);
  });

  test('a text of one word is refused with what is missing', async () => {
    const file = path.join(folder, 'one.txt');
    writeFileSync(file, 'word word word word\n');
    await expect(learnFile(file, backend)).rejects.toThrow(
      /has 1 different words, and 1 of them at least 2 times; two/,
    );
  });
});

test('two threads learn from one text together', async () => {
  const backend = await prepareBackend({
    choice: 'kernels',
    threads: 2,
    builds: ['plain'],
    threadScript: await threadScript(),
  });
  const file = path.join(folder, 'many.txt');
  writeFileSync(file, synthetic(4000));
  const { vectors, losses } = await learnFile(file, backend);
  await backend.close();
  expect(losses.at(-1)).toBeLessThan(0.98 * losses[0]);
  expect(
    neighbours(vectors, 'fig', 4)
      .map(({ word }) => word)
      .sort(),
  ).toEqual(['apple', 'grape', 'pear', 'plum']);
});
