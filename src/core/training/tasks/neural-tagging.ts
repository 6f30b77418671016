import { UserError } from '../../errors';
import { loadWeights } from '../../models/checkpoint-model';
import { NeuralSentenceTagger } from '../../models/tagger/neural/neural-sentence-tagger';
import { NeuralTagger } from '../../models/tagger/neural/neural-tagger';
import { startFrom } from '../../models/tagger/neural/starting-values';
import { TagScheme } from '../../models/tagger/neural/tag-scheme';
import type { SentenceTagger } from '../../models/tagger/sentence-tagger';
import { Random } from '../../random';
import { hasModel, type Recipe, type RecipeOf } from '../../recipe/schema';
import type { NamedTensor } from '../../runs/safetensors';
import type { TaggedText } from '../../text/tagged/tagged-text';
import type { TaggerVocabulary } from '../../text/tagged/vocabulary';
import { ExampleLearner } from '../example-learner';
import type { Learner } from '../learner';
import type { LoadedCheckpoint } from './answering';
import { contextOf, type ReadContext, type TaskAssets } from './prepared';
import { TaggingTask } from './tagging';

/** What a neural tagger is made from. */
export interface NeuralTaggingData {
  train: TaggedText[];
  /** Empty where nothing is held out. */
  validation: TaggedText[];
  /** All tags of the training part, by id; BIO where all are chunks'. */
  tags: readonly string[];
  vocabulary: TaggerVocabulary;
  /** Loaded word vectors [V·E] by the vocabulary's ids; become the model's. */
  vectors?: Float32Array;
  /** A biLM that it reads. */
  context?: ReadContext;
  /** An earlier neural tagger to start from, of the same recipe's model. */
  earlier?: { tensors: Map<string, NamedTensor>; vocabulary: TaggerVocabulary; tags: readonly string[] };
}

/**
 * The neural tagger of a recipe with its first weights, ready to learn. Throws UserError when the recipe's model is another
 * one, when there is no sentence to learn from, or when the earlier tagger does not fit.
 *
 * @param random draws the first weights, then dropout masks
 */
export function neuralTaggerLearner(recipe: Recipe, data: NeuralTaggingData, random: Random): Learner {
  const train = data.train.filter(({ tokens }) => tokens.length > 0);
  const own = recurrent(recipe);
  const model = newTagger(own, data, random);
  try {
    if (data.earlier) {
      const { tags, ...rest } = data.earlier;
      startFrom(model, data.vocabulary, { ...rest, scheme: schemeOf(own, tags) });
    }
    const { context } = data;
    if (context?.tensors) model.loadContext(context.tensors);
    const task = new TaggingTask(own, model, { ...data, train, context: context?.asset.vocabulary });
    return new ExampleLearner(recipe, task, random);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The neural tagger of a checkpoint. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function neuralSentenceTagger(
  recipe: Recipe,
  assets: TaskAssets,
  { tensors }: LoadedCheckpoint,
): SentenceTagger {
  const { labels, taggerVocabulary } = assets;
  if (!labels || !taggerVocabulary) {
    throw new UserError('The run does not say which words and tags its tagger knows: train again from the start.');
  }
  const own = recurrent(recipe);
  const context = contextOf({ recipe, assets }, 0);
  const model = newTagger(own, { tags: labels, vocabulary: taggerVocabulary, context }, new Random(recipe.seed));
  try {
    loadWeights(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return new NeuralSentenceTagger(model, taggerVocabulary, recipe.tokens.maxLength, context?.asset.vocabulary);
}

function newTagger(
  recipe: RecipeOf<'recurrent'>,
  { tags, vocabulary, vectors, context }: Pick<NeuralTaggingData, 'tags' | 'vocabulary' | 'vectors' | 'context'>,
  random: Random,
): NeuralTagger {
  const { wordCount: words, characterCount: letters } = vocabulary;
  const scheme = schemeOf(recipe, tags);
  const shapes = recipe.tokens.lowercase;
  return new NeuralTagger({ ...recipe.model, scheme, words, letters, shapes, vectors, reads: context?.shape }, random);
}

function schemeOf({ model }: RecipeOf<'recurrent'>, tags: readonly string[]): TagScheme {
  return new TagScheme(tags, model.head === 'crf');
}

function recurrent(recipe: Recipe): RecipeOf<'recurrent'> & Recipe {
  if (hasModel(recipe, 'recurrent')) return recipe;
  throw new UserError(`A model of kind "${recipe.model.kind}" is no neural tagger: set model.kind to "recurrent".`);
}
