import { UserError } from '../core/errors';
import { cosineTable } from '../core/models/contextual/senses';
import { wordsOf } from '../core/text/tagged/words';
import type { ContextsOptions, ContextsResult } from '../protocol/worker';
import type { Loaded } from './loaded-model';
import { finished } from './pacing';

/** Occurrences that are compared at most: the table grows with their square. */
const MOST = 1000;
/** Tokens of a sentence that are read. */
const LONGEST = 400;

/** Compares the occurrences of a word. Throws UserError when the run is no biLM or the word is not there, and Cancelled. */
export async function compareContexts(
  { answers, record }: Loaded,
  { texts, word, layer }: ContextsOptions,
  signal: AbortSignal,
): Promise<ContextsResult> {
  if (answers.task !== 'contextual') {
    throw new UserError(`${record.name} knows no words in context: train with the recipe "bilm", and choose its run.`);
  }
  const { sentences, found } = occurrencesIn(texts, word);
  if (found.length === 0) throw new UserError(`"${word}" is in none of the lines: choose another word or file.`);
  if (found.length > MOST) {
    throw new UserError(`"${word}" occurs ${found.length} times, and ${MOST} can be compared: take fewer lines.`);
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
  return {
    occurrences: found.map(({ text, start, end }) => ({ text, start, end })),
    cosines: cosineTable(at(wanted)),
    alone: cosineTable(at(0)),
  };
}

interface Occurrence {
  text: number;
  start: number;
  end: number;
  /** Places in `sentences`, and there. */
  sentence: number;
  token: number;
}

/** The sentences that hold a word, and where it stands. */
function occurrencesIn(texts: string[], word: string): { sentences: string[][]; found: Occurrence[] } {
  const sentences: string[][] = [];
  const found: Occurrence[] = [];
  const lower = word.toLowerCase();
  for (const [text, line] of texts.entries()) {
    const words = Array.from(wordsOf(line)).slice(0, LONGEST);
    const here = words.flatMap(({ token, at }, n) =>
      token.toLowerCase() === lower
        ? [{ text, start: at, end: at + token.length, sentence: sentences.length, token: n }]
        : [],
    );
    if (here.length === 0) continue;
    sentences.push(words.map(({ token }) => token));
    found.push(...here);
  }
  return { sentences, found };
}
