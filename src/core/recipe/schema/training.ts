import { z } from 'zod';

export const training = z
  .strictObject({
    minutes: z.number().positive().max(100_000).optional().describe('Stop after so many minutes of training.'),
    steps: z.int().positive().max(1e9).optional().describe('Stop after so many steps.'),
    epochs: z.number().positive().max(1e6).optional().describe('Stop after so many passes over the training text.'),
    batch: z.int().min(1).max(4096).default(16).describe('Streams of text, or examples, read side by side.'),
    length: z
      .int()
      .min(1)
      .max(4096)
      .default(64)
      .describe(
        'Tokens a step of running text; gradients flow back over so many (k2 of truncated BPTT). Of generated problems: how long something must be remembered.',
      ),
    stride: z
      .int()
      .min(0)
      .max(4096)
      .default(0)
      .describe('Tokens between two steps (k1 of truncated BPTT), at most training.length; 0: as many as that.'),
    optimiser: z
      .enum(['adam', 'adamw', 'sgd', 'momentum', 'rmsprop', 'adagrad', 'asgd'])
      .default('adam')
      .describe('How gradients change the weights; "asgd" is SGD with averaged weights.'),
    rate: z.number().positive().max(100).default(0.01).describe('Highest learning rate.'),
    schedule: z
      .enum(['cosine', 'constant', 'linear', 'step', 'plateau'])
      .default('cosine')
      .describe(
        'How the rate changes: over the budget (cosine, linear), by a factor at equal intervals (step), or when the held-out loss stops falling (plateau).',
      ),
    factor: z.number().positive().max(1).default(0.5).describe('What step and plateau multiply the rate with.'),
    drops: z.int().min(1).max(100).default(4).describe('step: how many times over the budget.'),
    plateauPatience: z
      .int()
      .min(0)
      .max(1000)
      .default(1)
      .describe('plateau: evaluations without a better one that are waited for.'),
    warmup: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.02)
      .describe('Share of the budget in which the rate rises to its highest.'),
    clip: z.number().min(0).max(1e6).default(1).describe('Largest global gradient norm; 0 does not clip.'),
    clipValue: z
      .number()
      .min(0)
      .max(1e6)
      .default(0)
      .describe('Largest size of one element of the gradient, before the norm is clipped; 0 does not clip.'),
    beta1: z.number().min(0).max(0.9999).default(0.9).describe('Adam: decay of the mean of gradients.'),
    beta2: z.number().min(0).max(0.999999).default(0.99).describe('Adam: decay of the mean of squared gradients.'),
    epsilon: z.number().positive().max(1).default(1e-8).describe('Adam, RMSprop, Adagrad: added to the divisor.'),
    momentum: z.number().min(0).max(0.9999).default(0.9).describe('Optimiser "momentum": share of the last step kept.'),
    nesterov: z.boolean().default(false).describe('Optimiser "momentum": whether it looks ahead (Nesterov).'),
    decay: z.number().min(0).max(0.99999).default(0.99).describe('RMSprop: decay of the mean of squared gradients.'),
    weightDecay: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Pull of the weights towards 0: decoupled for adamw, else added to the gradient (L2).'),
    weightNoise: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe('Deviation of Gaussian noise added to the weights in every step (Graves 2011).'),
    spectralPenalty: z
      .number()
      .min(0)
      .max(1000)
      .default(0)
      .describe('Weight of (spectral radius of W_h − 1)² in the loss.'),
    labelSmoothing: z
      .number()
      .min(0)
      .max(0.99)
      .default(0)
      .describe('Share of the target probability that is spread over all classes.'),
    classWeights: z
      .enum(['none', 'balanced'])
      .default('none')
      .describe('Whether rare classes count more in the loss: n / (classes · count).'),
    missCost: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        'Tagging: how much dearer it is to miss an entity than to find too many (softmax-margin, Gimpel and Smith 2010); more finds more.',
      ),
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
