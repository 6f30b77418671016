import { UserError } from '../errors';
import type { Recipe } from './schema';
import type { ModelOf } from './schema/model';

/** Blocks of weights in a cell, by PyTorch's layout. */
const GATES = { lstm: 4, gru: 3, rnn: 1, 'layernorm-lstm': 4 } as const;
const FLOAT = 4;

export interface MemoryEstimate {
  /** Trainable numbers. */
  parameters: number;
  /** Bytes of weights, gradients and the optimiser's two moments. */
  model: number;
  /** Bytes that one training step holds: states, gates, scores and their gradients. About. */
  step: number;
}

/** What training needs for a vocabulary of this size. */
export function estimateMemory(
  { model, training }: Pick<Recipe, 'model' | 'training'>,
  vocabulary: number,
): MemoryEstimate {
  if (model.kind !== 'recurrent') return { parameters: 0, model: 0, step: 0 };
  const { embedding, hidden, layers } = model;
  const parameters = parameterCount(model, vocabulary);
  // A token leaves in each layer its gates, state and cell, and the gradients of gates and state.
  const token = 2 * embedding + layers * (2 * GATES[model.cell] * hidden + 3 * hidden) + 2 * vocabulary;
  return {
    parameters,
    model: parameters * 4 * FLOAT,
    step: training.batch * training.length * token * FLOAT,
  };
}

/** Trainable numbers of a recurrent language model. */
export function parameterCount({ cell, embedding, hidden, layers }: ModelOf<'recurrent'>, vocabulary: number): number {
  const recurrent = (input: number): number => GATES[cell] * hidden * (input + hidden + 2);
  return vocabulary * embedding + recurrent(embedding) + (layers - 1) * recurrent(hidden) + vocabulary * (hidden + 1);
}

/**
 * Refuses a recipe that needs more than `limit` bytes, before anything is allocated. Throws UserError that names the
 * keys to lower.
 */
export function refuseTooLarge(recipe: Pick<Recipe, 'model' | 'training'>, vocabulary: number, limit: number): void {
  const { model, step } = estimateMemory(recipe, vocabulary);
  if (model + step <= limit) return;
  const advice =
    step > model ? 'training.batch or training.length' : 'model.hidden, model.layers or tokens.maxVocabulary';
  throw new UserError(
    `The recipe needs about ${gigabytes(model + step)} GB of memory, and ${gigabytes(limit)} GB can be used: lower ${advice}.`,
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toLocaleString('en-US', { maximumSignificantDigits: 2 });
}
