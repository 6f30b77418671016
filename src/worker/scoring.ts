import { UserError } from '../core/errors';
import { expandAlternatives } from '../core/generation/alternatives';
import { expectationOf } from '../core/generation/next-tokens';
import { logProbabilityBy, scoreTokens } from '../core/generation/score';
import { normaliseText } from '../core/text/normalise';
import { countCodePoints } from '../core/text/split';
import type { NextTokens, NextTokensOptions, RankedAlternative, RankOptions, ScoreLine } from '../protocol/worker';
import { writerOf, type Loaded, type Writer } from './loaded-model';
import { paced } from './pacing';
import { promptIds } from './sampling';

/** Tokens that are told at most. */
const MOST_TOKENS = 1000;

/**
 * Scores each line by itself, as if it stood after a line end (which is not scored; a vocabulary without line ends leaves
 * the first token unscored); the lines of a model of examples end with <eos>, which is scored. Throws UserError and
 * Cancelled.
 */
export async function scoreLines(
  loaded: Loaded,
  lines: string[],
  label: string | undefined,
  signal: AbortSignal,
): Promise<ScoreLine[]> {
  const writer = writerOf(loaded, label);
  const scored: ScoreLine[] = [];
  for await (const line of paced(scoreEach(writer, lines), signal)) scored.push(line);
  return scored;
}

function* scoreEach(writer: Writer, lines: string[]): Generator<ScoreLine, void> {
  for (const line of lines) yield scoreLine(writer, normaliseText(line).text);
}

function scoreLine(writer: Writer, text: string): ScoreLine {
  const { ids, logs } = scoresOf(writer, text);
  const { tokenizer } = writer;
  const sum = logs.reduce((total, each) => total + each, 0);
  const scored = ids.subarray(ids.length - logs.length);
  const skipped = Array.from(ids.subarray(0, ids.length - logs.length), (id) => tokenizer.token(id)).join('');
  // An end that is scored counts as one, as in the figures of training.
  const ends = tokenizer.special.begin === undefined ? 0 : 1;
  const characters = countCodePoints(text) - countCodePoints(skipped) + ends;
  return {
    text,
    logProbability: sum,
    perplexity: logs.length > 0 ? Math.exp(-sum / logs.length) : 1,
    bitsPerCharacter: characters > 0 ? -sum / (characters * Math.LN2) : 0,
    tokens: Array.from(scored, (id, i) => ({ token: tokenizer.token(id), logProbability: logs[i] })),
  };
}

/** Ids of a text, an end token included where there is one, and log-probabilities of the last of them. */
function scoresOf({ model, tokenizer, start, ends }: Writer, text: string): { ids: Int32Array; logs: Float64Array } {
  const isExample = tokenizer.special.begin !== undefined;
  const ids = Int32Array.from([...tokenizer.encode(text), ...(isExample ? ends : [])]);
  if (start.length > 0) {
    const logs = scoreTokens(model, Int32Array.from([...start, ...ids]));
    return { ids, logs: logs.subarray(logs.length - ids.length) };
  }
  const behind = scoreTokens(model, ids);
  if (!isExample || ids.length === 0) return { ids, logs: behind };
  // A model that knows its label has read the start, so that the first token has a probability, too.
  const first = logProbabilityBy(model, model.initialScores(), 0, ids[0]);
  return { ids, logs: Float64Array.from([first, ...behind]) };
}

/** The alternatives of a pattern by falling probability. Throws UserError and Cancelled. */
export async function rankAlternatives(
  loaded: Loaded,
  { pattern, label }: RankOptions,
  signal: AbortSignal,
): Promise<RankedAlternative[]> {
  const writer = writerOf(loaded, label);
  const alternatives = expandAlternatives(normaliseText(pattern).text);
  const lines = alternatives.map(({ text }) => text);
  const ranked: Omit<RankedAlternative, 'share'>[] = [];
  for await (const { logProbability: sum, tokens } of paced(scoreEach(writer, lines), signal)) {
    ranked.push({ ...alternatives[ranked.length], logProbability: sum, tokens: tokens.length });
  }
  ranked.sort((a, b) => b.logProbability - a.logProbability);
  const powers = ranked.map(({ logProbability: sum }) => Math.exp(sum - ranked[0].logProbability));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return ranked.map((each, k) => ({ ...each, share: powers[k] / total }));
}

/** What a model expects after a text. Throws UserError. */
export function expectNext(loaded: Loaded, { context, count, label }: NextTokensOptions): NextTokens {
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_TOKENS)) {
    throw new UserError(`The number of tokens must be a whole number from 1 to ${MOST_TOKENS}, not ${count}.`);
  }
  const writer = writerOf(loaded, label);
  const { model, tokenizer } = writer;
  const ids = promptIds(context, writer);
  const reader = model.reader(1);
  try {
    const scores = ids.length > 0 ? reader.read(ids).slice(-model.vocabulary) : model.initialScores();
    const { top, entropy } = expectationOf(scores, count);
    // As lines are scored: what does not sum to one is told as it stands.
    const probabilityOf = ({ id, probability }: (typeof top)[number]) =>
      model.isNormalised ? Math.exp(scores[id]) : probability;
    return {
      tokens: top.map((each) => ({ token: tokenizer.token(each.id), probability: probabilityOf(each) })),
      entropy,
    };
  } finally {
    reader.dispose();
  }
}
