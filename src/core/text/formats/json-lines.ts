import { UserError } from '../../errors';
import { isObject } from '../vocabulary';
import { chooseColumns } from './columns';
import { LabelledTexts, labelsOf, lineError, linesOf, needsLabels, quoted, Slices, type FormatReader } from './format';

/** Records that are looked at to choose fields. */
const SAMPLE = 1000;
/** How deep fields are looked for. */
const DEPTH = 4;

/** An object of the file. */
interface Entry {
  value: Record<string, unknown>;
}
interface ReadEntry extends Entry {
  line: number;
}

/** A JSON object a line, with a field for the text and one for the label; "a.b" is field b of field a. */
export const readJsonLines: FormatReader = function* (file) {
  const { label, source, task } = file;
  const slices = new Slices();
  const entries: ReadEntry[] = [];
  for (const { line, number } of linesOf(file.text)) {
    if (slices.due(line.length)) yield;
    if (line.trim() !== '') entries.push({ value: parse(line, number, label), line: number });
  }
  if (entries.length === 0) throw new UserError(`${label} has no lines with JSON objects: choose another file.`);
  const fields = chooseFields(entries.slice(0, SAMPLE), source, needsLabels(task), label);
  const examples = new LabelledTexts(file);
  for (const { value, line } of entries) {
    const text = fieldOf(value, fields.text);
    if (typeof text !== 'string') {
      throw lineError(
        label,
        line,
        `field ${quoted(fields.text)} holds no text; mend the line or set source.text to another field`,
      );
    }
    const labels = fields.label === '' ? [] : readLabels(fieldOf(value, fields.label), source.labelSeparator);
    examples.add(text, labels, line, `in field ${quoted(fields.label)}`);
    if (slices.due(text.length)) yield;
  }
  return examples.examples;
};

function parse(line: string, number: number, label: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw lineError(
      label,
      number,
      'this is not JSON; each line must hold one object, such as {"text": "…", "label": "…"}',
    );
  }
  if (isObject(value)) return value;
  throw lineError(
    label,
    number,
    'this is JSON but no object; each line must hold one, such as {"text": "…", "label": "…"}',
  );
}

/** Names of the fields that hold text and label; the label's is empty where none is wanted. Throws UserError. */
export function chooseFields(
  sample: Entry[],
  wanted: { text: string; label: string },
  labelled: boolean,
  label: string,
): { text: string; label: string } {
  const names = new Set<string>();
  for (const { value } of sample) for (const name of leaves(value, '', 1)) names.add(name);
  const all = Array.from(names);
  if (all.length === 0)
    throw new UserError(`${label} has no fields with text: each line needs one, and one for the label.`);
  const rows = sample.map(({ value }) => all.map((name) => readLabels(fieldOf(value, name), '').join(' ')));
  const columns = chooseColumns(all, rows, { ...wanted, label: labelled ? wanted.label : '' }, label);
  if (labelled && (columns.label < 0 || columns.label === columns.text)) {
    throw new UserError(
      `${label} has no field that could be a label beside ${quoted(all[columns.text])}: set source.text and source.label to two fields.`,
    );
  }
  return { text: all[columns.text], label: labelled ? all[columns.label] : '' };
}

/** Names of the fields that hold text, numbers, truth values or lists. */
function* leaves(value: Record<string, unknown>, prefix: string, depth: number): Generator<string> {
  for (const [name, inner] of Object.entries(value).slice(0, 1000)) {
    if (!isObject(inner)) yield prefix + name;
    else if (depth < DEPTH) yield* leaves(inner, `${prefix}${name}.`, depth + 1);
  }
}

/** A field by its name; dots lead into objects, unless a field has the whole name. */
export function fieldOf(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    if (Object.hasOwn(value, head)) return fieldOf(value[head], name.slice(dot + 1));
  }
  return undefined;
}

/** The labels that a field holds: a text, a number or a list of them. */
export function readLabels(value: unknown, separator: string): string[] {
  if (Array.isArray(value)) return value.flatMap((part: unknown) => readLabels(part, ''));
  if (typeof value === 'string') return labelsOf(value, separator);
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}
