import { charactersOf, encodeTexts, evaluateAnswers, textsOf, unknownShare } from '../core/training/tasks';
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
  const format = data?.format ?? recipe.source.format;
  const { maxLength } = recipe.tokens;
  if (answers.task === 'next-token' && readsText(format)) {
    const { ids, characters, unknown } = await encodeSource(source, answers.tokenizer, options);
    const { tokens, ...evaluation } = await finished(answers.evaluateInSlices(ids), signal);
    return { ...measuresOf({ ...evaluation, tokens }, { ...units, characters }), tokens, unknown };
  }
  const annotated = await annotatedSource(source, recipe, options);
  const examples = await readExampleFile(annotated?.source ?? source, recipe, annotated?.format ?? format, options);
  const texts = answers.task === 'next-token' || answers.task === 'label-to-sequence' ? textsOf(examples) : [];
  const { tokenizer } = assets;
  const ids = tokenizer ? await finished(encodeTexts(texts, tokenizer, maxLength), signal) : [];
  const characters = tokenizer && texts.length > 0 ? charactersOf(texts, ids, tokenizer, maxLength) : undefined;
  const evaluation = await finished(
    answers.task === 'next-token'
      ? answers.evaluateSentences(ids)
      : evaluateAnswers(answers, examples, { maxLength, scaling: assets.scaling }),
    signal,
  );
  const { tokens, classes, confusion } = evaluation;
  const unknown = tokenizer ? unknownShare(ids, tokenizer) : 0;
  return { ...measuresOf(evaluation, { ...units, characters }), classes, confusion, tokens, unknown };
}

/** Whether a language model reads one running text, and not texts that stand by themselves. */
function readsText(format: string): boolean {
  return format === 'text' || format === 'auto';
}
