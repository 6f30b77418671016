import type { GloveOptions } from './glove-learner';
import type { LearningOptions } from './learner';
import type { PpmiSvdOptions } from './ppmi';
import type { SubwordLearningOptions } from './subword-learner';

/** Ways to learn word vectors. */
export const EMBEDDING_MODELS = [
  'skipgram',
  'cbow',
  'fasttext-skipgram',
  'fasttext-cbow',
  'glove',
  'ppmi-svd',
] as const;
export type EmbeddingModel = (typeof EMBEDDING_MODELS)[number];

/** Options of all of them; each takes what it knows. */
export type EmbeddingOptions = Omit<LearningOptions, 'model' | 'sample'> &
  Omit<SubwordLearningOptions, keyof LearningOptions> &
  Pick<GloveOptions, 'xMax' | 'alpha'> &
  Pick<PpmiSvdOptions, 'shift' | 'power' | 'smoothing'> & { model: EmbeddingModel };

/** What is taken where nobody names anything else: the values of the papers and their programs. */
export const DEFAULT_OPTIONS: Omit<EmbeddingOptions, 'model'> = {
  dimension: 100,
  window: 5,
  negative: 5,
  rate: 0.05,
  seed: 1,
  minGram: 3,
  maxGram: 6,
  buckets: 2_000_000,
  xMax: 10,
  alpha: 0.75,
  shift: 5,
  power: 0.5,
  smoothing: 0.75,
};

/** Whether a model learns from counts of pairs and not from the text itself. */
export const isCounted = (model: EmbeddingModel): model is 'glove' | 'ppmi-svd' =>
  model === 'glove' || model === 'ppmi-svd';
