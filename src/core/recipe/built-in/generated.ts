import { define, type BuiltInRecipe } from './define';

/** Problems whose data come from the seed: what a network can remember, and for how long. */
export const generated: BuiltInRecipe[] = [
  define(
    'adding-problem',
    'Learns to add the two marked numbers of a long sequence: what gates are good for. Needs no file; training.length is the number of steps.',
    {
      task: 'adding-problem',
      model: { cell: 'lstm', hidden: 64 },
      training: { steps: 4000, batch: 32, length: 200, rate: 0.01, schedule: 'constant', patience: 0 },
    },
  ),
  define(
    'copy-memory',
    'Learns to repeat ten symbols after a long pause: how long a network remembers. Needs no file; training.length is the length of the pause.',
    {
      task: 'copy-memory',
      // Gates that begin nearly open carry the symbols through the pause from the first step on.
      model: { cell: 'lstm', hidden: 96, forgetBias: 3 },
      training: { steps: 5000, batch: 32, length: 20, rate: 0.01, patience: 0 },
    },
  ),
];
