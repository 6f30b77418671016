import { UserError } from '../../errors';
import { loadWeights } from '../../models/checkpoint-model';
import { BidirectionalLanguageModel } from '../../models/contextual/bidirectional-language-model';
import { contextualVectors } from '../../models/contextual/contextual-vectors';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import { wordsOf } from '../../text/tagged/words';
import { TaggerVocabulary, UNKNOWN, type EncodedSentence } from '../../text/tagged/vocabulary';
import { ExampleLearner } from '../example-learner';
import type { InContext, LoadedCheckpoint } from './answering';
import { ContextualTask } from './contextual';
import { countTokens, partsOf, refuseModel, type PreparedTask, type TaskAssets, type TaskInput } from './prepared';
import { textsOf } from './prepare-sentences';

/** A biLM of lines, each a sentence. Throws UserError when the data do not fit. */
export function* prepareContextual(input: TaskInput): Generator<number, PreparedTask> {
  const { recipe, assets } = input;
  const texts = textsOf(input.examples);
  const held = input.validation && sentencesOf(textsOf(input.validation));
  const parts = partsOf(sentencesOf(texts), held, recipe);
  const train = parts.train.filter(({ length }) => length > 0);
  if (train.length === 0) throw new UserError('No line has a word to learn from: choose another file.');
  const vocabulary = assets?.taggerVocabulary ?? (yield* TaggerVocabulary.learnInSlices(train, recipe.tokens));
  const encode = vocabulary.encoder();
  const { maxLength } = recipe.tokens;
  const items = train.map((tokens) => encode(tokens.slice(0, maxLength)));
  const validation = parts.validation
    .filter(({ length }) => length > 0)
    .map((tokens) => encode(tokens.slice(0, maxLength)));
  const words = (sentences: EncodedSentence[]) => sentences.map((sentence) => sentence.words);
  refuseModel(input, { vocabulary: vocabulary.wordCount, sequences: words(items) });
  const random = new Random(recipe.seed);
  const model = newModel(recipe, vocabulary, random);
  const unknown = words(validation).reduce((sum, ids) => sum + ids.filter((id) => id === UNKNOWN).length, 0);
  const validationTokens = countTokens(words(validation));
  return {
    prepared: {
      model: new ExampleLearner(recipe, new ContextualTask(model, items, validation), random),
      baselines: [],
    },
    assets: { taggerVocabulary: vocabulary },
    statistics: {
      characters: countTokens(texts),
      examples: texts.length,
      trainTokens: countTokens(words(items)),
      validationTokens,
      vocabulary: vocabulary.wordCount,
      unknown: unknown / Math.max(1, validationTokens),
    },
  };
}

/** The biLM of a checkpoint. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function inContext(
  recipe: Recipe,
  { taggerVocabulary }: TaskAssets,
  { tensors }: LoadedCheckpoint,
): InContext & { dispose(): void } {
  if (!taggerVocabulary) throw new UserError('The run does not say which words it knows: train again from the start.');
  const model = newModel(recipe, taggerVocabulary, new Random(recipe.seed));
  try {
    loadWeights(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const encode = taggerVocabulary.encoder();
  return {
    task: 'contextual',
    vectors: (sentences) => contextualVectors(model, sentences.map(encode)),
    measure: (texts) => {
      const items = sentencesOf(texts).filter(({ length }) => length > 0);
      if (items.length === 0) throw new UserError('No line has a word to measure the model on: choose another file.');
      return new ContextualTask(
        model,
        [],
        items.map((tokens) => encode(tokens.slice(0, recipe.tokens.maxLength))),
      ).evaluateInSlices();
    },
    dispose: () => model.dispose(),
  };
}

function newModel(recipe: Recipe, vocabulary: TaggerVocabulary, random: Random): BidirectionalLanguageModel {
  if (!hasModel(recipe, 'recurrent')) {
    throw new UserError(`A model of kind "${recipe.model.kind}" is no biLM: set model.kind to "recurrent".`);
  }
  const { wordCount: words, characterCount: letters } = vocabulary;
  return new BidirectionalLanguageModel({ ...recipe.model, words, letters }, random);
}

function sentencesOf(texts: readonly string[]): string[][] {
  return texts.map((text) => Array.from(wordsOf(text), ({ token }) => token));
}
