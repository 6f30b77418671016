import * as tf from '@tensorflow/tfjs-core';
import { UserError } from '../../errors';
import type { NextTokenModel } from '../../generation/next-token-model';
import type { NamedVariable } from '../../layers/parameters';
import { LinearClassifier } from '../../models/bag/linear-classifier';
import type { SentenceTagger } from '../../models/tagger/sentence-tagger';
import { loadWeights } from '../../models/checkpoint-model';
import { Random } from '../../random';
import { hasModel, type Recipe } from '../../recipe/schema';
import type { NamedTensor } from '../../runs/safetensors';
import type { Tokenizer } from '../../text/tokenizer';
import type { Evaluation } from '../learner';
import { predictAll } from './classification';
import { contextEncoder } from './context-encoder';
import { classifierFor } from './prepare-classification';
import { inContext } from './prepare-contextual';
import { labelToSequenceModel } from './prepare-label-to-sequence';
import { seriesModel } from './prepare-series';
import { loadTagger } from './prepare-tagging';
import { contextOf, type TaskAssets } from './prepared';
import { scaled, unscaled, type Scaling } from './scaling';
import { Forecast } from './series';

/** Says which labels a text, or a sequence of feature vectors, has. */
export interface Classifying {
  task: 'classify';
  labels: string[];
  /** Whether each label is decided by itself. */
  multiple: boolean;
  /** Probabilities of the labels, for each text. Throws UserError when the model reads vectors. */
  predictTexts(texts: string[]): ArrayLike<number>[];
  /** The same for sequences[n][step][column]. Throws UserError when the model reads texts. */
  predictFrames(sequences: Float64Array[][]): ArrayLike<number>[];
}

/** Writes a text from a label. */
export interface WritingFromLabel {
  task: 'label-to-sequence';
  labels: string[];
  tokenizer: Tokenizer;
  /** @param label its place in `labels` */
  of(label: number): NextTokenModel;
}

/** Foretells a series. */
export interface Forecasting {
  task: 'series';
  columns: string[];
  /** The next `steps` values after a history [steps][columns], each fed back in turn. */
  forecast(history: Float64Array[], steps: number): Float64Array[];
  /** What was expected of each value but the first: [steps − 1][columns]. */
  oneStepAhead(values: Float64Array[]): Float64Array[];
}

/** Gives every token of a sentence a tag. */
export interface Tagging {
  task: 'tag';
  tagger: SentenceTagger;
}

/** Gives every token a vector that depends on its sentence. */
export interface InContext {
  task: 'contextual';
  /** Vectors [sentence][layer][token]; layer 0 is the same in every sentence. */
  vectors(sentences: readonly string[][]): Generator<void, Float32Array[][][]>;
  /** Mean loss of both directions on texts. Throws UserError when none has a word. */
  measure(texts: readonly string[]): Generator<void, Evaluation>;
}

/** A model that answers: what a task that learned from examples is good for. */
export type Answering = (Classifying | WritingFromLabel | Forecasting | Tagging | InContext) & { dispose(): void };

export interface LoadedCheckpoint {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
}

/** Makes the model of a checkpoint. Throws UserError when recipe, assets and checkpoint do not fit together. */
export function answering(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  switch (recipe.task) {
    case 'classification':
    case 'multi-label':
      return classifying(recipe, assets, checkpoint);
    case 'label-to-sequence':
      return writing(recipe, assets, checkpoint);
    case 'series':
      return forecasting(recipe, assets, checkpoint);
    case 'tagging':
      return tagging(recipe, assets, checkpoint);
    case 'contextual':
      return inContext(recipe, assets, checkpoint);
    case 'embeddings':
      throw new UserError(
        'This run learned word vectors, which write and tell nothing by themselves: ask them with "sequence-lab embeddings", or explore them in the editor.',
      );
    case 'adding-problem':
    case 'copy-memory':
      throw new UserError(
        'This run learned a made-up problem, of which there is nothing to ask: its figures are what it is for (see runs show).',
      );
    case 'language-model':
      throw new Error('Language models are read elsewhere.');
  }
}

function classifying(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  const labels = wanted(assets.labels);
  const { tokenizer, columns, scaling } = assets;
  const multiple = recipe.task === 'multi-label';
  const common = { task: 'classify', labels, multiple } as const;
  const encode = (texts: string[]) =>
    texts.map((text) => wanted(tokenizer).encode(text).slice(0, recipe.tokens.maxLength));
  const noVectors = () => {
    throw new UserError('This run classifies texts: give it texts and not a table of numbers.');
  };
  if (hasModel(recipe, 'naive-bayes') || hasModel(recipe, 'logistic-regression')) {
    const model = LinearClassifier.fromCheckpoint(checkpoint.tensors, checkpoint.metadata);
    const predictTexts = (texts: string[]) => encode(texts).map((ids) => model.predict(ids));
    return { ...common, predictTexts, predictFrames: noVectors, dispose: () => undefined };
  }
  const context = contextOf({ recipe, assets }, 0);
  const reads = tokenizer ? { vocabulary: tokenizer.size, context } : { columns: wanted(columns).length };
  const spell = context && tokenizer && contextEncoder(context.asset, tokenizer, recipe.tokens.maxLength);
  const model = classifierFor(recipe, { reads, classes: labels.length }, new Random(recipe.seed));
  load(model, checkpoint);
  return {
    ...common,
    predictTexts: (texts) =>
      predictAll(model, { kind: 'ids', items: encode(texts), contexts: spell?.(texts) }, multiple),
    predictFrames(sequences) {
      if (!columns || !scaling) return noVectors();
      const items = sequences.map((sequence) => scaled(sequence, scaling));
      return predictAll(model, { kind: 'vectors', size: columns.length, items }, multiple);
    },
    dispose: () => model.dispose(),
  };
}

function writing(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  const labels = wanted(assets.labels);
  const tokenizer = wanted(assets.tokenizer);
  const model = labelToSequenceModel(recipe, tokenizer, labels.length, new Random(recipe.seed));
  load(model, checkpoint);
  return {
    task: 'label-to-sequence',
    labels,
    tokenizer,
    of: (label) => model.of(label),
    dispose: () => model.dispose(),
  };
}

function forecasting(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  const columns = wanted(assets.columns);
  const scaling = wanted(assets.scaling);
  const model = seriesModel(recipe, columns.length, new Random(recipe.seed));
  load(model, checkpoint);
  const reading = <T>(work: (forecast: Forecast) => T): T => {
    const forecast = new Forecast(model, columns.length);
    try {
      return work(forecast);
    } finally {
      forecast.dispose();
    }
  };
  return {
    task: 'series',
    columns,
    forecast: (history, steps) => reading((forecast) => foretell(forecast, history, steps, scaling)),
    oneStepAhead: (values) =>
      reading((forecast) => {
        const said = forecast.read(scaled(values.slice(0, -1), scaling));
        const width = columns.length;
        return values.slice(1).map((_, k) => unscaled(said.subarray(k * width, (k + 1) * width), scaling));
      }),
    dispose: () => model.dispose(),
  };
}

function tagging(recipe: Recipe, assets: TaskAssets, checkpoint: LoadedCheckpoint): Answering {
  const tagger = loadTagger(recipe, assets, checkpoint);
  return { task: 'tag', tagger, dispose: () => tagger.dispose() };
}

function foretell(forecast: Forecast, history: Float64Array[], steps: number, scaling: Scaling): Float64Array[] {
  if (history.length === 0) throw new UserError('A forecast needs the values so far: give it at least one row.');
  const width = scaling.mean.length;
  let next: Float32Array = forecast.read(scaled(history, scaling)).slice(-width);
  return Array.from({ length: steps }, () => {
    const value = unscaled(next, scaling);
    next = forecast.read(next);
    return value;
  });
}

function load(model: { parameters: NamedVariable[]; dispose(): void }, { tensors }: LoadedCheckpoint): void {
  try {
    loadWeights(model, tensors);
  } catch (error) {
    tf.dispose(model.parameters.map(({ variable }) => variable));
    throw error;
  }
}

function wanted<T>(asset: T | undefined): T {
  if (asset !== undefined) return asset;
  throw new UserError('The run does not say what its data were: train again from the start.');
}
