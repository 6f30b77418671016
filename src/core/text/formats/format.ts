import { UserError } from '../../errors';
import type { Recipe, TaskName } from '../../recipe/schema';
import type { Examples } from '../examples';

/** A file whose examples are wanted. */
export interface ExampleFile {
  /** Normalised: lines end with \n. */
  text: string;
  source: Recipe['source'];
  task: TaskName;
  /** What people call it. */
  label: string;
}

/** Reads one format, some milliseconds at each `next()`. Throws UserError that names the line. */
export type FormatReader = (file: ExampleFile) => Generator<void, Examples>;

/** Characters that are read in one slice of work. */
const SLICE = 1 << 18;

/** Says when a slice of work is done. */
export class Slices {
  private done = 0;

  /** Whether to yield, after so many more characters. */
  due(characters: number): boolean {
    this.done += characters + 16;
    if (this.done < SLICE) return false;
    this.done = 0;
    return true;
  }
}

/** Lines with their numbers, from 1. */
export function* linesOf(text: string): Generator<{ line: string; number: number }> {
  let number = 1;
  for (let from = 0; from < text.length; number++) {
    let to = text.indexOf('\n', from);
    if (to < 0) to = text.length;
    yield { line: text.slice(from, to), number };
    from = to + 1;
  }
}

/** The error for a line that cannot be read: what is wrong, and what to do. */
export function lineError(label: string, line: number, problem: string, column?: number): UserError {
  return new UserError(`${label}, line ${line}${column === undefined ? '' : `, column ${column}`}: ${problem}.`);
}

/** A piece of the file in quotes for a message, in short. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Whether examples need labels. */
export function needsLabels(task: TaskName): boolean {
  return task === 'classification' || task === 'multi-label' || task === 'label-to-sequence';
}

/** The labels that a cell or field holds: one, or those that `separator` parts. */
export function labelsOf(cell: string, separator: string): string[] {
  const parts = separator === '' ? [cell] : cell.split(separator);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Collects texts and their labels, and refuses those that lack either. */
export class LabelledTexts {
  private readonly texts: string[] = [];
  private readonly labels: string[][] = [];

  constructor(private readonly file: ExampleFile) {}

  /** @param where what the label is called in a message, such as 'in column "class"' */
  add(text: string, labels: string[], line: number, where: string): void {
    const { task, label } = this.file;
    if (text.trim() === '') throw lineError(label, line, 'there is no text; add it or delete the line');
    if (needsLabels(task)) {
      if (labels.length === 0 && task !== 'multi-label') {
        throw lineError(label, line, `there is no label ${where}; add it or delete the line`);
      }
      if (labels.length > 1 && task !== 'multi-label') {
        throw lineError(
          label,
          line,
          `there are ${labels.length} labels, and the task takes one; set task to multi-label`,
        );
      }
    }
    this.texts.push(text);
    this.labels.push(labels);
  }

  get examples(): Examples {
    if (!needsLabels(this.file.task)) return { kind: 'lines', texts: this.texts };
    return { kind: 'labelled', texts: this.texts, labels: this.labels };
  }
}
