import type { RecipeInput } from '../schema';
import { define, type BuiltInRecipe } from './define';

/** What all of them share. Passes, least counts and sub-sampling are left open: they follow from the length of the text. */
const common = {
  task: 'embeddings',
  tokens: { unit: 'word', lowercase: true, minCount: 0, maxVocabulary: 262_144 },
  evaluation: { heldOut: 0, baseline: false },
} satisfies RecipeInput;
/** Rate at the start, which falls in a straight line. */
const falling = (rate: number): RecipeInput['training'] => ({ rate, schedule: 'linear', warmup: 0, clip: 0 });

export const embeddings: BuiltInRecipe[] = [
  define(
    'skip-gram',
    'Learns a vector for each word by predicting the words around it, so that words of like use lie close together.',
    { ...common, model: { kind: 'word2vec' }, training: falling(0.05) },
  ),
  define(
    'cbow',
    'Learns a vector for each word by predicting it from the words around it: several times faster than skip-gram.',
    { ...common, model: { kind: 'word2vec', architecture: 'cbow' }, training: falling(0.05) },
  ),
  define(
    'fasttext',
    'Learns vectors of words and of their character n-grams, so that words which never occurred have vectors too.',
    { ...common, model: { kind: 'word2vec', minGram: 3, maxGram: 6 }, training: falling(0.05) },
  ),
  define(
    'glove',
    'Counts which words stand near each other, and learns vectors whose products are the logarithms of these counts.',
    {
      ...common,
      model: { kind: 'glove', window: 10 },
      training: { rate: 0.05, schedule: 'constant', warmup: 0, clip: 0 },
    },
  ),
  define(
    'ppmi-svd',
    'Counts which words stand near each other, and decomposes the matrix of what that says: vectors without learning.',
    { ...common, model: { kind: 'ppmi-svd' } },
  ),
];
