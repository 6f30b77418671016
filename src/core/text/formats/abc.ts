import { UserError } from '../../errors';
import { LabelledTexts, linesOf, needsLabels, Slices, type FormatReader } from './format';

interface Tune {
  line: number;
  fields: Map<string, string>;
  /** What is learned: how it is to be played, and the notes. */
  text: string[];
  inHeader: boolean;
}

/** Header fields that tell how notes are to be read; the others are about the tune. */
const KEPT = ['M', 'L', 'K'];
/** Fields that can be a label, tried in this order. */
const LABELS = ['R', 'M', 'K'];

/**
 * ABC notation (standard 2.1): each tune begins with "X:". The text is its metre, unit length, key and notes; the label
 * a field of its header (`source.label`, such as "R" for the rhythm; when empty, the first of R, M and K that all tunes
 * have), which is then left out of the text.
 */
export const readAbc: FormatReader = function* (file) {
  const { label, source, task } = file;
  const slices = new Slices();
  const tunes: Tune[] = [];
  for (const { line, number } of linesOf(file.text)) {
    if (slices.due(line.length)) yield;
    if (/^X:/.test(line)) tunes.push({ line: number, fields: new Map(), text: [], inHeader: true });
    else if (tunes.length > 0) addLine(tunes[tunes.length - 1], line);
  }
  if (tunes.length === 0) throw new UserError(`${label} has no ABC tunes: each begins with a line such as X:1.`);
  const field = needsLabels(task) ? labelField(tunes, source.label, label) : '';
  const examples = new LabelledTexts(file);
  for (const { fields, text, line } of tunes) {
    const lines = text.filter((part) => field === '' || !part.startsWith(`${field}:`));
    const value = fields.get(field);
    examples.add(`${lines.join('\n')}\n`, value ? [value] : [], line, `in a field ${field}: of this tune`);
  }
  return examples.examples;
};

function addLine(tune: Tune, line: string): void {
  if (line.trim() === '' || line.startsWith('%')) return;
  const field = tune.inHeader ? /^([A-Za-z]):\s*(.*?)\s*(?:%.*)?$/.exec(line) : null;
  if (field === null) {
    tune.inHeader = false;
    tune.text.push(line.trimEnd());
    return;
  }
  const [, name, value] = field;
  if (!tune.fields.has(name)) tune.fields.set(name, value);
  if (KEPT.includes(name)) tune.text.push(`${name}:${value}`);
  if (name === 'K') tune.inHeader = false;
}

function labelField(tunes: Tune[], wanted: string, label: string): string {
  const named = wanted.replace(/:$/, '');
  if (named !== '' && tunes.some(({ fields }) => fields.has(named))) return named;
  const found = LABELS.find((name) => tunes.every(({ fields }) => fields.get(name)));
  if (named === '' && found !== undefined) return found;
  const names = Array.from(new Set(tunes.flatMap(({ fields }) => Array.from(fields.keys())))).sort();
  throw new UserError(
    named === ''
      ? `${label} has no field R:, M: or K: in every tune: set source.label to one of ${names.join(', ') || 'the header fields'}.`
      : `No tune of ${label} has the field ${JSON.stringify(named.slice(0, 20))}: set source.label to one of ${names.join(', ')}.`,
  );
}
