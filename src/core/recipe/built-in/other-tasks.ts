import { define, type BuiltInRecipe } from './define';

export const otherTasks: BuiltInRecipe[] = [
  define(
    'label-to-sequence',
    'Learns to write a short text for a label, such as a surname of a language or a tune of a genre.',
    {
      task: 'label-to-sequence',
      model: { cell: 'gru', embedding: 32, hidden: 128, dropout: 0.2 },
      training: { epochs: 30, batch: 16, rate: 5e-3 },
    },
  ),
  define('series', 'Learns the next value of a series of numbers, one column or several, from the values before.', {
    task: 'series',
    model: { cell: 'lstm', hidden: 64 },
    training: { epochs: 40, batch: 8, length: 96, rate: 0.01 },
  }),
];
