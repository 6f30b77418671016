import { UserError } from '../../errors';
import { argmax, logProbability } from '../../generation/distribution';
import type { NextTokenModel } from '../../generation/next-token-model';
import type { Examples } from '../../text/examples';
import type { Evaluation } from '../learner';
import { classificationFigures, multiLabelFigures } from '../metrics';
import type { Answering, Classifying, Forecasting, WritingFromLabel } from './answering';
import { largest, THRESHOLD } from './classification';
import { evaluateTagger } from './evaluate-tagger';
import { labelIds } from './labels';
import { textsOf } from './prepare-sentences';
import { sentencesOf } from './prepare-tagging';
import { errorsOf } from './series';
import type { Scaling } from './scaling';

/** Examples that are measured in one slice. */
const SLICE = 32;
/** Smallest probability that is taken as such, so that one mistake does not make the loss infinite. */
const LEAST = 1e-12;

/**
 * Measures a model that answers on other examples, a slice at each `next()`. Throws UserError when they do not fit.
 * @param scaling of the series that it learned, for the units of the loss
 */
export function* evaluateAnswers(
  model: Answering,
  examples: Examples,
  { maxLength, scaling }: { maxLength: number; scaling?: Scaling },
): Generator<void, Evaluation> {
  switch (model.task) {
    case 'classify':
      return yield* evaluateClasses(model, examples);
    case 'label-to-sequence':
      return yield* evaluateWriting(model, examples, maxLength);
    case 'series':
      yield;
      return evaluateForecast(model, examples, scaling);
    case 'contextual':
      return yield* model.measure(textsOf(examples));
    case 'tag':
      return yield* evaluateTagger(model.tagger, sentencesOf(examples));
  }
}

function* evaluateClasses(model: Classifying, examples: Examples): Generator<void, Evaluation> {
  const { labels, multiple } = model;
  const given = labelsIn(examples);
  const actual = labelIds(given, labels, 'this file');
  const shares: ArrayLike<number>[] = [];
  for (let from = 0; from < given.length; from += SLICE) {
    if (examples.kind === 'labelled') shares.push(...model.predictTexts(examples.texts.slice(from, from + SLICE)));
    if (examples.kind === 'frames') shares.push(...model.predictFrames(examples.sequences.slice(from, from + SLICE)));
    yield;
  }
  const loss = shares.reduce((sum, row, n) => sum + surprise(row, actual[n], multiple), 0) / Math.max(1, given.length);
  const figures = multiple
    ? multiLabelFigures(
        actual,
        shares.map((row) => labels.map((_, k) => k).filter((k) => row[k] >= THRESHOLD)),
        labels,
      )
    : classificationFigures(
        actual.map((ids) => single(ids)),
        shares.map(largest),
        labels,
      );
  return { loss, tokens: given.length, ...figures };
}

/** −ln p of the label, or the mean over all labels of the decisions' −ln p. */
function surprise(row: ArrayLike<number>, actual: Int32Array, multiple: boolean): number {
  if (!multiple) return -Math.log(Math.max(LEAST, row[single(actual)]));
  let sum = 0;
  for (let k = 0; k < row.length; k++) {
    sum -= Math.log(Math.max(LEAST, actual.includes(k) ? row[k] : 1 - row[k]));
  }
  return sum / row.length;
}

function single(ids: Int32Array): number {
  if (ids.length === 1) return ids[0];
  throw new UserError('Every example must have exactly one label for this run: correct the file and try again.');
}

function labelsIn(examples: Examples): string[][] {
  if (examples.kind === 'labelled') return examples.labels;
  if (examples.kind === 'frames') return examples.labels.map((label) => [label]);
  throw new UserError('The file has no labels to measure against: choose one like the file that the run learned from.');
}

function* evaluateWriting(model: WritingFromLabel, examples: Examples, maxLength: number): Generator<void, Evaluation> {
  if (examples.kind !== 'labelled') labelsIn({ kind: 'lines', texts: [] });
  const { texts, labels } = examples as Extract<Examples, { kind: 'labelled' }>;
  const ids = labelIds(labels, model.labels, 'this file').map((each) => single(each));
  const end = model.tokenizer.special.end ?? 0;
  const sums = { loss: 0, right: 0, tokens: 0 };
  for (const [n, text] of texts.entries()) {
    const tokens = Int32Array.of(...model.tokenizer.encode(text).slice(0, maxLength), end);
    addSequence(model.of(ids[n]), tokens, sums);
    yield;
  }
  return { loss: sums.loss / sums.tokens, accuracy: sums.right / sums.tokens, tokens: sums.tokens };
}

function addSequence(
  model: NextTokenModel,
  tokens: Int32Array,
  sums: { loss: number; right: number; tokens: number },
): void {
  const { vocabulary } = model;
  const reader = model.reader(1);
  const rest = reader.read(tokens.slice(0, -1));
  reader.dispose();
  const first = model.initialScores();
  tokens.forEach((token, t) => {
    const [scores, row] = t === 0 ? [first, 0] : [rest, (t - 1) * vocabulary];
    sums.loss -= logProbability(scores, row, vocabulary, token);
    if (argmax(scores, row, vocabulary) === token) sums.right++;
    sums.tokens++;
  });
}

function evaluateForecast(model: Forecasting, examples: Examples, scaling: Scaling | undefined): Evaluation {
  if (examples.kind !== 'series' || !scaling) {
    throw new UserError('The file holds no numeric columns: choose one like the file that the run learned from.');
  }
  const { values } = examples;
  if (values.length < 2) throw new UserError('The series has fewer than two steps: nothing can be foretold in it.');
  const squares = new Float64Array(model.columns.length);
  model.oneStepAhead(values).forEach((said, step) => {
    said.forEach((value, c) => (squares[c] += ((value - values[step + 1][c]) / scaling.deviation[c]) ** 2));
  });
  return errorsOf(squares, values.length - 1, scaling);
}
