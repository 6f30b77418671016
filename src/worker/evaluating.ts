import { evaluateAnswers } from '../core/training/tasks';
import type { EvaluateResult, Source } from '../protocol/worker';
import { annotatedSource } from './annotations';
import { readExampleFile } from './example-file';
import type { Loaded } from './loaded-model';
import { measuresOf, type Units } from './metrics';
import { finished } from './pacing';
import { encodeSource } from './running-text';

/** Measures a run's model on a source of the same format as the one that it learned from. Throws UserError and Cancelled. */
export async function evaluateRun(
  { answers, record, assets }: Loaded,
  source: Source,
  signal: AbortSignal,
): Promise<EvaluateResult> {
  const { recipe, data } = record;
  const units: Units = { task: recipe.task, unit: assets.tokenizer?.unit };
  const options = { shouldStop: () => signal.aborted };
  if (answers.task === 'next-token') {
    const { ids, characters, unknown } = await encodeSource(source, answers.tokenizer, options);
    const { tokens, ...evaluation } = await finished(answers.evaluateInSlices(ids), signal);
    return { ...measuresOf({ ...evaluation, tokens }, { ...units, characters }), tokens, unknown };
  }
  const annotated = await annotatedSource(source, recipe, options);
  const format = annotated?.format ?? data?.format ?? recipe.source.format;
  const examples = await readExampleFile(annotated?.source ?? source, recipe, format, options);
  const how = { maxLength: recipe.tokens.maxLength, scaling: assets.scaling };
  const evaluation = await finished(evaluateAnswers(answers, examples, how), signal);
  const { tokens, classes, confusion } = evaluation;
  return { ...measuresOf(evaluation, units), classes, confusion, tokens, unknown: 0 };
}
