import { z } from 'zod';

export const evaluation = z
  .strictObject({
    heldOut: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.1)
      .describe('Share of the text, from its end, or of the examples, drawn by the seed, kept back to measure on.'),
    split: z
      .enum(['auto', 'contiguous', 'random'])
      .default('auto')
      .describe('Whether the held-out part is the end or drawn by the seed; "auto": end for running text and series.'),
    folds: z.int().min(0).max(100).default(0).describe('Cut the examples into so many folds instead; 0: heldOut.'),
    fold: z.int().min(0).max(99).default(0).describe('The fold that is held out, from 0.'),
    every: z
      .int()
      .min(0)
      .max(1e9)
      .default(0)
      .describe('Steps between evaluations; 0 spreads about 40 over the budget.'),
    baseline: z
      .boolean()
      .default(true)
      .describe('Train the cheap classic model for the same task beside it, to compare with.'),
    baselineOrder: z
      .int()
      .min(1)
      .max(12)
      .default(6)
      .describe('Order of the n-gram baseline: tokens seen at once, the next one included.'),
    sampleLength: z
      .int()
      .min(0)
      .max(10_000)
      .default(200)
      .describe('Tokens of the sample written at each evaluation; 0 writes none.'),
    temperature: z.number().min(0).max(10).default(0.8).describe('Temperature of those samples.'),
  })
  .describe('How the model is measured while it learns.');
