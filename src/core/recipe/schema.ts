import { z } from 'zod';

/**
 * The recipe: one document that describes an experiment completely. Types, defaults, limits, the JSON schema for
 * `*.recipe.json` and the flags of the command line are all derived from the schema in this file.
 */

const source = z
  .strictObject({
    format: z
      .enum(['auto', 'text'])
      .default('auto')
      .describe('How the file is read. "auto" looks at the file and says what it found.'),
  })
  .describe('Where the examples come from.');

const tokens = z
  .strictObject({
    unit: z.enum(['character']).default('character').describe('What one token is: a Unicode code point.'),
    minCount: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .describe('Characters rarer than this in the training part become <unk>.'),
    maxVocabulary: z
      .int()
      .min(2)
      .max(65_536)
      .default(20_000)
      .describe('Largest vocabulary, <unk> included; the most frequent characters are kept.'),
  })
  .describe('How text becomes tokens.');

const model = z
  .strictObject({
    cell: z.enum(['lstm', 'gru', 'rnn']).default('lstm').describe('The recurrent cell.'),
    activation: z
      .enum(['tanh', 'relu'])
      .default('tanh')
      .describe('Nonlinearity of the rnn cell; lstm and gru ignore it.'),
    embedding: z.int().min(1).max(4096).default(64).describe("Size of a character's learned vector."),
    hidden: z.int().min(1).max(4096).default(192).describe('Units in each recurrent layer.'),
    layers: z.int().min(1).max(8).default(1).describe('Recurrent layers, one on top of the other.'),
    dropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(0)
      .describe('Share of units dropped after each recurrent layer while training.'),
    forgetBias: z.number().min(-10).max(10).default(1).describe("Initial bias of the LSTM's forget gate."),
  })
  .describe('What learns.');

const training = z
  .strictObject({
    minutes: z.number().positive().max(100_000).optional().describe('Stop after so many minutes of training.'),
    steps: z.int().positive().max(1e9).optional().describe('Stop after so many steps.'),
    epochs: z.number().positive().max(1e6).optional().describe('Stop after so many passes over the training text.'),
    batch: z.int().min(1).max(4096).default(16).describe('Streams of text read side by side.'),
    length: z.int().min(1).max(4096).default(64).describe('Characters a step; gradients flow back over so many.'),
    rate: z.number().positive().max(10).default(0.01).describe('Highest learning rate.'),
    schedule: z.enum(['cosine', 'constant']).default('cosine').describe('How the rate changes over the budget.'),
    warmup: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.02)
      .describe('Share of the budget in which the rate rises to its highest.'),
    clip: z.number().min(0).max(1e6).default(1).describe('Largest global gradient norm; 0 does not clip.'),
    beta1: z.number().min(0).max(0.9999).default(0.9).describe('Adam: decay of the mean of gradients.'),
    beta2: z.number().min(0).max(0.999999).default(0.99).describe('Adam: decay of the mean of squared gradients.'),
    epsilon: z.number().positive().max(1).default(1e-8).describe('Adam: added to the divisor.'),
    weightDecay: z.number().min(0).max(1).default(0).describe('Decoupled weight decay (AdamW); 0 is plain Adam.'),
    patience: z
      .int()
      .min(0)
      .max(1000)
      .default(8)
      .describe('Stop early after so many evaluations without a better one; 0 never does.'),
  })
  .describe(
    'How the model learns. Of minutes, steps and epochs the first to be reached ends the run; with none of them it is 3 minutes.',
  );

const evaluation = z
  .strictObject({
    heldOut: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.1)
      .describe('Share of the text, from its end, kept back to measure on.'),
    every: z
      .int()
      .min(0)
      .max(1e9)
      .default(0)
      .describe('Steps between evaluations; 0 spreads about 40 over the budget.'),
    baseline: z
      .boolean()
      .default(true)
      .describe('Count a character n-gram model (interpolated Kneser-Ney) to compare with.'),
    baselineOrder: z
      .int()
      .min(1)
      .max(12)
      .default(6)
      .describe('Order of the n-gram baseline: characters seen at once, the next one included.'),
    sampleLength: z
      .int()
      .min(0)
      .max(10_000)
      .default(200)
      .describe('Characters of the sample written at each evaluation; 0 writes none.'),
    temperature: z.number().min(0).max(10).default(0.8).describe('Temperature of those samples.'),
  })
  .describe('How the model is measured while it learns.');

/** Schema of a recipe document. Unknown keys are errors; every missing key has a default. */
export const recipeSchema = z.strictObject({
  $schema: z.string().optional().describe('Where an editor finds the JSON schema; ignored.'),
  name: z.string().min(1).max(100).default('custom').describe('Name shown in lists and charts.'),
  description: z.string().max(500).default('').describe('One sentence for people.'),
  task: z.enum(['language-model']).default('language-model').describe('What is learned: to predict the next token.'),
  source: source.prefault({}),
  tokens: tokens.prefault({}),
  model: model.prefault({}),
  training: training.prefault({}),
  evaluation: evaluation.prefault({}),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .default(1)
    .describe('Start of all random choices; the same seed repeats the run.'),
  backend: z
    .enum(['auto', 'kernels', 'tensorflow', 'cpu'])
    .default('auto')
    .describe('Who computes. "auto" takes the fastest that works here.'),
  threads: z.int().min(0).max(64).default(0).describe('Threads that compute; 0 chooses for this machine.'),
});

/** A recipe with every key present. */
export type Recipe = z.output<typeof recipeSchema>;
/** A recipe as written by a person: every key may be missing. */
export type RecipeInput = z.input<typeof recipeSchema>;

/** The budget that ends a run when a recipe names none, in minutes. */
export const DEFAULT_MINUTES = 3;
