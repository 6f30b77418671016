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
      tokens: words,
      model: { kind: 'cnn', embedding: 300 },
      // Rare words are seen in few steps: Adagrad's are then large ones. A fourth pass learns the examples by heart.
      training: { epochs: 3, batch: 50, optimiser: 'adagrad', rate: 0.04, patience: 0 },
    },
  ),
  define('recurrent-classifier', 'Classifies texts by reading them from both ends with a GRU, word by word.', {
    task: 'classification',
    tokens: { ...words, minCount: 2 },
    model: {
      cell: 'gru',
      embedding: 100,
      hidden: 64,
      bidirectional: 'concat',
      pooling: 'max',
      dropout: 0.5,
      embeddingDropout: 0.2,
      inputDropout: 0.3,
    },
    training: { epochs: 10, batch: 32, rate: 2e-3, patience: 4 },
  }),
];
