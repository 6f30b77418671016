import { UserError } from '../core/errors';
import type { NextTokenModel } from '../core/generation/next-token-model';
import type { RunRecord } from '../core/runs/record';
import type { Tokenizer } from '../core/text/tokenizer';
import type { TaskAssets } from '../core/training/tasks';
import type { Answering } from './tasks';

/** A run's model, ready to answer. */
export interface Loaded {
  key: string;
  record: RunRecord;
  assets: TaskAssets;
  answers: Answering;
}

/** A model of the next token with what it writes in. */
export interface Writer {
  model: NextTokenModel;
  tokenizer: Tokenizer;
  /** What is read before anything else: the start of a line, or of an example. */
  start: Int32Array;
  /** Ids that end a text. */
  ends: number[];
  /** Ids that are never written. */
  forbidden: number[];
  /** What it writes about. */
  label?: string;
}

/**
 * The next-token model of a run; `label` chooses what a label-to-sequence model writes about.
 * Throws UserError when the run has no such model, or no such label.
 */
export function writerOf({ answers, record }: Loaded, label: string | undefined): Writer {
  if (answers.task === 'label-to-sequence') {
    const { labels, tokenizer } = answers;
    const wanted = label ?? labels[0];
    if (!labels.includes(wanted)) {
      throw new UserError(`${record.name} knows no label "${wanted}": it knows ${someOf(labels)}.`);
    }
    // The model itself has read <bos>.
    return {
      ...codesOf(tokenizer),
      model: answers.of(labels.indexOf(wanted)),
      tokenizer,
      start: new Int32Array(0),
      label: wanted,
    };
  }
  if (answers.task !== 'next-token') {
    throw new UserError(`${record.name} is no language model, so it cannot write or score text: choose another run.`);
  }
  if (label !== undefined) {
    throw new UserError(`${record.name} writes without labels: leave the label out, or choose another run.`);
  }
  const { model, tokenizer } = answers;
  return { ...codesOf(tokenizer), model, tokenizer, start: startOf(tokenizer) };
}

function codesOf({ special }: Tokenizer): Pick<Writer, 'ends' | 'forbidden'> {
  const { pad, unknown, begin, end } = special;
  const known = (ids: (number | undefined)[]): number[] => ids.filter((id) => id !== undefined);
  return { ends: known([end]), forbidden: known([pad, unknown, begin]) };
}

/** <bos> where examples have it, else a line end where the vocabulary has it. */
function startOf(tokenizer: Tokenizer): Int32Array {
  const { begin } = tokenizer.special;
  if (begin !== undefined) return Int32Array.of(begin);
  const newline = tokenizer.encode('\n');
  return newline.length === 0 || newline.includes(tokenizer.unknownId ?? -1) ? new Int32Array(0) : newline;
}

function someOf(labels: string[]): string {
  const some = labels.slice(0, 10).join(', ');
  return labels.length > 10 ? `${some} and ${labels.length - 10} more` : some;
}
