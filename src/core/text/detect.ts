import { UserError } from '../errors';
import { isChunkTag } from './chunks';
import type { FormatGuess } from './examples';
import { readRows } from './formats/delimited';
import { isNumber, numericDelimiter } from './formats/numbers';
import { countCodePoints } from './split';
import { isObject } from './vocabulary';

const LANGUAGE_MODELS = [
  'character-lstm',
  'word-lstm',
  'bpe-lstm',
  'character-lstm-deep',
  'character-lstm-large',
  'character-gru',
  'ngram-characters',
  'ngram-words',
  'window-mlp',
  'character-rnn',
];
/** What prose is good for besides. */
const WORD_VECTORS = ['skip-gram'];
const CLASSIFIERS = [
  'recurrent-classifier',
  'cnn-classifier',
  'naive-bayes',
  'logistic-regression',
  'label-to-sequence',
];

const TAGGERS = ['tagger', 'tagger-forward', 'crf-features', 'hmm-tagger', 'perceptron-tagger', 'most-frequent-tag'];

/** What the first line of a table holds, and a line of prose with commas does not. */
const COLUMN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ ./-]{0,39}(?<![. ])$/u;

/** What a beginning of a file looks like. */
interface Sample {
  text: string;
  /** Whole lines that are not blank. */
  lines: string[];
  /** Ending of the file's name, in lower case, without the dot. */
  ending: string;
}

/** One format that can be told from a sample of the file. */
interface Detector {
  format: FormatGuess['format'];
  /** What speaks for this format, as the end of a sentence, and recipes that fit; undefined when it is not this one. */
  look(sample: Sample): { evidence: string; recipes: string[] } | undefined;
}

/** Tried from the top; the last takes every text. */
const detectors: Detector[] = [
  { format: 'fasta', look: lookForFasta },
  { format: 'abc', look: lookForAbc },
  { format: 'conllu', look: lookForConllu },
  { format: 'conll', look: lookForConll },
  { format: 'spans', look: lookForSpans },
  { format: 'jsonl', look: lookForJsonLines },
  { format: 'numbers', look: lookForNumbers },
  { format: 'label-text', look: lookForLabels },
  { format: 'csv', look: (sample) => lookForTable(sample, ',', 'csv') },
  { format: 'tsv', look: (sample) => lookForTable(sample, '\t', 'tsv') },
  { format: 'lines', look: lookForLines },
  { format: 'text', look: lookForText },
];

/**
 * Says how a file is best read, from its text or the beginning of it, some 64 KB. The reason is one sentence with what
 * decided; the recipes are names of built-in ones, the best first.
 *
 * @param fileName what people call the file; its ending counts where the text leaves a choice
 */
export function detectFormat(head: string, fileName: string): FormatGuess {
  const all = head.split('\n');
  // The last line of a long beginning may be cut.
  const whole = head.length > 30_000 && all.length > 1 ? all.slice(0, -1) : all;
  const lines = whole.filter((line) => line.trim() !== '').slice(0, 1000);
  const sample = { text: head, lines, ending: /\.([^./\\]*)$/.exec(fileName)?.[1].toLowerCase() ?? '' };
  for (const { format, look } of detectors) {
    const found = look(sample);
    if (found !== undefined) return { format, recipes: found.recipes, reason: `${fileName} is ${found.evidence}.` };
  }
  throw new Error('The last detector takes every text.');
}

function lookForFasta({ lines }: Sample): ReturnType<Detector['look']> {
  if (!/^>\S/.test(lines[0] ?? '') || !/^[A-Za-z*-]+$/.test(lines[1]?.trim() ?? '')) return undefined;
  const headers = lines.filter((line) => line.startsWith('>'));
  const classes = new Set(headers.map((header) => header.split(/[\s|]+/)[1]));
  const labelled = !classes.has(undefined as unknown as string) && classes.size > 1 && classes.size < headers.length;
  return {
    evidence: `FASTA (${number(headers.length)} headers with > seen${labelled ? ` in ${number(classes.size)} classes, a classifier fits` : ''})`,
    recipes: labelled ? [...CLASSIFIERS, ...LANGUAGE_MODELS] : LANGUAGE_MODELS,
  };
}

function lookForAbc({ lines }: Sample): ReturnType<Detector['look']> {
  const tunes = lines.filter((line) => /^X:\s*\d/.test(line)).length;
  if (tunes === 0 || !lines.some((line) => /^K:/.test(line))) return undefined;
  const rhythms = new Set(lines.filter((line) => line.startsWith('R:')).map((line) => line.slice(2).trim()));
  const labelled = rhythms.size > 1;
  return {
    evidence: `music in ABC notation (${number(tunes)} tunes seen${labelled ? ` of ${number(rhythms.size)} rhythms (R:), tunes from a label fit` : ', a language model fits'})`,
    recipes: labelled ? ['label-to-sequence', ...LANGUAGE_MODELS] : [...LANGUAGE_MODELS, 'label-to-sequence'],
  };
}

function lookForConllu({ lines }: Sample): ReturnType<Detector['look']> {
  const rows = lines.filter((line) => !line.startsWith('#')).map((line) => line.split('\t'));
  if (rows.length === 0 || !rows.every((cells) => cells.length === 10 && /^\d+([-.]\d+)?$/.test(cells[0])))
    return undefined;
  return {
    evidence: `CoNLL-U (${number(rows.length)} words with ten columns seen)`,
    recipes: [...TAGGERS, ...LANGUAGE_MODELS],
  };
}

function lookForConll({ lines, ending }: Sample): ReturnType<Detector['look']> {
  const rows = lines.map((line) => line.trim().split(/[\t ]+/));
  const columns = rows[0]?.length ?? 0;
  const tags = new Set(rows.map((cells) => cells[cells.length - 1]));
  const entities = [...tags].every(isChunkTag) && [...tags].some((tag) => tag.includes('-'));
  const isNamed = ['conll', 'bio', 'iob', 'iob2'].includes(ending);
  if (columns < 2 || !rows.every(({ length }) => length === columns) || !(entities || isNamed)) return undefined;
  return {
    evidence: `CoNLL columns (${number(rows.length)} tokens with ${number(tags.size)} different tags seen)`,
    recipes: [...TAGGERS, ...LANGUAGE_MODELS],
  };
}

function lookForSpans({ lines }: Sample): ReturnType<Detector['look']> {
  const seen = lines.slice(0, 50);
  if (seen.length === 0 || !seen.every(isJsonObject)) return undefined;
  const records = seen.map((line) => JSON.parse(line) as Record<string, unknown>);
  const hasSpans = ({ text, spans, entities }: Record<string, unknown>): boolean =>
    typeof text === 'string' && Array.isArray(spans ?? entities);
  if (!records.every(hasSpans)) return undefined;
  return {
    evidence: `JSON lines with labelled spans (${number(seen.length)} texts looked at)`,
    recipes: [...TAGGERS, ...LANGUAGE_MODELS],
  };
}

function lookForJsonLines({ lines, ending }: Sample): ReturnType<Detector['look']> {
  const seen = lines.slice(0, 50);
  if (seen.length < (ending === 'jsonl' || ending === 'ndjson' ? 1 : 2) || !seen.every(isJsonObject)) return undefined;
  const fields = Object.keys(JSON.parse(seen[0]) as object);
  const labelled = fields.length > 1;
  return {
    evidence: `JSON lines with the fields ${listed(fields)}`,
    recipes: labelled ? [...CLASSIFIERS, ...LANGUAGE_MODELS] : LANGUAGE_MODELS,
  };
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

function lookForNumbers({ lines }: Sample): ReturnType<Detector['look']> {
  const delimiter = numericDelimiter(lines[0] ?? '');
  const rows = lines
    .slice(0, 200)
    .map((line) => (delimiter === ' ' ? line.trim().split(/\s+/) : line.split(delimiter)));
  const body = rows.slice(1);
  const columns = rows[0]?.length ?? 0;
  if (body.length < 3 || !body.every(({ length }) => length === columns)) return undefined;
  const numeric = rows[0].filter(
    (_, column) => body.filter((row) => isNumber(row[column])).length >= body.length * 0.8,
  ).length;
  if (numeric === 0 || numeric * 2 < columns) return undefined;
  return {
    evidence: `a table with ${number(numeric)} column${numeric === 1 ? '' : 's'} of numbers, a model of the series fits`,
    recipes: ['series'],
  };
}

function lookForLabels({ lines }: Sample): ReturnType<Detector['look']> {
  const fastText = lines.filter((line) => line.startsWith('__label__')).length;
  const pairs = lines.map((line) => line.split('\t')).filter((cells) => cells.length === 2);
  const isFast = fastText > 0 && fastText >= lines.length * 0.9;
  const labels = isFast ? lines.map((line) => line.split(/\s/)[0]) : pairs.map(([label]) => label.trim());
  const classes = new Set(labels);
  if (!isFast) {
    const short = labels.every((label) => label !== '' && label.length <= 60);
    // A label comes again and again; in two columns of text hardly anything does.
    if (pairs.length < 4 || pairs.length < lines.length * 0.9 || !short || classes.size * 2 > pairs.length)
      return undefined;
  }
  const form = isFast ? 'a label (__label__) and a text' : 'a label, a tab and a text';
  return {
    evidence: `lines with ${form} (${number(classes.size)} different labels in ${number(labels.length)} lines), a classifier fits`,
    recipes: CLASSIFIERS,
  };
}

function lookForTable({ lines, ending }: Sample, delimiter: string, name: string): ReturnType<Detector['look']> {
  const rows: string[][] = [];
  try {
    for (const { cells } of readRows(lines.slice(0, 100).join('\n'), delimiter, '')) rows.push(cells);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The sample may end inside quotes.
    if (ending !== name) return undefined;
  }
  const columns = rows[0]?.length ?? 0;
  const even = rows.length > 1 && rows.every(({ length }) => length === columns);
  // Prose has commas too: without the ending every row must agree, on three rows or more.
  if (
    columns < 2 ||
    (ending !== name && (!even || rows.length < 4 || !rows[0].every((cell) => COLUMN_NAME.test(cell.trim()))))
  )
    return undefined;
  return {
    evidence: `a table with the columns ${listed(rows[0])}`,
    recipes: [...CLASSIFIERS, ...LANGUAGE_MODELS],
  };
}

function lookForLines({ lines }: Sample): ReturnType<Detector['look']> {
  const short = lines.filter((line) => line.trim().split(/\s+/).length <= 3 && line.length <= 60).length;
  if (lines.length < 20 || short < lines.length * 0.95) return undefined;
  return {
    evidence: `a list with one short entry a line (${number(lines.length)} seen), a language model fits`,
    recipes: LANGUAGE_MODELS,
  };
}

function lookForText({ text }: Sample): ReturnType<Detector['look']> {
  const characters = number(countCodePoints(text));
  const distinct = number(new Set(text).size);
  return {
    evidence: `plain text (${distinct} different characters in ${characters}), a language model fits`,
    recipes: [...LANGUAGE_MODELS, ...WORD_VECTORS],
  };
}

/** The first names of columns or fields, on one line. */
function listed(names: string[]): string {
  const some = names.slice(0, 5).map((name) => name.replace(/\s+/gu, ' ').trim());
  return some.join(', ').slice(0, 100);
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
