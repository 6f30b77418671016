import { prepareClassification } from './prepare-classification';
import { prepareContextual } from './prepare-contextual';
import { prepareGenerated } from './prepare-generated';
import { prepareLabelToSequence } from './prepare-label-to-sequence';
import { prepareSentences, textsOf } from './prepare-sentences';
import { prepareSeries } from './prepare-series';
import { prepareTagging } from './prepare-tagging';
import { encodeTexts, unknownShare, type PreparedTask, type TaskInput } from './prepared';

export { answering, type Answering } from './answering';
export { evaluateAnswers } from './evaluate-answers';
export { charactersOf } from './enclosed-texts';
export { encodeTexts, prepareGenerated, textsOf, unknownShare };
export type { DataStatistics, PreparedTask, TaskAssets, TaskInput, TokenVectors, VectorTokens } from './prepared';

/**
 * Makes the model of a recipe that learns from examples, and its baselines; models of running text are made by
 * `prepareStream`. Yields the share that is done. Throws UserError when recipe and examples do not fit together.
 */
export function prepareExamples(input: TaskInput): Generator<number, PreparedTask> {
  switch (input.recipe.task) {
    case 'classification':
    case 'multi-label':
      return prepareClassification(input);
    case 'label-to-sequence':
      return prepareLabelToSequence(input);
    case 'series':
      return prepareSeries(input);
    case 'tagging':
      return prepareTagging(input);
    case 'contextual':
      return prepareContextual(input);
    case 'embeddings':
      throw new Error('Words that get vectors are read elsewhere.');
    case 'adding-problem':
    case 'copy-memory':
      throw new Error('Data that come from the seed are no examples of a file.');
    case 'language-model':
      return prepareSentences(input);
  }
}
