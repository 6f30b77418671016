// The contender "ours" of bench/words: the product's own learners, block by block as a run does it.
//   node out/bench/words-ours.js ENGINE THREADS
import { readFileSync } from 'node:fs';
import { WordLearner } from '../../src/core/embeddings/learner';
import { SubwordLearner } from '../../src/core/embeddings/subword-learner';
import { WordCounter } from '../../src/core/embeddings/word-counter';
import { parseRecipe } from '../../src/core/recipe/parse';
import { hasModel, type RecipeInput } from '../../src/core/recipe/schema';
import type { KernelBuild } from '../../src/engine/modules';
import { stepWords } from '../../src/worker/prepare-embeddings';
import { startEngine } from '../engine';
import { peakMemory } from '../memory';
import { serveRequests } from '../protocol';
import type { WordJob } from './job';

const [engine, threads] = process.argv.slice(2) as [KernelBuild, string];
const LEAST_COUNT = 5;
const KEYS = { skipgram: {}, cbow: { architecture: 'cbow' }, fasttext: { minGram: 3, maxGram: 6 } } as const;

let started: Promise<string> | undefined;
const engineStarted = () => (started ??= startEngine(engine, Number(threads)));
let pass: (() => void) | undefined;

/** The vocabulary of the text, and ids of its first part. */
function read({ all, part }: WordJob) {
  const counter = new WordCounter('whitespace');
  counter.push(readFileSync(all, 'utf8'));
  counter.end();
  const { words, counts } = counter.vocabulary(LEAST_COUNT);
  const places = new Map(words.map((word, id) => [word, id]));
  const lines = readFileSync(part, 'utf8').trimEnd().split('\n');
  const ids = lines.flatMap((line) => [...line.split(' ').map((word) => places.get(word) ?? -1), -2]);
  return { words, counts, ids: Int32Array.from(ids) };
}

/** Makes a learner; `pass` then learns once from the part. Returns the size of the vocabulary. */
function prepare(job: WordJob): number {
  const input: RecipeInput = { task: 'embeddings', model: { kind: 'word2vec', sample: 1e-4, ...KEYS[job.model] } };
  const recipe = parseRecipe({ ...input, training: { rate: 0.05 } }, '');
  if (!hasModel(recipe, 'word2vec')) throw new Error('Another model was made.');
  const { architecture, maxGram, ...rest } = recipe.model;
  const options = {
    ...rest,
    maxGram,
    sample: 1e-4,
    model: architecture,
    rate: recipe.training.rate,
    seed: recipe.seed,
  };
  const { words, counts, ids } = read(job);
  const learner =
    maxGram > 0
      ? new SubwordLearner({ words, counts }, options, Number(threads))
      : new WordLearner(counts, options, Number(threads));
  const size = stepWords(recipe.model);
  pass = () => {
    for (let from = 0; from < ids.length; from += size) {
      const to = Math.min(ids.length, from + size);
      learner.learn(ids.slice(from, to), from / ids.length, to / ids.length);
    }
  };
  return words.length;
}

void serveRequests(async (request, rest) => {
  if (request === 'memory') return peakMemory();
  const version = await engineStarted();
  if (request === 'hello') return { version };
  if (request === 'learn') {
    const job = JSON.parse(rest) as WordJob;
    return { vocabulary: prepare(job), words: job.words };
  }
  return Array.from({ length: Number(rest) }, () => {
    const begin = performance.now();
    pass?.();
    return performance.now() - begin;
  });
}).then(() => process.exit());
