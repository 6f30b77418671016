import { UserError } from '../core/errors';
import { evaluateInSlices } from '../core/training/evaluation';
import type { NeuralLanguageModel } from '../core/models/neural-language-model';
import type { EvaluateResult, Source } from '../protocol/worker';
import type { Loaded } from './loaded-model';
import { measuresOf } from './metrics';
import { finished } from './pacing';
import { encodeSource } from './running-text';

/** Measures a run's model on a source. Throws UserError and Cancelled. */
export async function evaluateRun(
  { answers, record, assets }: Loaded,
  source: Source,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  const units = { task: record.recipe.task, unit: assets.tokenizer?.unit };
  if (answers.task !== 'next-token') throw new UserError('not yet');
  const { ids, characters, unknown } = await encodeSource(source, answers.tokenizer, {
    shouldStop: () => signal.aborted,
  });
  const evaluation = await finished(evaluateInSlices(answers.model as NeuralLanguageModel, ids), signal);
  return { ...measuresOf(evaluation, { ...units, characters }), tokens: evaluation.tokens, unknown };
}
