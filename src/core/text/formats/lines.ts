import { UserError } from '../../errors';
import { LabelledTexts, labelsOf, lineError, linesOf, needsLabels, Slices, type FormatReader } from './format';

const FAST_TEXT = '__label__';

/** Running text. */
export const readText: FormatReader = function* ({ text, task, label }) {
  if (needsLabels(task)) {
    throw new UserError(
      `${label} is running text without labels: set source.format, or use a file with a label and a text on each line.`,
    );
  }
  yield;
  return { kind: 'text', text };
};

/** One example a line; blank lines are skipped. */
export const readLines: FormatReader = function* ({ text, task, label }) {
  if (needsLabels(task)) {
    throw new UserError(
      `${label} is read as one text a line, without labels: set source.format to label-text, csv, tsv or jsonl.`,
    );
  }
  const slices = new Slices();
  const texts: string[] = [];
  for (const { line } of linesOf(text)) {
    if (line.trim() !== '') texts.push(line);
    if (slices.due(line.length)) yield;
  }
  return { kind: 'lines', texts };
};

/** A label, a tab and the text on each line; or fastText's form, one or more words `__label__x` before the text. */
export const readLabelText: FormatReader = function* (file) {
  const slices = new Slices();
  const examples = new LabelledTexts(file);
  for (const { line, number } of linesOf(file.text)) {
    if (slices.due(line.length)) yield;
    if (line.trim() === '') continue;
    if (line.startsWith(FAST_TEXT)) {
      const { labels, text } = splitFastText(line);
      examples.add(text, labels, number, `after ${FAST_TEXT}`);
      continue;
    }
    const tab = line.indexOf('\t');
    if (tab < 0) {
      throw lineError(file.label, number, 'there is no tab between a label and a text; write label, tab, text');
    }
    const labels = labelsOf(line.slice(0, tab), file.source.labelSeparator);
    examples.add(line.slice(tab + 1), labels, number, 'before the tab');
  }
  return examples.examples;
};

function splitFastText(line: string): { labels: string[]; text: string } {
  const labels: string[] = [];
  let rest = line;
  while (rest.startsWith(FAST_TEXT)) {
    const end = rest.search(/\s/u);
    const word = end < 0 ? rest : rest.slice(0, end);
    if (word.length > FAST_TEXT.length) labels.push(word.slice(FAST_TEXT.length));
    rest = end < 0 ? '' : rest.slice(end).trimStart();
  }
  return { labels, text: rest };
}
