import { UserError } from '../core/errors';
import { sameLabels, type ExampleLine } from '../core/text/example-lines';
import { normaliseText } from '../core/text/normalise';
import type { Classified } from '../protocol/worker';
import type { Loaded } from './loaded-model';
import { paced } from './pacing';

/** Texts that are answered at once. */
const AT_ONCE = 32;
/** Where an example may have several labels, one is given when it is at least so probable. */
const THRESHOLD = 0.5;

/** Labels of texts, with their probabilities. Throws UserError and Cancelled. */
export async function classifyTexts(
  { answers, record }: Loaded,
  { examples, top }: { examples: (Omit<ExampleLine, 'line'> & { line?: number })[]; top?: number },
  signal: AbortSignal,
): Promise<Classified[]> {
  if (answers.task !== 'classify') {
    throw new UserError(`${record.name} is no classifier: choose a run that learned labels.`);
  }
  const { labels, multiple } = answers;
  const answered: Classified[] = [];
  const work = predictAll(
    answers.predictTexts,
    examples.map(({ text }) => normaliseText(text).text),
  );
  for await (const { text, probabilities } of paced(work, signal)) {
    const sorted = labels
      .map((label, id) => ({ label, probability: probabilities[id] }))
      .sort((a, b) => b.probability - a.probability);
    const chosen = multiple ? sorted.filter(({ probability }) => probability >= THRESHOLD) : sorted.slice(0, 1);
    const names = chosen.map(({ label }) => label);
    const { line, truth } = examples[answered.length];
    const beside = {
      ...(line !== undefined && { line }),
      ...(truth && { right: sameLabels(names, truth) }),
    };
    answered.push({ text, ...beside, chosen: names, labels: sorted.slice(0, top) });
  }
  return answered;
}

function* predictAll(
  predict: (texts: string[]) => ArrayLike<number>[],
  texts: string[],
): Generator<{ text: string; probabilities: ArrayLike<number> }, void> {
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const some = texts.slice(from, from + AT_ONCE);
    const rows = predict(some);
    for (const [k, text] of some.entries()) yield { text, probabilities: rows[k] };
  }
}
