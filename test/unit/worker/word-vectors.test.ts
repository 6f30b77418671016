import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import type { RecipeInput } from '../../../src/core/recipe/schema';
import type { NamedTensor } from '../../../src/core/runs/safetensors';
import { WordVectors } from '../../../src/core/embeddings/word-vectors';
import type { TrainJob } from '../../../src/protocol/worker';
import { resume, train } from '../../../src/worker/jobs';
import { Predictor } from '../../../src/worker/predict';
import { saveVectors } from '../../../src/worker/vector-file';
import { RunFolder } from '../../../src/worker/run-folder';
import { Bench, logOf } from '../../helpers/job';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const runsFolder = path.join(folder, 'runs');
const bench = new Bench();
const predictor = new Predictor(bench.backends);
const { signal } = new AbortController();
afterAll(() => bench.backends.close());

const SIZE = 4;
const words = { unit: 'word', lowercase: true } as const;
const opinions = Array.from({ length: 30 }, (_, n) =>
  n % 2 === 0
    ? `good\tthe film was fine ${n % 3 ? 'and warm' : ''}`
    : `bad\tthe film was dull ${n % 3 ? 'and cold' : ''}`,
).join('\n');
const running = 'the old clock was fine and the new clock was dull . '.repeat(40);

/** Vectors of a few words of both texts, none of "clock", and of one that is in neither. */
const known: Record<string, number[]> = {
  the: [0.5, -0.25, 0.125, 1],
  fine: [1, 1, 0.5, -0.5],
  dull: [-1, -1, 0.75, 0.25],
  film: [0.25, 0, 0, -0.75],
  elsewhere: [9, 9, 9, 9],
};

function vectorFile(name: string, lines = Object.entries(known).map(([word, row]) => `${word} ${row.join(' ')}`)) {
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.length} ${lines[0].split(' ').length - 1}\n${lines.join('\n')}\n`);
  return file;
}

function job(task: 'classification' | 'language-model', recipe: RecipeInput): TrainJob {
  const text = task === 'classification' ? opinions : running;
  const source = { kind: 'text', text, label: 'text.tsv' } as const;
  const training = { steps: 6, batch: 4, length: 16, patience: 0 };
  const evaluation = { every: 3, baseline: false };
  return { recipe: parseRecipe({ task, tokens: words, training, evaluation, ...recipe }, ''), source, runsFolder };
}

/** Rows of an embedding table by word. */
async function rows(run: string, which: 'best' | 'last', name: string): Promise<(word: string) => number[]> {
  const { tensors } = await new RunFolder(run).readCheckpoint(which);
  const { data, shape } = tensors.get(name) as NamedTensor;
  const tokenizer = await new RunFolder(run).readTokenizer();
  return (word) => {
    const id = tokenizer.encode(`x ${word}`).at(-1) as number;
    return Array.from(data.slice(id * shape[1], (id + 1) * shape[1]) as Float32Array);
  };
}

const cases: [string, 'classification' | 'language-model', (file: string, frozen: boolean) => RecipeInput['model']][] =
  [
    [
      'recurrent language model',
      'language-model',
      (embeddingFile, frozen) => ({ hidden: 8, embedding: SIZE, embeddingFile, frozen }),
    ],
    [
      'recurrent classifier',
      'classification',
      (embeddingFile, frozen) => ({ hidden: 8, embedding: SIZE, embeddingFile, frozen }),
    ],
  ];

test.each(cases)('%s: frozen vectors stay as they were loaded, tuned ones move', async (_, task, model) => {
  const file = vectorFile('vectors.txt');
  for (const frozen of [true, false]) {
    const { run } = await train(job(task, { model: model(file, frozen) }), bench.context);
    const row = await rows(run, 'last', 'embedding.weight');
    for (const word of ['the', 'fine', 'dull']) {
      if (frozen) expect(row(word)).toEqual(known[word]);
      else {
        expect(row(word)).not.toEqual(known[word]);
        row(word).forEach((value, k) => expect(Math.abs(value - known[word][k])).toBeLessThan(0.2));
      }
    }
  }
});

test('a CNN has its loaded vectors static, tuned, or both', async () => {
  const file = vectorFile('cnn.txt');
  const model = (channels: 'static' | 'tuned' | 'two-channel'): RecipeInput['model'] => ({
    ...{ kind: 'cnn', channels, embedding: SIZE, embeddingFile: file, widths: [2], filters: 4 },
  });
  const tables = { static: ['static'], tuned: ['weight'], 'two-channel': ['weight', 'static'] } as const;
  for (const channels of ['static', 'tuned', 'two-channel'] as const) {
    const { run } = await train(job('classification', { model: model(channels) }), bench.context);
    for (const table of tables[channels]) {
      const row = await rows(run, 'last', `embedding.${table}`);
      if (table === 'static') expect(row('film')).toEqual(known.film);
      else expect(row('film')).not.toEqual(known.film);
    }
  }
});

test('the run says how many words have vectors, and needs the file no more once it has a checkpoint', async () => {
  const file = vectorFile('gone.txt');
  const model = { hidden: 8, embedding: SIZE, embeddingFile: file, frozen: true };
  const half = await train(job('classification', { model }), bench.context);
  const said = logOf(half.run).flatMap((event) => (event.event === 'warning' ? [event.message] : []));
  // the, film, fine, dull of the, film, was, fine, dull, and, warm, cold.
  expect(said).toEqual(['4 of 8 words (50 %) have loaded vectors.']);
  rmSync(file);
  const { record, finished } = await resume({ run: half.run, budget: { steps: 12 } }, bench.context);
  expect([record.status, finished.step]).toEqual(['done', 12]);
  expect((await rows(half.run, 'last', 'embedding.weight'))('fine')).toEqual(known.fine);
  const [{ chosen }] = await predictor.classify({ run: half.run, texts: ['the film was fine'] }, signal);
  expect(chosen).toHaveLength(1);
});

test('vectors may lie in any format, and capitals are looked up in lower case', async () => {
  const file = path.join(folder, 'vectors.bin');
  const values = Float32Array.from(Object.values(known).flat());
  await saveVectors(new WordVectors(Object.keys(known), SIZE, values), file, 'binary');
  const model = { hidden: 8, embedding: SIZE, embeddingFile: file, frozen: true };
  const upper = { ...job('language-model', { model, tokens: { unit: 'word' } }) };
  const source = { kind: 'text', text: running.replaceAll('the', 'The'), label: 'text.txt' } as const;
  const { run } = await train({ ...upper, source }, bench.context);
  const row = await rows(run, 'last', 'embedding.weight');
  expect(row('The')).toEqual(known.the);
  expect(row('dull')).toEqual(known.dull);
});

test('a file that does not fit is refused in one sentence, and no run is left', async () => {
  const attempt = (embeddingFile: string, embedding = SIZE) =>
    train(job('classification', { model: { embedding, embeddingFile } }), bench.context);
  await expect(attempt(path.join(folder, 'missing.txt'))).rejects.toThrow(/missing\.txt.*(no such|does not exist)/i);
  await expect(attempt(folder)).rejects.toThrow(/Cannot read/);
  await expect(attempt(vectorFile('size.txt'), 6)).rejects.toThrow(
    'The vectors in size.txt have 4 numbers each, and model.embedding is 6: set model.embedding=4.',
  );
  await expect(attempt(vectorFile('foreign.txt', ['chien 1 2 3 4', 'chat 2 3 4 5']))).rejects.toThrow(
    /foreign\.txt has vectors of none of the text's words/,
  );
  await expect(attempt(vectorFile('torn.txt', ['the 1 2 3 4', 'film 1 2 3']))).rejects.toThrow(
    /Line 3 of torn\.txt has 3 numbers and not 4/,
  );
  writeFileSync(path.join(folder, 'binary.bin'), new Uint8Array(3 << 20).fill(65));
  await expect(attempt(path.join(folder, 'binary.bin'))).rejects.toThrow(/is too long for a word with its numbers/);
});
