import { principalComponents } from '../core/embeddings/map/pca';
import { UserError } from '../core/errors';
import { cosineTable } from '../core/models/contextual/senses';
import { wordsOf } from '../core/text/tagged/words';
import type { ContextsOptions, ContextsResult, VectorPlane } from '../protocol/word-vectors';
import type { Loaded } from './loaded-model';
import { finished } from './pacing';

/** Occurrences that are compared at most: the table grows with their square. */
const MOST = 1000;
/** Tokens of a sentence that are read. */
const LONGEST = 400;
/** Places of a map are multiples of 1 / GRID, so that vectors which differ by rounding are in one place. */
const GRID = 1e5;

/** Compares the occurrences of words. Throws UserError when the run is no biLM or the words are not there, and Cancelled. */
export async function compareContexts(
  { answers, record }: Loaded,
  { texts, words, layer, most, maps }: ContextsOptions,
  signal: AbortSignal,
): Promise<ContextsResult> {
  if (answers.task !== 'contextual') {
    throw new UserError(`${record.name} knows no words in context: train with the recipe "bilm", and choose its run.`);
  }
  const { sentences, found, all } = occurrencesIn(texts, words, most);
  const named = words.map((word) => `"${word}"`).join(', ');
  if (found.length === 0) throw new UserError(`${named} is in none of the lines: choose another word or file.`);
  if (found.length > MOST) {
    throw new UserError(`${named} occurs ${found.length} times, and ${MOST} can be compared: take fewer lines.`);
  }
  const vectors = await finished(answers.vectors(sentences), signal);
  const layers = vectors[0].length;
  const wanted = layer ?? layers - 1;
  if (wanted < 1 || wanted >= layers) {
    throw new UserError(
      `${record.name} has the layers 1 to ${layers - 1}, and no layer ${wanted}: choose one of them.`,
    );
  }
  const at = (level: number) => found.map(({ sentence, token }) => vectors[sentence][level][token]);
  const [context, alone] = [at(wanted), at(0)];
  return {
    occurrences: found.map(({ text, start, end }) => ({ text, start, end })),
    cosines: cosineTable(context),
    alone: cosineTable(alone),
    all,
    ...(maps && { maps: { context: await planeOf(context, signal), alone: await planeOf(alone, signal) } }),
  };
}

async function planeOf(vectors: readonly Float32Array[], signal: AbortSignal): Promise<VectorPlane> {
  const size = vectors[0].length;
  const values = new Float64Array(vectors.length * size);
  for (const [row, vector] of vectors.entries()) {
    const length = Math.hypot(...vector) || 1;
    vector.forEach((value, k) => (values[row * size + k] = value / length));
  }
  const { places, explained } = await finished(principalComponents({ count: vectors.length, size, values }), signal);
  const at = (k: number) => Math.round(places[k] * GRID) / GRID;
  return { places: vectors.map((_, row) => ({ x: at(2 * row), y: at(2 * row + 1) })), explained };
}

interface Occurrence {
  text: number;
  start: number;
  end: number;
  /** Places in `sentences`, and there. */
  sentence: number;
  token: number;
}

/** The sentences that hold one of the words, and where the first `most` of them stand. */
function occurrencesIn(
  texts: string[],
  words: string[],
  most = Infinity,
): { sentences: string[][]; found: Occurrence[]; all: number } {
  const sentences: string[][] = [];
  const found: Occurrence[] = [];
  let all = 0;
  const wanted = new Set(words.map((word) => word.toLowerCase()));
  for (const [text, line] of texts.entries()) {
    const tokens = Array.from(wordsOf(line)).slice(0, LONGEST);
    const here = tokens.flatMap(({ token, at }, n) =>
      wanted.has(token.toLowerCase())
        ? [{ text, start: at, end: at + token.length, sentence: sentences.length, token: n }]
        : [],
    );
    all += here.length;
    const taken = here.slice(0, Math.max(0, most - found.length));
    if (taken.length === 0) continue;
    sentences.push(tokens.map(({ token }) => token));
    found.push(...taken);
  }
  return { sentences, found, all };
}
