import type { EmbeddingAnswer, EmbeddingQuery } from '../../../src/protocol/word-vectors';
import type { TableContent } from '../../common/table-content';
import type { Picture } from '../picture/picture';
import type { Settings, Tab } from '../settings';
import type { StringKey } from '../strings';

/** What a kind of question may do to the page. */
export interface ViewActions {
  settings: Readonly<Settings>;
  change: (how: (settings: Settings) => void) => void;
  /** Asks the question that the fields now hold. */
  ask: () => void;
  complete: (prefix: string) => Promise<string[]>;
  /** Shows the neighbours of a word. */
  lookUp: (word: string) => void;
  exportWords: (words: string[]) => void;
}

/** An answer, ready to be shown: in a sentence, as a picture, and as a table. */
export interface Content {
  summary: string;
  /** Title of the exported picture. */
  title: string;
  picture: Picture;
  table: TableContent;
}

/** One kind of question: its fields, and how its answers are shown. */
export interface View {
  readonly id: Tab;
  readonly form: HTMLElement;
  /** What to do first, while there is no question. */
  readonly invitation: StringKey;
  readonly help: StringKey;
  /** Shows the settings in the fields. */
  draw(): void;
  focus(): void;
  /** The question that the fields hold; undefined while something is missing. */
  query(): EmbeddingQuery | undefined;
  /** `settings` are those of the question. Throws when the answer is to another kind of question. */
  content(answer: EmbeddingAnswer, settings: Readonly<Settings>): Content;
}

/** The answer, known to be of a kind. */
export function expectKind<K extends EmbeddingAnswer['kind']>(
  answer: EmbeddingAnswer,
  kind: K,
): Extract<EmbeddingAnswer, { kind: K }> {
  if (answer.kind !== kind) throw new Error(`The answer is one to "${answer.kind}" and not to "${kind}".`);
  return answer as Extract<EmbeddingAnswer, { kind: K }>;
}

export const decimals = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
