import { fallingRate, WordLearner } from '../core/embeddings/learner';
import { passesFor, type WordIds, type WordText } from '../core/embeddings/word-ids';
import { UserError } from '../core/errors';
import { hasModel, type Recipe, type RecipeOf } from '../core/recipe/schema';
import { EmbeddingLearner, type Blocks } from '../core/training/embedding-learner';
import type { Learner } from '../core/training/learner';
import type { Material } from './material';

/** Multiplications of a step: some 30 to 80 ms on two threads, so that Stop is soon heard. */
const STEP_WORK = 6e7;
const STEP_WORDS = { least: 512, most: 65_536 };
/** Nodes on the way to a word in a tree, about. */
const TREE_DEPTH = 16;

/** The model whose vectors the words of a text get. Throws UserError without compiled kernels. */
export function modelOfWords(recipe: Recipe, text: WordText, threads: number): Learner {
  if (!hasModel(recipe, 'word2vec'))
    throw new UserError(`Models of kind ${recipe.model.kind} cannot be learned here: set model.kind to word2vec.`);
  const { architecture, dimension, window, negative, sample } = recipe.model;
  const { seed, training } = recipe;
  const options = { model: architecture, dimension, window, negative, sample, rate: training.rate, seed };
  return new EmbeddingLearner(new WordLearner(text.counts, options, threads), {
    words: text.words,
    blocks: blocksOf(text.ids, stepWords(recipe)),
    rate: (progress) => fallingRate(training.rate, progress),
    parameterCount: 2 * text.words.length * dimension,
  });
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

/**
 * The recipe with as many passes over the text as suit its size, where it names no budget; all others as they are.
 */
export function passesOf(recipe: Recipe, material: Material): Recipe {
  const { minutes, steps, epochs } = recipe.training;
  if (material.kind !== 'words' || (minutes ?? steps ?? epochs) !== undefined) return recipe;
  return { ...recipe, training: { ...recipe.training, epochs: passesFor(material.text.total) } };
}

/** A function of the recipe alone, so that a run that goes on has the same steps. */
function stepWords({ model }: RecipeOf<'word2vec'>): number {
  const { architecture, dimension, window, negative } = model;
  const outputs = negative === 0 ? TREE_DEPTH : negative + 1;
  // Windows are on average half as wide as they may be, on either side.
  const products = architecture === 'skipgram' ? (window + 1) * outputs : window + 1 + outputs;
  const words = Math.round(STEP_WORK / (products * dimension));
  return Math.max(STEP_WORDS.least, Math.min(STEP_WORDS.most, words));
}
