import { UserError } from '../../errors';
import { CnnClassifier } from '../../models/cnn-classifier';
import { RecurrentClassifier, type RecurrentClassifierShape } from '../../models/recurrent-classifier';
import type { SequenceClassifier } from '../../models/sequence-classifier';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import type { Examples } from '../../text/examples';
import type { Sequences } from '../../text/sequence-batch';
import type { EncodedSentence } from '../../text/tagged/vocabulary';
import { LogisticRegressionCounter, MajorityCounter, NaiveBayesCounter } from '../classifier-counter';
import { ExampleLearner } from '../example-learner';
import type { Counter, Learner, Prepared } from '../learner';
import { ClassificationTask, type ClassificationData, type LabelledSequences } from './classification';
import { contextEncoder } from './context-encoder';
import { labelIds, labelVocabulary } from './labels';
import {
  contextOf,
  countTokens,
  encodeTexts,
  learnTokenizer,
  partsOf,
  refuseModel,
  unknownShare,
  type PreparedTask,
  type TaskInput,
} from './prepared';
import { scaled, scalingOf } from './scaling';

interface Labelled<T> {
  item: T;
  labels: string[];
}

/** Classification of texts or of sequences of feature vectors. Throws UserError when the data do not fit. */
export function prepareClassification(input: TaskInput): Generator<number, PreparedTask> {
  return input.examples.kind === 'frames' ? prepareFrames(input) : prepareTexts(input);
}

function* prepareTexts(input: TaskInput): Generator<number, PreparedTask> {
  const { recipe, examples, validation, assets, vectors: load } = input;
  const all = labelledTexts(examples);
  const parts = partsOf(all, validation && labelledTexts(validation), recipe);
  const labels = assets?.labels ?? labelVocabulary(parts.train.map((each) => each.labels));
  const texts = { train: parts.train.map(({ item }) => item), validation: parts.validation.map(({ item }) => item) };
  const tokenizer = assets?.tokenizer ?? (yield* learnTokenizer(texts.train, recipe));
  const { maxLength } = recipe.tokens;
  const train = yield* encodeTexts(texts.train, tokenizer, maxLength);
  const held = yield* encodeTexts(texts.validation, tokenizer, maxLength);
  refuseModel(input, { vocabulary: tokenizer.size, sequences: train, outputs: labels.length });
  const vectors = load && (yield* load(tokenizer));
  const context = contextOf(input);
  const contexts = context && contextEncoder(context.asset, tokenizer, maxLength);
  const data: ClassificationData = {
    train: {
      sequences: tokens(train, contexts?.(texts.train)),
      labels: labelsOf(parts.train, labels, recipe, 'the training data'),
    },
    validation: {
      sequences: tokens(held, contexts?.(texts.validation)),
      labels: labelsOf(parts.validation, labels, recipe, 'the held-out examples'),
    },
    labels,
    multiple: recipe.task === 'multi-label',
    decode: (ids) => tokenizer.decode(ids),
    show: (index) => texts.validation[index],
  };
  return {
    prepared: modelsFor(recipe, data, { vocabulary: tokenizer.size, vectors, context }),
    assets: { tokenizer, labels, contextual: context?.asset },
    statistics: {
      characters: countTokens(texts.train) + countTokens(texts.validation),
      examples: all.length,
      trainTokens: countTokens(train),
      validationTokens: countTokens(held),
      vocabulary: tokenizer.size,
      unknown: unknownShare(held, tokenizer),
    },
  };
}

function* prepareFrames({
  recipe,
  examples,
  validation,
  assets,
  vectors: load,
  contextual,
}: TaskInput): Generator<number, PreparedTask> {
  if (load) throw new UserError('The file holds numbers and no words: leave model.embeddingFile empty.');
  if (contextual) throw new UserError('The file holds numbers and no words: leave model.contextual empty.');
  const all = labelledFrames(examples);
  const parts = partsOf(all.items, validation && labelledFrames(validation).items, recipe);
  const labels = assets?.labels ?? labelVocabulary(parts.train.map((each) => each.labels));
  const columns = assets?.columns ?? all.columns;
  const scaling =
    assets?.scaling ??
    scalingOf(
      parts.train.flatMap(({ item }) => item),
      columns,
    );
  yield 0.5;
  const vectors = (items: Labelled<Float64Array[]>[]): Sequences => ({
    kind: 'vectors',
    size: columns.length,
    items: items.map(({ item }) => scaled(item, scaling)),
  });
  const data: ClassificationData = {
    train: { sequences: vectors(parts.train), labels: labelsOf(parts.train, labels, recipe, 'the training data') },
    validation: {
      sequences: vectors(parts.validation),
      labels: labelsOf(parts.validation, labels, recipe, 'the held-out sequences'),
    },
    labels,
    multiple: recipe.task === 'multi-label',
    decode: () => '',
    show: (index) => `sequence ${index + 1} of ${parts.validation[index].item.length} steps`,
  };
  const steps = (items: Labelled<Float64Array[]>[]) => items.reduce((sum, { item }) => sum + item.length, 0);
  return {
    prepared: modelsFor(recipe, data, { columns: columns.length }),
    assets: { labels, columns, scaling },
    statistics: {
      characters: 0,
      examples: all.items.length,
      trainTokens: steps(parts.train),
      validationTokens: steps(parts.validation),
      vocabulary: 0,
      unknown: 0,
    },
  };
}

/** What is read: tokens, maybe with loaded vectors [V·E] and a biLM, or vectors of a size. */
type Reads = RecurrentClassifierShape['reads'];

function modelsFor(recipe: Recipe, data: ClassificationData, reads: Reads): Prepared {
  return {
    model: mainModel(recipe, data, reads),
    baselines: recipe.evaluation.baseline ? baselinesFor(recipe, data) : [],
  };
}

function mainModel(recipe: Recipe, data: ClassificationData, reads: Reads): Learner | Counter {
  if (hasModel(recipe, 'naive-bayes') || hasModel(recipe, 'logistic-regression')) return countingModel(recipe, data);
  const random = new Random(recipe.seed);
  const model = classifierFor(recipe, { reads, classes: data.labels.length }, random);
  return new ExampleLearner(recipe, new ClassificationTask(recipe, model, data), random);
}

/** The neural classifier of a recipe, with its first weights. Throws UserError when the recipe's model cannot classify. */
export function classifierFor(
  recipe: Recipe,
  { reads, classes }: { reads: Reads; classes: number },
  random: Random,
): SequenceClassifier {
  if (hasModel(recipe, 'recurrent')) return new RecurrentClassifier({ ...recipe.model, reads, classes }, random);
  if (hasModel(recipe, 'cnn') && 'vocabulary' in reads) {
    return new CnnClassifier({ ...recipe.model, ...reads, classes }, random);
  }
  throw new UserError(
    `A model of kind "${recipe.model.kind}" cannot classify ${'columns' in reads ? 'sequences of vectors' : 'texts'}: set model.kind to "recurrent".`,
  );
}

function countingModel(recipe: Recipe, data: ClassificationData): Counter {
  if (data.train.sequences.kind !== 'ids') {
    throw new UserError(
      `A model of kind "${recipe.model.kind}" counts words: set model.kind to "recurrent" for vectors.`,
    );
  }
  if (hasModel(recipe, 'naive-bayes')) return new NaiveBayesCounter(countingData(data), recipe.model, data.decode);
  if (hasModel(recipe, 'logistic-regression')) {
    return new LogisticRegressionCounter(countingData(data), recipe.model, data.decode);
  }
  throw new Error(`${recipe.model.kind} does not count.`);
}

/** The most frequent label, and the classic models that the recipe's own model is not. */
function baselinesFor(recipe: Recipe, data: ClassificationData): Counter[] {
  const counts = countingData(data);
  const baselines: Counter[] = [new MajorityCounter(counts)];
  if (data.train.sequences.kind !== 'ids') return baselines;
  if (!hasModel(recipe, 'naive-bayes')) {
    baselines.push(new NaiveBayesCounter(counts, { ngrams: 1, alpha: 1 }, data.decode));
  }
  if (!hasModel(recipe, 'logistic-regression')) {
    baselines.push(new LogisticRegressionCounter(counts, { ngrams: 1, l2: 1, binary: false }, data.decode));
  }
  return baselines;
}

/** The examples as bags of tokens; empty ones for sequences of vectors, of which only the labels count. */
function countingData({ train, validation, labels, multiple }: ClassificationData) {
  const bags = ({ sequences, labels: own }: LabelledSequences) => ({
    ids: sequences.kind === 'ids' ? sequences.items : own.map(() => new Int32Array(0)),
    labels: own,
  });
  return { train: bags(train), validation: bags(validation), labels, multiLabel: multiple };
}

function tokens(items: Int32Array[], contexts: EncodedSentence[] | undefined): Sequences {
  return { kind: 'ids', items, ...(contexts && { contexts }) };
}

/** Ids of the labels. Throws UserError when an example has none, or several where it should have one. */
function labelsOf(items: { labels: string[] }[], vocabulary: string[], recipe: Recipe, where: string): Int32Array[] {
  if (recipe.task === 'classification') {
    const odd = items.find(({ labels }) => labels.length !== 1);
    if (odd) {
      throw new UserError(
        odd.labels.length === 0
          ? `An example in ${where} has no label: add it, or leave the example out.`
          : `An example in ${where} has several labels (${odd.labels.join(', ')}): set task to "multi-label".`,
      );
    }
  }
  return labelIds(
    items.map(({ labels }) => labels),
    vocabulary,
    where,
  );
}

function labelledTexts(examples: Examples): Labelled<string>[] {
  if (examples.kind === 'labelled') return examples.texts.map((item, n) => ({ item, labels: examples.labels[n] }));
  throw unlabelled();
}

function labelledFrames(examples: Examples): { columns: string[]; items: Labelled<Float64Array[]>[] } {
  if (examples.kind !== 'frames') throw unlabelled();
  const { columns, sequences, labels } = examples;
  return { columns, items: sequences.map((item, n) => ({ item, labels: [labels[n]] })) };
}

function unlabelled(): UserError {
  return new UserError(
    'The examples have no labels, which classification learns: set source.format (such as "label-text" or "csv") and source.label.',
  );
}
