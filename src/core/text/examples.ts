import type { TaggedText } from './tagged/tagged-text';

/** What a text holds once its format is known, before tokens are made of it. Labels are as they stand in the text. */
export type Examples =
  /** Running text; line ends are tokens like others. */
  | { kind: 'text'; text: string }
  /** One example a line, without labels. */
  | { kind: 'lines'; texts: string[] }
  /** A label, or several, for each text. */
  | { kind: 'labelled'; texts: string[]; labels: string[][] }
  /** One series: values[step][column]. */
  | { kind: 'series'; columns: string[]; values: Float64Array[] }
  /** Sequences of feature vectors: sequences[n][step][column], each with a label, and a label a frame where given. */
  /** Sentences with a tag for each token; BIO where the tags are chunks. */
  | { kind: 'tagged'; sentences: TaggedText[] }
  | { kind: 'frames'; columns: string[]; sequences: Float64Array[][]; labels: string[]; frameLabels?: string[][] };

/** What was found in a file, and why. */
export interface FormatGuess {
  format:
    | ('text' | 'lines' | 'label-text' | 'csv' | 'tsv' | 'jsonl' | 'numbers' | 'fasta' | 'abc')
    | ('conll' | 'conllu' | 'spans');
  /** One sentence for people. */
  reason: string;
  /** Names of built-in recipes that fit, the best first. */
  recipes: string[];
}
