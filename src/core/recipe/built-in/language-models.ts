import { define, type BuiltInRecipe } from './define';

export const languageModels: BuiltInRecipe[] = [
  define(
    'character-lstm',
    'Learns to write like the text, one character at a time, with an LSTM: the best start for most texts.',
    {
      // A megabyte of text is read some thirty times in three minutes: dropout keeps it from being learned by heart.
      model: { cell: 'lstm', dropout: 0.2 },
    },
  ),
  define(
    'character-lstm-deep',
    'Learns to write like the text, one character at a time, with two LSTM layers: better after minutes, slower at first.',
    {
      model: { cell: 'lstm', hidden: 256, layers: 2, dropout: 0.3 },
      training: { rate: 5e-3, optimiser: 'adamw', weightDecay: 0.1 },
    },
  ),
  define(
    'character-lstm-large',
    'Learns to write like the text, character by character, in half an hour: two wide LSTM layers.',
    {
      model: { cell: 'lstm', hidden: 512, layers: 2, dropout: 0.5 },
      // So wide a model learns a megabyte by heart: weights that decay keep it from that better than more dropout does.
      training: { minutes: 30, length: 128, optimiser: 'adamw', rate: 4e-3, weightDecay: 0.2, patience: 20 },
    },
  ),
  define(
    'character-gru',
    'Learns to write like the text, one character at a time, with a GRU: a quarter fewer weights than the LSTM.',
    { model: { cell: 'gru' }, training: { rate: 6e-3 } },
  ),
  define(
    'character-rnn',
    'Learns to write like the text, one character at a time, with a plain RNN: to see what gates are good for.',
    {
      model: { cell: 'rnn' },
      // Without gates the gradient grows faster over the steps: smaller steps, clipped earlier, keep it steady.
      training: { rate: 1e-3, clip: 0.5 },
    },
  ),
  define(
    'word-lstm',
    'Learns to write like the text, one word at a time, with an LSTM whose dropouts and tied weights suit small texts.',
    {
      tokens: { unit: 'word', maxVocabulary: 10_000 },
      model: {
        embedding: 200,
        hidden: 200,
        tied: true,
        dropout: 0.4,
        inputDropout: 0.2,
        embeddingDropout: 0.1,
        dropConnect: 0.3,
      },
      training: { batch: 20, length: 35, rate: 3e-3, clip: 0.5, weightDecay: 1.2e-6 },
      evaluation: { baselineOrder: 5, sampleLength: 60 },
    },
  ),
  define(
    'word-lstm-small',
    'Learns to write like the text, one word at a time, in the small setting of Zaremba et al. (2014): 2 × 200 LSTM, plain SGD.',
    {
      tokens: { unit: 'word', maxVocabulary: 10_000 },
      model: { embedding: 200, hidden: 200, layers: 2, initialisation: 'uniform', forgetBias: 0 },
      // The paper sums the loss over 20 steps where we take its mean: 20 times its rate of 1, a 20th of its clip of 5.
      training: {
        epochs: 13,
        batch: 20,
        length: 20,
        optimiser: 'sgd',
        rate: 20,
        clip: 0.25,
        warmup: 0,
        schedule: 'step',
        factor: 0.5,
        drops: 9,
      },
      evaluation: { baselineOrder: 5, sampleLength: 60 },
    },
  ),
  define(
    'bpe-lstm',
    'Learns to write like the text in pieces of words that byte-pair encoding finds in it: no word is unknown.',
    {
      tokens: { unit: 'bpe', maxVocabulary: 2000 },
      model: { embedding: 128, hidden: 256, dropout: 0.2 },
      training: { rate: 4e-3 },
      evaluation: { baselineOrder: 4, sampleLength: 80 },
    },
  ),
  define(
    'ngram-characters',
    'Counts sequences of characters, up to six at a time: done in seconds, and hard to beat on small texts.',
    { model: { kind: 'ngram', order: 6 } },
  ),
  define(
    'ngram-words',
    'Counts sequences of words, up to five at a time, with modified Kneser-Ney smoothing: the classic language model.',
    {
      tokens: { unit: 'word', maxVocabulary: 100_000 },
      model: { kind: 'ngram', order: 5 },
      evaluation: { sampleLength: 60 },
    },
  ),
  define(
    'window-mlp',
    'Predicts each character from the eight before it with a feed-forward network: what can be had without memory.',
    { model: { kind: 'window', window: 8, embedding: 32, hidden: 256 }, training: { rate: 5e-3 } },
  ),
];
