import { UserError } from '../errors';
import type { Recipe } from './schema';
import type { Model, ModelOf } from './schema/model';

/** Blocks of weights in a cell, by PyTorch's layout. */
const GATES = { lstm: 4, gru: 3, rnn: 1, 'layernorm-lstm': 4 } as const;
/** Arrays of a parameter's size that each optimiser keeps. */
const SLOTS = { adam: 2, adamw: 2, sgd: 0, momentum: 1, rmsprop: 1, adagrad: 1, asgd: 1 } as const;
const FLOAT = 4;
/** Bytes of a distinct n-gram in a model of counts. */
const NGRAM = 24;
/** Bytes of a feature's count, or weight, for a label. */
const FEATURE = 16;

export interface MemoryEstimate {
  /** Trainable numbers of a model that learns by steps; 0 for counts. */
  parameters: number;
  /** Bytes of weights, gradients and what the optimiser keeps; or of counts, at most. */
  model: number;
  /** Bytes that one training step holds: states, gates, scores and their gradients. About. */
  step: number;
}

/** What of the data the estimate depends on. */
export interface DataSize {
  /** Labels, or columns of a series, that the model gives scores for; a language model's vocabulary if left out. */
  outputs?: number;
  /** Tokens of the training part: what counts grow with. */
  tokens?: number;
  /** Tokens of the longest example, where they are known. */
  length?: number;
  /** The biLM that the model reads. */
  contextual?: ModelOf<'recurrent'>;
}

/** What training needs for a vocabulary of this size. */
export function estimateMemory(
  recipe: Pick<Recipe, 'model' | 'training'> & Partial<Pick<Recipe, 'task' | 'tokens'>>,
  vocabulary: number,
  { outputs, tokens = 0, length, contextual }: DataSize = {},
): MemoryEstimate {
  const { training } = recipe;
  const model = recipe.task === 'contextual' ? bothWays(recipe.model) : recipe.model;
  if (model.kind === 'ngram') return counts(model.order * tokens * NGRAM);
  if (model.kind === 'naive-bayes' || model.kind === 'logistic-regression') {
    return counts(model.ngrams * tokens * (outputs ?? 2) * FEATURE);
  }
  if (model.kind === 'word2vec' || model.kind === 'glove' || model.kind === 'ppmi-svd') {
    return { parameters: vocabulary * model.dimension, model: 2 * vocabulary * model.dimension * FLOAT, step: 0 };
  }
  if (!isStepwise(model)) return counts(tokens * FEATURE);
  const parameters = parameterCount(model, vocabulary, outputs);
  const most = readsExamples(recipe.task) ? recipe.tokens?.maxLength : training.length;
  const steps = length ?? most ?? training.length;
  const scores = classifies(recipe.task) ? 0 : (outputs ?? vocabulary);
  const arrays = 2 + SLOTS[training.optimiser];
  const reading =
    contextual && model.kind === 'recurrent' ? readingOf(contextual, model) : { fixed: 0, learned: 0, token: 0 };
  return {
    parameters,
    model: ((parameters + reading.learned) * arrays + reading.fixed) * FLOAT,
    step: training.batch * steps * (numbersOfToken(model, scores) + reading.token) * FLOAT,
  };
}

/**
 * Numbers that a biLM adds to a model that reads it: its own weights, which stay as they are, the weights of the first layer
 * for its states, and what a token leaves behind: the states of each layer, and their mix with its gradient.
 */
function readingOf(contextual: ModelOf<'recurrent'>, model: ModelOf<'recurrent'>) {
  const size = 2 * contextual.hidden;
  const directions = model.bidirectional === 'no' ? 1 : 2;
  return {
    fixed: recurrentCount(bothWays(contextual), 0, undefined),
    learned: directions * GATES[model.cell] * model.hidden * size,
    token: (contextual.layers + 3) * size,
  };
}

/** A biLM has no table of words, and two directions that each give scores of their own. */
function bothWays<M extends Model>(model: M): M {
  return model.kind === 'recurrent' ? { ...model, embedding: 1, bidirectional: 'sum' } : model;
}

function counts(bytes: number): MemoryEstimate {
  return { parameters: 0, model: bytes, step: 0 };
}

type Stepwise = Extract<Model, { kind: 'recurrent' | 'window' | 'cnn' }>;

function isStepwise(model: Model): model is Stepwise {
  return model.kind === 'recurrent' || model.kind === 'window' || model.kind === 'cnn';
}

/**
 * Numbers in all parameters of a model that learns by steps.
 * @param labels scores that a classifier gives; left out for a language model
 */
export function parameterCount(model: Stepwise, vocabulary: number, labels?: number): number {
  const outputs = labels ?? vocabulary;
  switch (model.kind) {
    case 'recurrent':
      return recurrentCount(model, vocabulary, labels);
    case 'window': {
      const { window, embedding, hidden } = model;
      return (vocabulary + 1) * embedding + hidden * (window * embedding + 1) + outputs * (hidden + 1);
    }
    case 'cnn': {
      const { widths, embedding, filters, channels } = model;
      const tables = channels === 'two-channel' ? 2 : 1;
      const banks = widths.reduce((sum, width) => sum + filters * (width * embedding + 1), 0);
      return tables * vocabulary * embedding + banks + outputs * (widths.length * filters + 1);
    }
  }
}

function recurrentCount(model: ModelOf<'recurrent'>, vocabulary: number, labels: number | undefined): number {
  const outputs = labels ?? vocabulary;
  const { cell, hidden, input, embedding, tied, pooling } = model;
  const rows = GATES[cell] * hidden;
  const norms = cell === 'layernorm-lstm' ? 2 * rows + 2 * hidden : 0;
  let count = input === 'embedding' ? vocabulary * embedding : 0;
  let size = input === 'embedding' ? embedding : vocabulary;
  if (model.characters !== 'none') size += model.characterHidden; // characters have few parameters of their own
  for (const { directions, outputs: given } of layersOf(model)) {
    count += directions === 0 ? hidden * (size + 1) : directions * (rows * (size + hidden + 2) + norms);
    size = given;
  }
  if (labels !== undefined && pooling === 'attention') count += size * size + 2 * size;
  return count + (tied ? outputs : outputs * (size + 1));
}

/** Directions of each layer, 0 where it does not recur, and the size of what it gives. */
function layersOf({ layers, recurrentLayers, bidirectional, hidden }: ModelOf<'recurrent'>) {
  return Array.from({ length: layers }, (_, index) => {
    const recurs = recurrentLayers === 0 || index < recurrentLayers;
    if (!recurs) return { directions: 0, outputs: hidden };
    return { directions: bidirectional === 'no' ? 1 : 2, outputs: bidirectional === 'concat' ? 2 * hidden : hidden };
  });
}

/** Numbers that a token leaves behind in a step, gradients included. About. */
function numbersOfToken(model: Stepwise, outputs: number): number {
  switch (model.kind) {
    case 'recurrent': {
      // In each layer its gates, state and cell, and the gradients of gates and state.
      const direction = 2 * GATES[model.cell] * model.hidden + 3 * model.hidden;
      const layers = layersOf(model).reduce(
        (sum, { directions }) => sum + (directions * direction || 4 * model.hidden),
        0,
      );
      return 2 * model.embedding + layers + 2 * outputs;
    }
    case 'window':
      return 2 * model.window * model.embedding + 4 * model.hidden + 2 * outputs;
    case 'cnn':
      return 2 * model.embedding + 2 * model.filters * model.widths.length;
  }
}

/**
 * Refuses a recipe that needs more than `limit` bytes, before anything is allocated. Throws UserError that names the
 * keys to lower.
 */
export function refuseTooLarge(
  recipe: Parameters<typeof estimateMemory>[0],
  vocabulary: number,
  limit: number,
  data?: DataSize,
): void {
  const { model, step } = estimateMemory(recipe, vocabulary, data);
  if (model + step <= limit) return;
  throw new UserError(
    `The recipe needs about ${gigabytes(model + step)} GB of memory, and ${gigabytes(limit)} GB can be used: lower ${adviceFor(recipe, step > model, data?.length !== undefined)}.`,
  );
}

function adviceFor(
  { model, task }: Parameters<typeof estimateMemory>[0],
  stepIsLarger: boolean,
  isExample: boolean,
): string {
  if (model.kind === 'ngram') return 'model.order, or take a part of the text';
  if (model.kind === 'naive-bayes' || model.kind === 'logistic-regression') return 'model.ngrams';
  if (model.kind === 'word2vec' || model.kind === 'glove' || model.kind === 'ppmi-svd') {
    return 'model.dimension or tokens.maxVocabulary, or raise tokens.minCount';
  }
  if (stepIsLarger)
    return `training.batch or ${readsExamples(task) || isExample ? 'tokens.maxLength' : 'training.length'}`;
  if (model.kind === 'cnn') return 'model.filters, model.embedding or tokens.maxVocabulary';
  return `model.hidden, ${model.kind === 'recurrent' ? 'model.layers' : 'model.window'} or tokens.maxVocabulary`;
}

/** Whether a sequence gives scores once, and not for each of its tokens. */
function classifies(task: Recipe['task'] | undefined): boolean {
  return task === 'classification' || task === 'multi-label';
}

/** Whether what a step reads is as long as the examples of a file, and not as `training.length` says. */
function readsExamples(task: Recipe['task'] | undefined): boolean {
  return classifies(task) || task === 'label-to-sequence';
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toLocaleString('en-US', { maximumSignificantDigits: 2 });
}
