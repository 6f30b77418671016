import { define, type BuiltInRecipe } from './define';

export const contextual: BuiltInRecipe[] = [
  define(
    'bilm',
    'Learns a vector for each word in its sentence, from what stands before it and what stands behind it.',
    {
      task: 'contextual',
      source: { format: 'lines' },
      tokens: { unit: 'word', lowercase: true, maxVocabulary: 10_000 },
      model: { cell: 'lstm', layers: 2, hidden: 128, characters: 'cnn', characterEmbedding: 16, characterHidden: 128, residual: true, dropout: 0.1 }, // prettier-ignore
      training: { epochs: 10, batch: 16, rate: 3e-3, clip: 5 },
    },
  ),
];
