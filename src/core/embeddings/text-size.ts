import { UserError } from '../errors';
import { hasModel, type Recipe } from '../recipe/schema';

/** Fewer running words than this say nothing about what stands near what. */
const LEAST_WORDS = 1000;
/** Words that are learned from in all where the text is small: some seconds' work. */
const STEPS = 1_000_000;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [5, 100];
/** GloVe's passes are over pairs of words, each of which teaches less than a window does. */
const GLOVE_PASSES = 3;

/** What fits a text of some length. */
export interface LearningPlan {
  epochs: number;
  minCount: number;
  /** See LearningOptions. */
  sample: number;
}

/**
 * Passes over the text, least count of a word and sub-sampling by the number of running words N, where nobody said
 * otherwise: 5 passes from 200,000 words on, below it as many as make a million words, 100 at most; words that occur 5
 * times from a million words on, 3 times from 100,000 on, else twice; frequent words are dropped above a share of 1e-4
 * from a million words on, else of 1e-3 (in a small text a word of that share is not frequent). Throws UserError for a
 * text of fewer than 1,000 words.
 */
export function planFor(words: number): LearningPlan {
  const number = (value: number) => value.toLocaleString('en-US');
  if (words < LEAST_WORDS) {
    throw new UserError(
      `The text has ${number(words)} words, and word vectors need ${number(LEAST_WORDS)} at least: ${number(LEAST_WORDS - words)} more are missing, so choose a longer text.`,
    );
  }
  const isLarge = words >= 1_000_000;
  return {
    epochs: Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, Math.ceil(STEPS / words))),
    minCount: isLarge ? 5 : words >= 100_000 ? 3 : 2,
    sample: isLarge ? 1e-4 : 1e-3,
  };
}

/**
 * A recipe of word vectors with what it leaves to the number of running words: tokens.minCount where it is 0, model.sample
 * of word2vec, and passes over the text where there is no budget. All else, and other recipes, stay as they are. Throws
 * UserError where something is left to a text that is too short.
 */
export function fittedTo(recipe: Recipe, words: number): Recipe {
  const { training, tokens, task } = recipe;
  if (task !== 'embeddings') return recipe;
  const fitted = { ...recipe };
  if (tokens.minCount === 0) fitted.tokens = { ...tokens, minCount: planFor(words).minCount };
  if (hasModel(recipe, 'word2vec') && recipe.model.sample === undefined)
    fitted.model = { ...recipe.model, sample: planFor(words).sample };
  const isOpen = (training.minutes ?? training.steps ?? training.epochs) === undefined;
  if (isOpen && !hasModel(recipe, 'ppmi-svd')) {
    const { epochs } = planFor(words);
    fitted.training = { ...training, epochs: hasModel(recipe, 'glove') ? GLOVE_PASSES * epochs : epochs };
  }
  return fitted;
}
