import type { Recipe } from '../recipe/schema';
import { splitExamples } from '../text/split-examples';
import type { LabelledSpan } from '../text/tagged/tagged-text';

/** A line of a text and the spans that are learned from it; offsets in the line. */
export interface ReadLine {
  text: string;
  spans: LabelledSpan[];
}

/** What a person has said of words. */
export interface Decision {
  words: string;
  label: string;
  state: 'accepted' | 'rejected';
  /** The tagger says otherwise. */
  corrected: boolean;
}

/** Lines that are rehearsed at most, and lines with corrected words. */
const MOST = 200;
/** Lines between two chances to pause. */
const STRIDE = 200;

/**
 * What a tagger learns from reviewed lines so that it forgets nothing else: those lines, and other lines as the tagger
 * reads them now (self-distillation, see Li and Hoiem 2016, "Learning without Forgetting"). In other lines with the words
 * of a correction, the tagger may make the same mistake: there they are read as corrected, since a name is seldom two things
 * in one text (Gale, Church and Yarowsky 1992, "One Sense Per Discourse"), or else such lines are left out. The fewer of
 * both parts are repeated, so that either weighs about the same. Yields now and then, since there may be many lines.
 *
 * @param spread whether corrections go for the same words everywhere; not for labels of tokens, such as parts of speech
 */
export function* withRehearsal(
  reviewed: readonly ReadLine[],
  others: readonly ReadLine[],
  decisions: readonly Decision[],
  spread: boolean,
): Generator<void, ReadLine[]> {
  const corrections = correctionsOf(decisions);
  const sure: ReadLine[] = [];
  const taught: ReadLine[] = [];
  for (const [number, line] of others.entries()) {
    if (number % STRIDE === STRIDE - 1) yield;
    const text = line.text.toLowerCase();
    const own = corrections.filter(({ words }) => text.includes(words.toLowerCase()));
    if (own.length === 0) sure.push(line);
    else if (spread && own.every(({ words, label }) => label !== undefined && wordsIn(line.text, words).length > 0)) taught.push(own.reduce(corrected, line)); // prettier-ignore
  }
  const first = [...reviewed, ...evenly(taught)];
  const kept = evenly(sure);
  if (kept.length === 0) return first;
  const most = Math.max(first.length, kept.length);
  return [...repeated(first, most), ...repeated(kept, most)];
}

/** Words that the tagger reads wrongly. */
interface Correction {
  words: string;
  /** What they are; empty when only known what they are not, undefined when people have said several things. */
  label: string | undefined;
  /** What they are not. */
  rejected: string[];
}

function correctionsOf(decisions: readonly Decision[]): Correction[] {
  const wrong = new Set(decisions.filter((one) => one.corrected).map(({ words }) => words));
  return [...wrong].map((words) => {
    const own = decisions.filter((one) => one.words === words);
    const labels = new Set(own.filter(({ state }) => state === 'accepted').map(({ label }) => label));
    const rejected = own.filter(({ state }) => state === 'rejected').map(({ label }) => label);
    return { words, label: labels.size > 1 ? undefined : [...labels, ''][0], rejected };
  });
}

/** A line in which words are read as a correction says. */
function corrected({ text, spans }: ReadLine, { words, label, rejected }: Correction): ReadLine {
  const places = wordsIn(text, words);
  const isWrong = (span: LabelledSpan): boolean =>
    places.some(({ start, end }) =>
      label
        ? span.start < end && start < span.end
        : span.start === start && span.end === end && rejected.includes(span.label),
    );
  const right = label ? places.map((place) => ({ ...place, label })) : [];
  return { text, spans: [...spans.filter((span) => !isWrong(span)), ...right].sort((a, b) => a.start - b.start) };
}

/** Where words stand by themselves. */
function wordsIn(text: string, words: string): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
    const end = at + words.length;
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(text.slice(end))) places.push({ start: at, end }); // prettier-ignore
  }
  return places;
}

/** At most so many lines, from everywhere. */
function evenly(lines: readonly ReadLine[]): ReadLine[] {
  const step = Math.max(1, lines.length / MOST);
  return Array.from({ length: Math.min(MOST, lines.length) }, (_, n) => lines[Math.floor(n * step)]);
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
