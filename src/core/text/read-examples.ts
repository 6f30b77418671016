import { UserError } from '../errors';
import type { Recipe, TaskName } from '../recipe/schema';
import { detectFormat } from './detect';
import type { Examples } from './examples';
import { readAbc } from './formats/abc';
import { readFasta } from './formats/fasta';
import { needsLabels, quoted, type FormatReader } from './formats/format';
import { readJsonLines } from './formats/json-lines';
import { readLabelText, readLines, readText } from './formats/lines';
import { readNumbers } from './formats/numbers';
import { readCsv, readTsv } from './formats/table';
import { readConllText, readConlluText, readSpansText } from './formats/tagged';

type Format = Exclude<Recipe['source']['format'], 'auto'>;

const readers: Record<Format, FormatReader> = {
  text: readText,
  lines: readLines,
  'label-text': readLabelText,
  csv: readCsv,
  tsv: readTsv,
  jsonl: readJsonLines,
  numbers: readNumbers,
  fasta: readFasta,
  abc: readAbc,
  conll: readConllText,
  conllu: readConlluText,
  spans: readSpansText,
};

/** Characters that the format is told from. */
const HEAD = 65_536;

/**
 * The examples of a file, as the recipe's source says, some milliseconds at each `next()`. With format "auto" a language
 * model takes any file as running text, a series is numbers, and for the other tasks the format is told from the file.
 * Throws UserError, with the line where there is one, when the file is not in that format or does not suit the task: no
 * examples, no labels, only one class.
 *
 * @param text normalised (see TextNormaliser)
 * @param label what people call the file
 */
export function* readExamples(
  text: string,
  source: Recipe['source'],
  task: TaskName,
  label: string,
): Generator<void, Examples> {
  const format = source.format === 'auto' ? chooseFormat(text, source, task, label) : source.format;
  const examples = yield* readers[format]({ text, source, task, label });
  refuseEmpty(examples, label);
  refuseUnfit(examples, task, label);
  return examples;
}

function chooseFormat(text: string, source: Recipe['source'], task: TaskName, label: string): Format {
  if (task === 'language-model') return 'text';
  if (task === 'contextual') return 'lines';
  if (task === 'tagging') return chooseTagged(text, label);
  if (task === 'series' || source.sequence !== '') return 'numbers';
  const { format, reason } = detectFormat(text.slice(0, HEAD), label);
  if (format !== 'text' && format !== 'lines') return format;
  throw new UserError(
    `${reason.replace(/\.$/, '')}, but the task needs labels: use lines of label, tab, text, or set source.format.`,
  );
}

/** Columns with a tag may look like other tables, such as DNA with a label a position: a line of two of them each. */
function chooseTagged(text: string, label: string): Format {
  const { format, reason } = detectFormat(text.slice(0, HEAD), label);
  if (format === 'conll' || format === 'conllu' || format === 'spans') return format;
  const lines = text.slice(0, HEAD).split('\n').slice(0, -1);
  const rows = lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(/[\t ]+/).length);
  if (rows.length > 0 && rows.every((columns) => columns === rows[0] && columns >= 2)) return 'conll';
  throw new UserError(
    `${reason.replace(/\.$/, '')}, but a tagger needs tags: use columns of token and tag, or set source.format.`,
  );
}

function refuseEmpty(examples: Examples, label: string): void {
  const count = examples.kind === 'text' ? examples.text.length : sizeOf(examples);
  if (count === 0) throw new UserError(`${label} has no examples: choose a file that has some.`);
}

function sizeOf(examples: Exclude<Examples, { kind: 'text' }>): number {
  if (examples.kind === 'series') return examples.values.length;
  if (examples.kind === 'tagged') return examples.sentences.length;
  return examples.kind === 'frames' ? examples.sequences.length : examples.texts.length;
}

function refuseUnfit(examples: Examples, task: TaskName, label: string): void {
  const { kind } = examples;
  if (task === 'series' && kind !== 'series') {
    throw new UserError(
      `${label} is not one series of numbers: leave source.sequence empty, and set source.format to numbers.`,
    );
  }
  if (task === 'language-model' && kind !== 'text' && kind !== 'lines') {
    throw new UserError(`${label} holds numbers, which a language model cannot read: set task to series.`);
  }
  if (task === 'tagging') refuseUntagged(examples, label);
  if (!needsLabels(task)) return;
  if (kind === 'labelled') refuseClasses(examples.labels, task, label);
  else if (kind === 'frames' && task === 'classification')
    refuseClasses(examples.frameLabels ?? [examples.labels], task, label);
  else throw new UserError(`${label} has no texts with labels, which the task needs: choose another file or task.`);
}

function refuseUntagged(examples: Examples, label: string): void {
  if (examples.kind === 'tagged') return;
  throw new UserError(
    `${label} has no tags, which a tagger learns: set source.format to conll, conllu or spans, or choose another file.`,
  );
}

function refuseClasses(labels: string[][], task: TaskName, label: string): void {
  const classes = new Set(labels.flat());
  if (classes.size < 2) {
    const [only] = classes;
    const found = only === undefined ? 'no labels' : `only the label ${quoted(only)}`;
    throw new UserError(`${label} has ${found}, and at least two are needed to tell apart: add examples of another.`);
  }
  if (task === 'multi-label' && labels.every(({ length }) => length === 1)) {
    throw new UserError(
      `${label} has one label for every text: set source.labelSeparator to what parts several, or task to classification.`,
    );
  }
}
