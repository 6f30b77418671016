import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterWords } from '../../../src/core/embeddings/clusters';
import { analogy, compareWords, neighbours, oddOneOut } from '../../../src/core/embeddings/queries';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import { Cancelled, UserError } from '../../../src/core/errors';
import { Random } from '../../../src/core/random';
import { encodeSafetensors } from '../../../src/core/runs/safetensors';
import { parseRecipe } from '../../../src/core/recipe';
import { RUN_SCHEMA_VERSION, type RunRecord } from '../../../src/core/runs/record';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from '../../../src/protocol/word-vectors';
import { EmbeddingAnswers } from '../../../src/worker/embedding-answers';
import { RunFolder } from '../../../src/worker/run-folder';
import { saveVectors } from '../../../src/worker/vector-file';
import { locateVectors } from '../../../src/worker/vector-sources';
import { VectorStore } from '../../../src/worker/vector-store';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const runs = path.join(folder, 'runs');
const { signal } = new AbortController();
const answers = new EmbeddingAnswers();

const random = new Random(5);
const SIZE = 8;
const words = [
  'king',
  'queen',
  'man',
  'woman',
  'apple',
  'pear',
  'Paris',
  ...Array.from({ length: 60 }, (_, k) => `w${k}`),
];
const values = Float32Array.from({ length: words.length * SIZE }, () => random.next() - 0.5);
const vectors = new WordVectors(words, SIZE, values);

/** A run folder with these vectors, as a training leaves it. */
async function runWith(name: string, change: Partial<RunRecord> = {}): Promise<RunFolder> {
  const run = await RunFolder.create(runs);
  const now = new Date().toISOString();
  await run.writeRecord({
    ...{ schemaVersion: RUN_SCHEMA_VERSION, id: run.id, name, status: 'done', created: now, updated: now },
    recipe: parseRecipe({ task: 'embeddings', model: { kind: 'word2vec' } }, ''),
    source: { label: 'text.txt', bytes: 1, sha256: '' },
    environment: { version: '0', backend: 'kernels', threads: 1, node: '', platform: '' },
    ...{ step: 1, time: 1 },
    ...change,
  });
  await run.writeVocabulary({ words, counts: words.map((_, k) => 100 - k) });
  const tensor = { name: 'embedding.weight', dtype: 'F32', shape: [words.length, SIZE], data: values } as const;
  await run.writeCheckpoint('best', [{ ...tensor, shape: [...tensor.shape] }], {});
  return run;
}

const file = path.join(folder, 'vectors.txt');
const ready = Promise.all([runWith('my vectors'), saveVectors(vectors, file, 'text')]);
const ask = async (query: EmbeddingQuery, source: VectorSource = { file }) => answers.answer(source, query, signal);

describe.each(['a file', 'a run'])('%s answers as the core does', (what) => {
  const source = async (): Promise<VectorSource> => {
    const [run] = await ready;
    return what === 'a run' ? { run: run.folder } : { file };
  };
  const cases: [EmbeddingQuery, () => EmbeddingAnswer][] = [
    [
      { kind: 'facts' },
      () => ({
        ...{ kind: 'facts', words: 67, size: SIZE, mostFrequent: words.slice(0, 20) },
        ...{ unseen: false, ratios: what === 'a run' },
      }),
    ],
    [{ kind: 'complete', prefix: 'pA', count: 5 }, () => ({ kind: 'complete', words: ['Paris'] })],
    [{ kind: 'complete', prefix: 'w1', count: 3 }, () => ({ kind: 'complete', words: ['w1', 'w10', 'w11'] })],
    [
      { kind: 'neighbours', word: 'KING', count: 4 },
      () => ({ kind: 'neighbours', words: neighbours(vectors, 'king', 4) }),
    ],
    [
      { kind: 'odd', words: ['apple', 'pear', 'king'] },
      () => ({ kind: 'odd', words: oddOneOut(vectors, ['apple', 'pear', 'king']) }),
    ],
    [
      { kind: 'compare', words: ['king', 'queen'], count: 3 },
      () => {
        const { cosine, features } = compareWords(vectors, 'king', 'queen');
        return { kind: 'compare', cosine, features: features.slice(0, 3) };
      },
    ],
    [
      { kind: 'similar', word: 'king', among: ['Queen', 'nothing', 'man'], count: 5 },
      () => {
        const all = neighbours(vectors, 'king', words.length);
        const of = (word: string) => all.find((each) => each.word === word)!.similarity;
        const found = [
          { word: 'Queen', similarity: of('queen') },
          { word: 'man', similarity: of('man') },
        ];
        return { kind: 'similar', words: found.sort((x, y) => y.similarity - x.similarity) };
      },
    ],
    [{ kind: 'similar', word: 'king', count: 5 }, () => ({ kind: 'similar', words: neighbours(vectors, 'king', 5) })],
  ];
  test.each(cases)('%o', async (query, expected) => {
    const answer = await ask(query, await source());
    const said = JSON.parse(JSON.stringify(answer)) as { words?: { similarity: number }[] };
    const wanted = JSON.parse(JSON.stringify(expected())) as typeof said;
    expect(said).toEqual(wanted);
  });
});

test.each(['add', 'mul'] as const)('an analogy (%s) comes with the plane of its words', async (rule) => {
  await ready;
  const asked = ['man', 'king', 'woman'] as [string, string, string];
  const answer = await ask({ kind: 'analogy', words: asked, rule, count: 3 });
  if (answer.kind !== 'analogy') throw new Error(answer.kind);
  expect(answer.words).toEqual(analogy(vectors, asked, rule, 3));
  const { points, target } = answer.plane;
  expect(points.map(({ word }) => word)).toEqual([...asked, ...answer.words.map(({ word }) => word)]);
  const [a, b, c, d] = points;
  expect([a.x, a.y, b.y]).toEqual([0, 0, expect.closeTo(0, 6)]);
  expect(b.x).toBeGreaterThan(0);
  expect(c.y).toBeGreaterThan(0);
  // Distances of the three words are as they are among vectors of length 1: √(2 − 2 cos).
  const cosine = (one: string, other: string) => compareWords(vectors, one, other).cosine;
  const apart = (one: { x: number; y: number }, other: { x: number; y: number }) =>
    Math.hypot(one.x - other.x, one.y - other.y);
  expect(apart(a, b)).toBeCloseTo(Math.sqrt(2 - 2 * cosine('man', 'king')), 5);
  expect(apart(b, c)).toBeCloseTo(Math.sqrt(2 - 2 * cosine('king', 'woman')), 5);
  expect([target.x, target.y]).toEqual([expect.closeTo(b.x + c.x, 6), expect.closeTo(b.y + c.y, 6)]);
  expect(apart(d, a)).toBeLessThanOrEqual(Math.sqrt(2 - 2 * cosine('man', d.word)) + 1e-6);
});

test('an analogy of equal words has a plane too', async () => {
  await ready;
  const answer = await ask({ kind: 'analogy', words: ['king', 'king', 'king'], rule: 'add', count: 2 });
  if (answer.kind !== 'analogy') throw new Error(answer.kind);
  for (const { x, y } of answer.plane.points) expect(Number.isFinite(x + y)).toBe(true);
  expect(answer.plane.target).toEqual({ x: 0, y: 0 });
});

test('clusters are those of the core, with their central words, and can be cancelled', async () => {
  await ready;
  const query = { kind: 'clusters', words: 40, clusters: 4, seed: 3 } as const;
  const answer = await ask(query);
  if (answer.kind !== 'clusters') throw new Error(answer.kind);
  const steps = clusterWords(vectors, { clusters: 4, count: 40, seed: 3 });
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(answer.clusters.map(({ size }) => size)).toEqual(step.value.map((each) => each.words.length));
  expect(answer.clusters.flatMap((each) => each.words.map(({ word }) => word))).toEqual(
    step.value.flatMap((each) => each.words.slice(0, 30)),
  );
  expect(answer.clusters[0].name.split(', ')).toEqual(answer.clusters[0].words.slice(0, 3).map(({ word }) => word));
  await expect(answers.answer({ file }, query, AbortSignal.abort())).rejects.toThrow('Stopped');
});

test('a map places the words that were asked for, and counts need a text', async () => {
  await ready;
  const some = ['king', 'QUEEN', 'man', 'woman', 'king'];
  const answer = await ask({ kind: 'map', method: 'pca', words: some, seed: 1 });
  if (answer.kind !== 'map') throw new Error(answer.kind);
  expect(answer.points.map(({ word }) => word)).toEqual(['king', 'queen', 'man', 'woman']);
  expect(answer.explained?.every((share) => share > 0 && share < 1)).toBe(true);
  expect(await ask({ kind: 'map', method: 'pca', words: 30, seed: 1 })).toMatchObject({ points: { length: 30 } });
  const ratios = { kind: 'ratios', words: ['king', 'queen'], probes: ['man'] } as const;
  await expect(ask({ ...ratios, words: [...ratios.words], probes: [...ratios.probes] })).rejects.toThrow(
    /choose a run/,
  );
});

test('vectors are read anew when they have changed, and the least recently asked are forgotten', async () => {
  const [run] = await ready;
  const small = new VectorStore(2 * 9000);
  const other = path.join(folder, 'other.txt');
  await saveVectors(vectors, other, 'text');
  const first = await small.get({ file });
  expect(await small.get({ file })).toBe(first);
  await small.get({ file: other });
  expect(small.size).toBe(1);
  await small.get({ run: run.folder });
  expect(await small.get({ file })).not.toBe(first);
  appendFileSync(other, 'more 1 2\n');
  await expect(small.get({ file: other })).rejects.toThrow(/comes after the last word/);
});

test('vectors are named by file, run folder, run.json, or run:NAME', async () => {
  const [run] = await ready;
  expect(await locateVectors(file, runs)).toEqual({ file });
  for (const name of [run.folder, run.file('run.json'), 'run:my vectors', `run:${run.id}`])
    expect(await locateVectors(name, runs)).toEqual({ run: run.folder });
  await expect(locateVectors('run:nobody', runs)).rejects.toThrow(
    'There is no run "nobody" with word vectors: there are my vectors.',
  );
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['unequal length', '2 3\na 1 2 3\nb 1 2\n', /Line 3 of bad\.txt has 2 numbers and not 3/],
  ['NaN', '2 3\na 1 2 3\nb 1 nan 3\n', /Line 3 of bad\.txt has "nan" where a number is needed/],
  ['a word twice', '2 2\na 1 2\na 1 2\n', /Line 3 of bad\.txt has the word "a" a second time/],
  ['binary that is cut short', Buffer.concat([Buffer.from('2 4\nab '), Buffer.alloc(20)]), /bad\.txt is cut short/],
  ['nothing', '', /holds no word vectors/],
])('a file with %s is refused in a sentence', async (_, content, message) => {
  const bad = path.join(folder, 'bad.txt');
  writeFileSync(bad, content);
  await expect(ask({ kind: 'facts' }, { file: bad })).rejects.toThrow(UserError);
  await expect(ask({ kind: 'facts' }, { file: bad })).rejects.toThrow(message);
});

test('a run whose files do not fit together is refused in a sentence', async () => {
  const damaged = async (change: (run: RunFolder) => void | Promise<void>) => {
    const run = await runWith('damaged');
    await change(run);
    return ask({ kind: 'facts' }, { run: run.folder });
  };
  const rewrite = (name: string, make: (bytes: Buffer) => string | Uint8Array) => (run: RunFolder) =>
    writeFileSync(run.file(name), make(readFileSync(run.file(name))));
  const best = 'checkpoints/best.safetensors';
  await expect(damaged(rewrite('vocabulary.txt', (text) => `${String(text)}more 1\n`))).rejects.toThrow(
    /does not hold one vector for each of its 68 words/,
  );
  await expect(damaged(rewrite('vocabulary.txt', (text) => String(text).replace('queen', 'king')))).rejects.toThrow(
    /has a word twice/,
  );
  await expect(damaged(rewrite('vocabulary.txt', () => 'word\n'))).rejects.toThrow(/is damaged in line 1/);
  await expect(damaged(rewrite(best, (bytes) => bytes.subarray(0, -8)))).rejects.toThrow(/not a usable safetensors/);
  const broken = values.slice().fill(NaN, 9, 10);
  const tensor = { name: 'embedding.weight', dtype: 'F32' as const, shape: [words.length, SIZE], data: broken };
  await expect(damaged(rewrite(best, () => encodeSafetensors([tensor], {})))).rejects.toThrow(
    /holds a value that is no number in the vector of "queen"/,
  );
  const other = await runWith('writer', { recipe: parseRecipe({}, '') });
  await expect(ask({ kind: 'facts' }, { run: other.folder })).rejects.toThrow(/writer has learned no word vectors/);
});

test('a word without a vector is refused with advice', async () => {
  await ready;
  await expect(ask({ kind: 'neighbours', word: 'paris', count: 3 })).rejects.toThrow(
    'There is no vector for "paris": try "Paris".',
  );
});

describe('a map', () => {
  test('of the most frequent words, and of words that are named', async () => {
    await ready;
    const frequent = (await ask({ kind: 'map', method: 'pca', words: 10, seed: 1 })) as EmbeddingAnswer & {
      kind: 'map';
    };
    expect(frequent.points.map(({ word }) => word)).toEqual(words.slice(0, 10));
    expect(frequent.explained?.[0]).toBeGreaterThan(frequent.explained?.[1] ?? 1);
    const all = (await ask({ kind: 'map', method: 'pca', words: 1000, seed: 1 })) as EmbeddingAnswer & { kind: 'map' };
    expect(all.points).toHaveLength(words.length);
    const named = { kind: 'map', method: 'umap', words: ['KING', 'queen', 'man', 'pear', 'w3'], seed: 1 } as const;
    const answer = (await ask({ ...named, words: [...named.words] })) as EmbeddingAnswer & { kind: 'map' };
    expect(answer.points.map(({ word }) => word)).toEqual(['king', 'queen', 'man', 'pear', 'w3']);
    await expect(ask({ kind: 'map', method: 'tsne', words: ['king', 'unicorn', 'man', 'pear'], seed: 1 })).rejects.toThrow(/no vector for "unicorn"/); // prettier-ignore
  });

  test('stops when it is cancelled', async () => {
    await ready;
    const controller = new AbortController();
    const work = answers.answer({ file }, { kind: 'map', method: 'tsne', words: 60, seed: 1 }, controller.signal);
    controller.abort();
    await expect(work).rejects.toThrow(Cancelled);
  });
});

test.each(['tsne', 'umap'] as const)('a map by %s tells how far it is', async (method) => {
  await ready;
  const shares: number[] = [];
  await answers.answer({ file }, { kind: 'map', method, words: 20, seed: 1 }, signal, (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(10);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

test('groups of words tell how far they are', async () => {
  await ready;
  const shares: number[] = [];
  const query = { kind: 'clusters', words: 60, clusters: 7, seed: 1 } as const;
  await answers.answer({ file }, query, signal, (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
});
