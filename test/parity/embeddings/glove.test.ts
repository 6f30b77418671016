import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GloveLearner, type GloveOptions } from '../../../src/core/embeddings/glove-learner';
import { Random } from '../../../src/core/random';
import { prepareBackend, type PreparedBackend } from '../../../src/engine/select';
import { threadScript } from '../engine/thread-script';

const counts = [9, 8, 7, 6, 5, 4];
const words = counts.map((_, k) => `w${k}`);
const options: GloveOptions = { dimension: 16, xMax: 10, alpha: 0.75, rate: 0.05, seed: 3 };
const WIDE = 17;

function pairs(number: number) {
  const random = new Random(5);
  const made = Array.from({ length: number }, () => {
    const two = [random.integer(6), random.integer(6)].sort((x, y) => x - y);
    return [...two, Math.fround(0.2 + random.next() * 30)];
  });
  const [first, second] = [0, 1].map((k) => Int32Array.from(made, (each) => each[k]));
  return { first, second, counts: Float32Array.from(made, (each) => each[2]) };
}

/** The steps of GloVe's program in float64, and their mean loss. */
function learnPlainly({ first, second, counts: found }: ReturnType<typeof pairs>): { sums: number[]; loss: number } {
  const { dimension, xMax, alpha, rate, seed } = options;
  const random = new Random(seed);
  const table = () =>
    counts.map(() => Array.from({ length: WIDE }, () => Math.fround((random.next() - 0.5) * 2 * (0.5 / dimension))));
  const ones = () => counts.map(() => new Array<number>(WIDE).fill(1));
  const [w, c, ws, cs] = [table(), table(), ones(), ones()];
  let [loss, number] = [0, 0];
  const move = (values: number[], squares: number[], k: number, gradient: number) => {
    const g = Math.min(100, Math.max(-100, gradient)) * rate;
    values[k] -= g / Math.sqrt(squares[k]);
    squares[k] += g * g;
  };
  const step = (i: number, j: number, x: number) => {
    let error = w[i][dimension] + c[j][dimension] - Math.log(x);
    for (let k = 0; k < dimension; k++) error += w[i][k] * c[j][k];
    const pull = Math.min(1, (x / xMax) ** alpha) * error;
    loss += (pull * error) / 2;
    number++;
    for (let k = 0; k < WIDE; k++) {
      const [gw, gc] = k < dimension ? [pull * c[j][k], pull * w[i][k]] : [pull, pull];
      move(w[i], ws[i], k, gw);
      move(c[j], cs[j], k, gc);
    }
  };
  first.forEach((i, n) => {
    step(i, second[n], found[n]);
    if (i !== second[n]) step(second[n], i, found[n]);
  });
  return { sums: w.flatMap((row, id) => row.slice(0, dimension).map((x, k) => x + c[id][k])), loss: loss / number };
}

describe.each(['plain', 'relaxed'] as const)('%s build, one thread', (build) => {
  let backend: PreparedBackend;
  beforeAll(async () => void (backend = await prepareBackend({ choice: 'kernels', threads: 1, builds: [build] })));
  afterAll(() => backend.close());

  test('takes the steps of the formula in float64, pairs of equal words once', () => {
    const learner = new GloveLearner(counts, options);
    const loss = learner.learn(pairs(500));
    const { values } = learner.vectors(words);
    learner.dispose();
    const expected = learnPlainly(pairs(500));
    expect(loss / expected.loss).toBeCloseTo(1, 4);
    expect(Math.max(...expected.sums.map(Math.abs))).toBeGreaterThan(0.1);
    expected.sums.forEach((value, k) => expect(Math.abs(values[k] - value)).toBeLessThan(1e-4));
  });

  test('goes on from a saved state exactly as without the stop, and loss falls', () => {
    const learner = new GloveLearner(counts, options);
    const first = learner.learn(pairs(400));
    const state = new Map(learner.state().map((each) => [each.name, { ...each, data: each.data.slice() }]));
    expect(learner.learn(pairs(400))).toBeLessThan(first);
    const again = new GloveLearner(counts, { ...options, seed: 9 });
    again.restore(state);
    again.learn(pairs(400));
    expect(again.vectors(words).values).toEqual(learner.vectors(words).values);
    learner.dispose();
    again.dispose();
  });
});

test('two threads learn from the pairs together', async () => {
  const backend = await prepareBackend({ choice: 'kernels', threads: 2, builds: ['plain'], threadScript: await threadScript() }); // prettier-ignore
  const learner = new GloveLearner(counts, options);
  const first = learner.learn(pairs(20_000));
  expect(learner.learn(pairs(20_000))).toBeLessThan(first);
  learner.dispose();
  await backend.close();
});
