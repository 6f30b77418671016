import { UserError } from '../../errors';
import { LabelToSequenceModel } from '../../models/label-to-sequence';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import type { Examples } from '../../text/examples';
import type { Tokenizer } from '../../text/tokenizer';
import { ExampleLearner } from '../example-learner';
import type { Counter } from '../learner';
import { NgramCounter } from '../ngram-counter';
import { charactersOf, enclosed } from './enclosed-texts';
import { LabelToSequenceTask, type LabelledTexts } from './label-to-sequence';
import { labelIds, labelVocabulary } from './labels';
import {
  countTokens,
  encodeTexts,
  learnTokenizer,
  partsOf,
  refuseModel,
  unknownShare,
  type PreparedTask,
  type TaskInput,
} from './prepared';

/** Writing a text from its label. Throws UserError when the data do not fit. */
export function* prepareLabelToSequence(input: TaskInput): Generator<number, PreparedTask> {
  const { recipe, examples, validation, assets } = input;
  const all = labelledTexts(examples);
  const parts = partsOf(all, validation && labelledTexts(validation), recipe);
  const labels = assets?.labels ?? labelVocabulary(parts.train.map(({ label }) => [label]));
  const trainTexts = parts.train.map(({ text }) => text);
  const tokenizer = assets?.tokenizer ?? (yield* learnTokenizer(trainTexts, recipe));
  const { maxLength } = recipe.tokens;
  const encode = function* (
    items: LabelledText[],
    where: string,
  ): Generator<number, LabelledTexts & { characters: number }> {
    const texts = items.map(({ text }) => text);
    const ids = yield* encodeTexts(texts, tokenizer, maxLength);
    const places = labelIds(
      items.map(({ label }) => [label]),
      labels,
      where,
    );
    return {
      ids: ids.map((each) => enclosed(each, tokenizer)),
      labels: places.map(([place]) => place),
      characters: charactersOf(texts, ids, tokenizer, maxLength),
    };
  };
  const data = {
    train: yield* encode(parts.train, 'the training data'),
    validation: yield* encode(parts.validation, 'the held-out examples'),
    labels,
    tokenizer,
  };
  refuseModel(input, { vocabulary: tokenizer.size, sequences: data.train.ids });
  const random = new Random(recipe.seed);
  const model = labelToSequenceModel(recipe, tokenizer, labels.length, random);
  const learner = new ExampleLearner(recipe, new LabelToSequenceTask(recipe, model, data), random);
  return {
    prepared: { model: learner, baselines: recipe.evaluation.baseline ? [baseline(recipe, data, tokenizer)] : [] },
    assets: { tokenizer, labels },
    statistics: {
      characters: countTokens(all.map(({ text }) => text)),
      validationCharacters: data.validation.characters,
      examples: all.length,
      trainTokens: countTokens(data.train.ids),
      validationTokens: countTokens(data.validation.ids),
      vocabulary: tokenizer.size,
      unknown: unknownShare(data.validation.ids, tokenizer),
    },
  };
}

/** The model of a recipe, with its first weights. Throws UserError when the recipe's model cannot write. */
export function labelToSequenceModel(
  recipe: Recipe,
  { size, special }: Tokenizer,
  labels: number,
  random: Random,
): LabelToSequenceModel {
  if (!hasModel(recipe, 'recurrent')) {
    throw new UserError(
      `A model of kind "${recipe.model.kind}" cannot write from a label: set model.kind to "recurrent".`,
    );
  }
  if (special.begin === undefined) throw new Error('The tokenizer of examples lacks <bos>.');
  return new LabelToSequenceModel({ ...recipe.model, vocabulary: size, labels, begin: special.begin }, random);
}

interface LabelledText {
  text: string;
  label: string;
}

function labelledTexts(examples: Examples): LabelledText[] {
  if (examples.kind !== 'labelled') {
    throw new UserError(
      'The examples have no labels to write from: set source.format (such as "label-text" or "abc") and source.label.',
    );
  }
  return examples.texts.map((text, n) => {
    const [label, second] = examples.labels[n];
    if (label !== undefined && second === undefined) return { text, label };
    throw new UserError(`Example ${n + 1} must have exactly one label to write from: correct it and try again.`);
  });
}

/** An n-gram model of the same texts that knows nothing of labels. */
function baseline(
  recipe: Recipe,
  { train, validation }: { train: LabelledTexts; validation: LabelledTexts },
  tokenizer: Tokenizer,
): Counter {
  const bare = (texts: LabelledTexts) => texts.ids.map((ids) => ids.subarray(1, -1));
  const { begin, end, unknown, pad } = tokenizer.special;
  return new NgramCounter(
    bare(train),
    bare(validation),
    { order: recipe.evaluation.baselineOrder, vocabulary: tokenizer.size, begin, end },
    {
      decode: (ids) => tokenizer.decode(ids),
      length: recipe.evaluation.sampleLength,
      temperature: recipe.evaluation.temperature,
      random: new Random(recipe.seed),
      forbidden: [unknown, pad].filter((id) => id !== undefined),
    },
  );
}
