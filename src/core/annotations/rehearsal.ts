import type { Recipe } from '../recipe/schema';
import { splitExamples } from '../text/split-examples';
import type { LabelledSpan } from '../text/tagged/tagged-text';

/** A line of a text and the spans that are learned from it; offsets in the line. */
export interface ReadLine {
  text: string;
  spans: LabelledSpan[];
}

/** Lines that are rehearsed at most. */
const MOST = 200;

/**
 * What a tagger learns from reviewed lines so that it forgets nothing else: those lines, and other lines as the tagger
 * reads them now (self-distillation, see Li and Hoiem 2016, "Learning without Forgetting"). The fewer of both are repeated,
 * so that either part weighs about the same. A line with the words of a correction is not rehearsed: what the tagger says
 * there may be the same mistake.
 *
 * @param corrected words to which people gave another label, or took one from
 */
export function withRehearsal(
  reviewed: readonly ReadLine[],
  others: readonly ReadLine[],
  corrected: readonly string[],
): ReadLine[] {
  const doubtful = corrected.map((words) => words.toLowerCase());
  const sure = others.filter(({ text }) => !doubtful.some((words) => text.toLowerCase().includes(words)));
  const step = Math.max(1, sure.length / MOST);
  const kept = Array.from({ length: Math.min(MOST, sure.length) }, (_, n) => sure[Math.floor(n * step)]);
  if (kept.length === 0) return [...reviewed];
  const most = Math.max(reviewed.length, kept.length);
  return [...repeated(reviewed, most), ...repeated(kept, most)];
}

function repeated(lines: readonly ReadLine[], count: number): ReadLine[] {
  return Array.from({ length: Math.round(count / lines.length) }, () => lines).flat();
}

/** Reviewed lines from which on a share of them is held back; of fewer, each correction is to be learned. */
const ENOUGH = 50;

/**
 * Reviewed lines to learn from and to measure on: the share that `evaluation` holds back, drawn by the seed, before any line
 * is repeated, so that nothing is measured on what was learned. A line with a label that no other line to learn from has
 * is learned. Of few lines all are learned, and measured, too.
 */
export function divideReviewed<L extends ReadLine>(
  lines: readonly L[],
  { evaluation, seed }: Pick<Recipe, 'evaluation' | 'seed'>,
): { train: L[]; held: L[] } {
  if (lines.length < ENOUGH) return { train: [...lines], held: [...lines] };
  const { train, validation } = splitExamples(lines.length, evaluation, seed);
  const learned = new Set(train);
  const labels = new Set(Array.from(train).flatMap((index) => labelsOf(lines[index])));
  for (const index of validation) {
    if (labelsOf(lines[index]).every((label) => labels.has(label))) continue;
    learned.add(index);
    for (const label of labelsOf(lines[index])) labels.add(label);
  }
  return {
    train: lines.filter((_, index) => learned.has(index)),
    held: lines.filter((_, index) => !learned.has(index)),
  };
}

function labelsOf({ spans }: ReadLine): string[] {
  return spans.map(({ label }) => label);
}
