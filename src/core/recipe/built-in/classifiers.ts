import { define, type BuiltInRecipe } from './define';

const words = { unit: 'word', lowercase: true } as const;

export const classifiers: BuiltInRecipe[] = [
  define(
    'naive-bayes',
    'Classifies texts by how often their words go with each label: done in a moment, and the one to beat.',
    { task: 'classification', tokens: words, model: { kind: 'naive-bayes' } },
  ),
  define('logistic-regression', 'Classifies texts by a weight for each of their words and pairs of words.', {
    task: 'classification',
    tokens: words,
    model: { kind: 'logistic-regression', ngrams: 2, binary: true },
  }),
  define(
    'cnn-classifier',
    'Classifies texts by short sequences of words that a convolutional network finds telling (Kim, 2014).',
    {
      task: 'classification',
      tokens: { ...words, minCount: 2 },
      // Sentences are few and words many: without words and numbers left out it learns the sentences by heart in three
      // passes.
      model: { kind: 'cnn', embedding: 300, embeddingDropout: 0.3, inputDropout: 0.3 },
      training: { epochs: 10, batch: 50, rate: 1e-3, patience: 0 },
    },
  ),
  define('recurrent-classifier', 'Classifies texts by reading them from both ends with a GRU, word by word.', {
    task: 'classification',
    tokens: { ...words, minCount: 2 },
    model: {
      cell: 'gru',
      embedding: 100,
      hidden: 100,
      bidirectional: 'concat',
      pooling: 'max',
      dropout: 0.5,
      embeddingDropout: 0.3,
      inputDropout: 0.3,
    },
    // Later passes are better even where the held-out loss rises for a while: the labels, not their probabilities, count.
    training: { epochs: 10, batch: 32, rate: 2e-3, patience: 0 },
  }),
];
