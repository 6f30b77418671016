import { UserError } from '../../errors';
import { readConll } from '../tagged/conll';
import { readConllu } from '../tagged/conllu';
import { readSpans } from '../tagged/spans';
import { joinTokens, type TaggedText } from '../tagged/tagged-text';
import { needsLabels, type FormatReader } from './format';

type Reader = (text: string, label: string) => Generator<void, TaggedText[]>;

/** What reads each format of tagged sentences. */
export const taggedReaders = { conll: readConll, conllu: readConllu, spans: readSpans } satisfies Record<
  string,
  Reader
>;

/** The sentences of a tagged file: with their tags for a tagger, without them, one an example, for a language model. */
function sentencesOf(read: Reader): FormatReader {
  return function* ({ text, task, label }) {
    if (needsLabels(task)) {
      throw new UserError(
        `${label} has tags for tokens and no labels for texts: choose a file that has, or another task.`,
      );
    }
    const sentences = yield* read(text, label);
    if (task === 'tagging') return { kind: 'tagged', sentences };
    return { kind: 'lines', texts: sentences.map((sentence) => joinTokens(sentence).text) };
  };
}

export const readConllText = sentencesOf(readConll);
export const readConlluText = sentencesOf(readConllu);
export const readSpansText = sentencesOf(readSpans);
