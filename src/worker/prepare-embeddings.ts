import { CoOccurrenceCounter, type CountingOptions } from '../core/embeddings/counts/counter';
import { pairBlocks, shufflePairs } from '../core/embeddings/counts/shuffle';
import type { PairFile } from '../core/embeddings/counts/spill';
import { GloveLearner } from '../core/embeddings/glove-learner';
import { fallingRate, WordLearner } from '../core/embeddings/learner';
import { SubwordLearner } from '../core/embeddings/subword-learner';
import { planFor } from '../core/embeddings/text-size';
import type { WordIds } from '../core/embeddings/word-ids';
import { hasModel, type Recipe, type RecipeOf } from '../core/recipe/schema';
import type { ModelOf } from '../core/recipe/schema/model';
import { EmbeddingCounter } from '../core/training/embedding-counter';
import { EmbeddingLearner, type Blocks, type EmbeddingLearning } from '../core/training/embedding-learner';
import type { Counter, Learner } from '../core/training/learner';
import type { ReadWords } from './word-text';

/** Multiplications of a step: some 30 to 80 ms on two threads, so that Stop is soon heard. */
const STEP_WORK = 6e7;
const STEP_WORDS = { least: 512, most: 65_536 };
/** The same for pairs of words, each of which is one product. */
const PAIR_WORK = 6e6;
/** Ids that are counted between two looks at Stop. */
const COUNTED = 16_384;
/** Exponent of the counts of contexts, which makes rare ones count for more (Levy et al., 2015). */
const CONTEXT_SMOOTHING = 0.75;
/** Share of GloVe's preparation that counting is; the rest is shuffling. */
const COUNTING = 0.7;
/** What n-grams make a step dearer by, about. */
const GRAMS_COST = 3;
/** Nodes on the way to a word in a tree, about. */
const TREE_DEPTH = 16;

/**
 * The model whose vectors the words of a text get; for GloVe the pairs of words are counted first. Yields the share that is
 * done. Throws UserError without compiled kernels.
 */
export function* modelOfWords(recipe: Recipe, text: ReadWords, threads: number): Generator<number, Learner | Counter> {
  if (hasModel(recipe, 'word2vec')) return walking(recipe, text, threads);
  if (hasModel(recipe, 'glove')) return yield* glove(recipe, text);
  if (hasModel(recipe, 'ppmi-svd')) return ppmi(recipe, text);
  throw new Error(`${recipe.model.kind} learns no word vectors.`);
}

function walking({ model, seed, training }: RecipeOf<'word2vec'>, text: ReadWords, threads: number): Learner {
  const { architecture, maxGram, sample = planFor(text.total).sample, ...rest } = model;
  const options = { ...rest, sample, model: architecture, rate: training.rate, seed };
  const common: Omit<EmbeddingLearning<Int32Array>, 'parameterCount'> = {
    words: text.words,
    blocks: blocksOf(text.ids, stepWords(model)),
    rate: (progress) => fallingRate(training.rate, progress),
  };
  const parameterCount = 2 * text.words.length * model.dimension;
  const learner =
    maxGram > 0
      ? new SubwordLearner(text, { ...options, maxGram }, threads)
      : new WordLearner(text.counts, options, threads);
  return new EmbeddingLearner(learner, { ...common, parameterCount });
}

function* glove({ model, seed, training }: RecipeOf<'glove'>, text: ReadWords): Generator<number, Learner> {
  const { window, dimension, xMax, alpha } = model;
  const sorted = yield* part(countPairs(text, { window, weighting: 'harmonic' }), 0, COUNTING);
  const pairs = yield* part(shufflePairs(sorted, text.store, seed), COUNTING, 1);
  sorted.close();
  const { rate } = training;
  return new EmbeddingLearner(new GloveLearner(text.counts, { dimension, xMax, alpha, rate, seed }), {
    words: text.words,
    blocks: pairBlocks(pairs, Math.max(STEP_WORDS.least, Math.round(PAIR_WORK / dimension)), seed),
    rate: () => rate,
    parameterCount: 2 * text.words.length * (dimension + 1),
  });
}

function ppmi({ model, seed }: RecipeOf<'ppmi-svd'>, text: ReadWords): Counter {
  const { window, dimension, shift, power } = model;
  const options = { dimension, shift, power, smoothing: CONTEXT_SMOOTHING, seed };
  return new EmbeddingCounter(text.words, () => countPairs(text, { window, weighting: 'flat' }), options);
}

/** Pairs of words of a text; yields the share that is counted. */
function* countPairs(text: ReadWords, options: CountingOptions): Generator<number, PairFile> {
  const counter = new CoOccurrenceCounter(text.words.length, options, text.store);
  for (let from = 0; from < text.ids.length; from += COUNTED) {
    counter.push(text.ids.read(from, COUNTED));
    yield from / text.ids.length;
  }
  return yield* counter.finish();
}

/** Work that is a part of another, with its shares among those of the whole. */
function* part<T>(work: Generator<number, T>, from: number, to: number): Generator<number, T> {
  let step = work.next();
  for (; !step.done; step = work.next()) yield from + (to - from) * step.value;
  return step.value;
}

/** Stretches of a text, so many words each; a pass ends where the text does. */
function blocksOf(ids: WordIds, words: number): Blocks<Int32Array> {
  const stepsPerEpoch = Math.ceil(ids.length / words);
  return {
    stepsPerEpoch,
    at(step) {
      const block = ids.read((step % stepsPerEpoch) * words, words);
      return { block, tokens: block.length };
    },
  };
}

/** A function of the recipe alone, so that a run that goes on has the same steps. */
export function stepWords({ architecture, dimension, window, negative, maxGram }: ModelOf<'word2vec'>): number {
  const outputs = negative === 0 ? TREE_DEPTH : negative + 1;
  // Windows are on average half as wide as they may be, on either side.
  const products = architecture === 'skipgram' ? (window + 1) * outputs : window + 1 + outputs;
  const words = Math.round(STEP_WORK / (products * dimension * (maxGram > 0 ? GRAMS_COST : 1)));
  return Math.max(STEP_WORDS.least, Math.min(STEP_WORDS.most, words));
}
