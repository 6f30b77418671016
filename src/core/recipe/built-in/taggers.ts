import { define, type BuiltInRecipe } from './define';

const words = { unit: 'word', lowercase: true } as const;
const network = {
  cell: 'lstm',
  embedding: 50,
  hidden: 100,
  characters: 'cnn',
  characterEmbedding: 30,
  characterHidden: 100,
  dropout: 0.3,
  inputDropout: 0.3,
  wordDropout: 0.3,
} as const;
const training = { epochs: 20, batch: 8, rate: 2e-3, clip: 5, missCost: 1, patience: 12 } as const;

export const taggers: BuiltInRecipe[] = [
  define(
    'tagger',
    'Learns the tags of tokens, such as entities or parts of speech, from what stands before and behind them.',
    { task: 'tagging', tokens: words, model: { ...network, bidirectional: 'concat', head: 'crf' }, training },
  ),
  define('tagger-forward', 'Learns the tags of tokens from what stands before them and from the tokens themselves.', {
    task: 'tagging',
    tokens: words,
    model: { ...network, head: 'softmax' },
    training,
  }),
];
